/** A message as it may be sent: every field may be left out, at every depth. The server fills in its defaults. */
export type Input<Message> = Message extends string | number | boolean | null | undefined
  ? Message
  : Message extends readonly (infer Item)[]
    ? readonly Input<Item>[]
    : { [Field in keyof Message]?: Input<Message[Field]> | null | undefined }

/** The first names of field paths: `'id'` of `'id.project'`. */
type Head<Path extends string> = Path extends `${infer First}.${string}` ? First : Path

/** What is left of the field paths behind a first name: `'project'` of `'id.project'` behind `'id'`. */
type Tail<Path extends string, First> = Path extends `${First & string}.${infer Rest}` ? Rest : never

/**
 * A request as it may be written: the fields that are in the path of every route of the RPC are required, at whatever depth
 * they are, and everything else may be left out.
 */
export type RequestOf<Message, Path extends string> = [Path] extends [never]
  ? [keyof Message] extends [never]
    ? Record<string, never>
    : Input<Message>
  : {
      [Field in keyof Message as Field extends Head<Path> ? Field : never]-?: Field extends Path
        ? NonNullable<Message[Field]>
        : RequestOf<NonNullable<Message[Field]>, Tail<Path, Field>>
    } & {
      [Field in keyof Message as Field extends Head<Path> ? never : Field]?: Input<Message[Field]> | null | undefined
    }

/** What every call can be told. */
export interface CallOptions {
  /** Ends the call and frees its socket. */
  signal?: AbortSignal | undefined
  /** Milliseconds until one try is given up; 0 is never. Default: the client's, 15,000. */
  timeout?: number | undefined
  /**
   * Milliseconds until the call is given up with all its waits and tries; 0 is never. Default: the client's, 120,000. A login that
   * the call starts has a timeout of its own.
   */
  callTimeout?: number | undefined
}

/** One RPC of a service, as `@flyte-js/idl` describes it. */
interface RpcShape {
  request: unknown
  response: unknown
  path: string
  items: string
}

/** The arguments of a method: its request is optional where all of its fields are. */
type Arguments<Request> =
  Record<never, never> extends Request
    ? [request?: Request, options?: CallOptions]
    : [request: Request, options?: CallOptions]

type ItemOf<Response, Items extends string> = Items extends keyof Response
  ? Response[Items] extends readonly (infer Item)[]
    ? Item
    : never
  : never

/** One RPC as a method. It rejects with an `AdminError`, or with the signal's reason; it never throws synchronously. */
export type RpcMethod<Rpc extends RpcShape> = (
  ...args: Arguments<RequestOf<Rpc['request'], Rpc['path']>>
) => Promise<Rpc['response']>

/** One paginated RPC as a method, with iterators over all of its pages. */
export interface PaginatedRpcMethod<Rpc extends RpcShape> extends RpcMethod<Rpc> {
  /**
   * The items of all pages, one after the other. `limit` is the size of a page. Without a `sort_by` the oldest come first, names and
   * projects by the alphabet: Flyte Admin's own order changes from page to page, so that items would be repeated and left out.
   */
  paginate(
    ...args: Arguments<RequestOf<Rpc['request'], Rpc['path']>>
  ): AsyncGenerator<ItemOf<Rpc['response'], Rpc['items']>, void, undefined>
  /** The pages themselves. */
  pages(...args: Arguments<RequestOf<Rpc['request'], Rpc['path']>>): AsyncGenerator<Rpc['response'], void, undefined>
}

/** A service: its RPCs as methods. */
export type ServiceMethods<Service> = {
  readonly [Method in keyof Service]: Service[Method] extends RpcShape
    ? [Service[Method]['items']] extends [never]
      ? RpcMethod<Service[Method]>
      : PaginatedRpcMethod<Service[Method]>
    : never
}
