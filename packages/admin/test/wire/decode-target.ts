// A request's path and query as Flyte Admin's gateway reads them (Go's net/http and net/url), written here once more so that
// nothing of the client's own encoding is trusted.

/** What the gateway makes of a target. */
export interface DecodedTarget {
  /** The path's segments. */
  segments: string[]
  /** The query's pairs, in their order. */
  query: [name: string, value: string][]
}

/** Reads a target. Throws where the gateway answers 400, 404 or a redirect. */
export function decodeTarget(target: string): DecodedTarget {
  if (!/^[\x21-\x7e]*$/.test(target) || target.includes('#')) throw new Error(`no request target: ${target}`)
  const [path = '', ...rest] = target.split('?')
  if (rest.length > 1) throw new Error(`a second "?" in ${target}`)
  if (target.endsWith('?')) throw new Error(`an empty query in ${target}`)
  // First the path is decoded as a whole, then it is split: an encoded slash divides segments too.
  const segments = decodeURIComponent(path).slice(1).split('/')
  if (segments.some((segment) => ['', '.', '..'].includes(segment))) throw new Error(`the gateway redirects ${target}`)
  const query = rest.join('').split('&').filter(Boolean).map(decodePair)
  return { segments, query }
}

function decodePair(pair: string): [string, string] {
  if (pair.includes(';')) throw new Error('invalid semicolon separator in query')
  const [name = '', ...rest] = pair.split('=')
  return [decodeQueryText(name), decodeQueryText(rest.join('='))]
}

/** A form's encoding, in which a bare `+` is a space. */
function decodeQueryText(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '))
}
