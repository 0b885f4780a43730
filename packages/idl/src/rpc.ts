// The forms that the generated services and routes are written in.

/** One RPC of a service. */
export interface Rpc<Request, Response, PathParameter extends string = never, ItemsField extends string = never> {
  /** The message that is sent. */
  request: Request
  /** The message that is answered. */
  response: Response
  /** The fields of the request that every route of the RPC has in its path, such as `'id.project'`. */
  path: PathParameter
  /** The field of the answer that holds the items of a page, or `never` when the answer does not come in pages. */
  items: ItemsField
}

/** The methods of HTTP that routes use. */
export type HttpMethod = 'GET' | 'PUT' | 'POST' | 'DELETE' | 'PATCH'

/** A method and a path, with ` *` behind when the body is the whole request: `'PUT /api/v1/projects/{id} *'`. */
export type RouteBinding = `${HttpMethod} /${string}`

/** How to call one RPC: the items field or `''`, the primary binding, then the additional ones. */
export type Route<ItemsField extends string = string> = readonly [
  items: [ItemsField] extends [never] ? '' : ItemsField,
  primary: RouteBinding,
  ...additional: RouteBinding[],
]

/** How to call every RPC of a service. */
export type Routes<Service> = {
  readonly [Method in keyof Service]: Service[Method] extends { items: infer ItemsField extends string }
    ? Route<ItemsField>
    : never
}
