/** A name that nobody else has. `crypto.randomUUID` is missing where a page is no secure context. */
export function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (number) => number.toString(36)).join('')
}
