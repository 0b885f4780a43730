/** An object type whose undefined fields may be absent instead. */
export type Defined<Fields> = {
  [Name in keyof Fields as undefined extends Fields[Name] ? never : Name]: Fields[Name]
} & {
  [Name in keyof Fields as undefined extends Fields[Name] ? Name : never]?: Exclude<Fields[Name], undefined>
}

/**
 * Leaves out what is undefined: with `exactOptionalPropertyTypes` an option that is absent is not one that is `undefined`.
 *
 * @param fields - any plain object
 * @returns a copy without the fields that are `undefined`
 */
export function defined<Fields extends object>(fields: Fields): Defined<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<Fields>
}
