import type { Cookies } from './cookies.js'

/** Characters in one cookie: browsers take 4096 bytes with its name and attributes. */
const chunkSize = 3800
/** Cookies for one value: more would not fit into the 16 KiB of headers that Node and most proxies take. */
export const mostChunks = 3

/**
 * Splits a value over cookies: the first has the plain name and says how many there are, so that what an earlier, longer value
 * left behind is never read.
 *
 * @returns names and values, or `undefined` for what is too long
 */
export function splitValue(name: string, value: string): readonly (readonly [string, string])[] | undefined {
  if (value.length <= chunkSize) return [[name, value]]
  const count = Math.ceil((value.length + 2) / chunkSize)
  if (count > mostChunks) return undefined
  const whole = `${count}~${value}`
  return Array.from({ length: count }, (_, index) => [
    chunkName(name, index),
    whole.slice(index * chunkSize, (index + 1) * chunkSize),
  ])
}

/** Joins what {@link splitValue} made; `undefined` where a part is missing. */
export function joinValue(cookies: Cookies, name: string): string | undefined {
  const first = cookies.get(name)
  const [, digits, beginning] = /^(\d)~(.*)$/s.exec(first ?? '') ?? []
  if (digits === undefined || beginning === undefined) return first
  const count = Number(digits)
  if (count < 2 || count > mostChunks) return undefined
  const rest = Array.from({ length: count - 1 }, (_, index) => cookies.get(chunkName(name, index + 1)))
  return rest.includes(undefined) ? undefined : beginning + rest.join('')
}

/** The names of all parts that a request has. */
export function presentChunks(cookies: Cookies, name: string): string[] {
  return Array.from({ length: mostChunks }, (_, index) => chunkName(name, index)).filter((each) => cookies.has(each))
}

function chunkName(name: string, index: number): string {
  return index === 0 ? name : `${name}-${index + 1}`
}
