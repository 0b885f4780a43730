/** The names under which Redis keeps what belongs to one key. */
export interface RedisKeys {
  readonly value: string
  readonly lock: string
  readonly fence: string
  /** Where a value goes that nobody understands. */
  readonly aside: string
}

/**
 * Names them so that no two keys meet, and that all of one key are in one slot of a cluster: what is in braces, the hash tag,
 * decides that (Redis cluster specification, "Hash tags").
 *
 * The key is written as in JSON, since some texts, such as half a surrogate pair, have no UTF-8 of their own.
 */
export function redisKeys(prefix: string, key: string): RedisKeys {
  const value = `${prefix}{token:${JSON.stringify(key).slice(1, -1)}}`
  return { value, lock: `${value}:lock`, fence: `${value}:fence`, aside: `${value}:corrupt` }
}
