// One reader for each option that can be wrong in more than one way. Types are gone when a program runs.
import { checkScheme } from '@flyte-js/auth'
import { AuthError } from '@flyte-js/core'
import { redirectTarget } from './redirect-target.js'

/** Milliseconds: browsers keep cookies no longer. */
const longest = 400 * 24 * 3_600_000
const shortestKey = 32

export function readRedirectUri(text: unknown): URL {
  if (!isText(text) || !URL.canParse(text) || text.includes('#')) {
    throw wrong(
      'redirectUri',
      'is no absolute URL without a fragment. Write it as it is registered: https://host/callback',
    )
  }
  const url = new URL(text)
  checkScheme(url, false, 'The option redirectUri ', 'serve it on loopback: http://localhost[:port]')
  if (url.username !== '' || url.password !== '') throw wrong('redirectUri', 'names a user. Leave that out')
  return url
}

export function readKeys(keys: unknown): readonly string[] {
  const cure = `Give an array of secrets of at least ${shortestKey} characters, e.g. of: openssl rand -base64 32`
  if (!Array.isArray(keys) || keys.length === 0) throw wrong('cookieKeys', `is empty or no array. ${cure}`)
  const short = keys.findIndex((key) => !isText(key) || key.length < shortestKey)
  if (short !== -1) throw wrong(`cookieKeys[${short}]`, `is too short, or no text. ${cure}`)
  const plain = keys.findIndex((key) => new Set(key).size < 8)
  if (plain !== -1) throw wrong(`cookieKeys[${plain}]`, `repeats a few characters, so that it can be guessed. ${cure}`)
  if (new Set(keys).size < keys.length) throw wrong('cookieKeys', 'has a key twice. Leave one of them out')
  return [...keys]
}

export function readPlaces(places: unknown = []): readonly string[] {
  const cure = 'Write https://host[:port] or https://host/path'
  if (!Array.isArray(places)) throw wrong('allowedRedirects', `is no array. ${cure}`)
  const bad = places.findIndex((place) => !isText(place) || !URL.canParse(place) || !/^https?:\/\//i.test(place))
  if (bad !== -1) throw wrong(`allowedRedirects[${bad}]`, `is no http(s) URL. ${cure}`)
  return [...places]
}

export function readTarget(
  name: string,
  text: unknown = '/',
  places: { origin: string; allowedRedirects: readonly string[] },
): string {
  const target = isText(text) ? redirectTarget(text, places) : undefined
  if (target !== undefined) return target
  throw wrong(
    name,
    'is neither a path of this origin nor a place in allowedRedirects. Write /path, or list the place there',
  )
}

export function readPath(name: string, text: unknown, fallback: string): string {
  if (text === undefined) return fallback
  if (isText(text) && /^\/(?!\/)[^\s?#\\]*$/.test(text)) return text
  throw wrong(name, `is no path. Write it with a slash in front, without query or fragment: ${fallback}`)
}

export function readTime(name: string, time: unknown, fallback: number): number {
  if (time === undefined) return fallback
  if (typeof time === 'number' && time >= 1000 && time <= longest) return time
  throw wrong(name, 'is no time between a second and 400 days. Give it in milliseconds')
}

export function readHeader(name: unknown = 'authorization'): string {
  if (isText(name) && /^[!#$%&'*+.^_`|~\w-]+$/.test(name)) return name.toLowerCase()
  throw wrong('authorizationMetadataKey', 'is no name of a header. Write flyte-authorization, or leave it out')
}

export const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

/** An option that is wrong, and what to write instead. The value is left out: it may be a secret. */
export function wrong(name: string, what: string): AuthError {
  return new AuthError('FLYTE_INVALID_ARGUMENT', `The option ${name} ${what}`)
}
