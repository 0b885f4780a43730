/** Where a browser may be sent after a login or a logout. */
export interface RedirectPlaces {
  /** Our own origin, as `URL.origin` has it. */
  origin: string
  /** Other places: an origin, or a URL below which everything is allowed. */
  allowedRedirects: readonly string[]
}

/** What fits into a cookie beside the rest of an attempt to log in. */
const mostCharacters = 2_048

/** A path, or a whole URL with its two slashes. `//evil`, `https:evil` and `evil` begin otherwise. */
const beginning = /^(\/(?![/\\])|https?:\/\/(?![/\\]))/i

/** What browsers strip, or read as something else: white space, control characters (line breaks too), backslashes. */
const confusing = /[\s\\\p{Cc}\p{Cf}]/u

/** A path that somebody behind us could make `//evil` of, by decoding it or by taking out its dots. */
const disguised = /^\/(\.|%2e)*([/\\]|%2f|%5c|%[01][0-9a-f])/i

/**
 * Where a browser is to go that asked for this `redirect_url`: a path of ours, or one of the allowed places.
 *
 * It is read as browsers read it (the URL standard) and comes back normalised, so that what was checked is what is sent.
 *
 * @param text - what was asked for
 * @param places - where a browser may go
 * @returns a path with its query and fragment, or a whole URL where the place is not ours; `undefined` for everything else, which
 * is answered with 403. It never throws.
 */
export function redirectTarget(text: string, { origin, allowedRedirects }: RedirectPlaces): string | undefined {
  if (text.length > mostCharacters || !beginning.test(text) || confusing.test(text)) return undefined
  if (!URL.canParse(text, origin)) return undefined
  const url = new URL(text, origin)
  if (url.username !== '' || url.password !== '' || disguised.test(url.pathname)) return undefined
  const target = url.origin === origin ? `${url.pathname}${url.search}${url.hash}` : url.href
  const isAllowed = url.origin === origin || allowedRedirects.some((place) => isBelow(url, place))
  return isAllowed && target.length <= mostCharacters ? target : undefined
}

/** Whether a URL is an allowed one or lies below it: `/portal` lets in `/portal/x`, and not `/portals`. */
function isBelow(url: URL, place: string): boolean {
  if (!URL.canParse(place)) return false
  const { origin, pathname, search, hash, username } = new URL(place)
  if (origin !== url.origin || `${search}${hash}${username}` !== '') return false
  if (pathname === '/') return true
  const folder = pathname.endsWith('/') ? pathname : `${pathname}/`
  // An encoded slash is part of a name here, and a way up and out to a server that decodes it.
  return (url.pathname === pathname || url.pathname.startsWith(folder)) && !/%(2f|5c)/i.test(url.pathname)
}
