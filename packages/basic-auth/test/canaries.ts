// Texts that must never be seen, and where to look for them.
import { inspect } from 'node:util'

/** Secrets that no error and no event may show. */
export const canaries = {
  secret: 'canary s:e/c+r%41ét "q" <&>',
  accessToken: 'canary-access-token',
  refreshToken: 'canary-refresh/token+=',
}

/** Everything that a program, a logger or a person can read of a value, causes included. */
export function everythingOf(value: unknown): string {
  const texts = [
    inspect(value, { depth: 20, showHidden: true, getters: true }),
    String(value),
    JSON.stringify(value) ?? '',
  ]
  for (let error: unknown = value; error instanceof Error; error = error.cause) {
    texts.push(error.message, error.stack ?? '', ...Object.values(error).map(String))
  }
  return texts.join('\n')
}

/** The canaries that a value shows, in whichever encoding. */
export function shownBy(value: unknown, secrets: readonly string[] = Object.values(canaries)): string[] {
  const text = everythingOf(value)
  return secrets.filter((secret) => {
    const encoded = new URLSearchParams([['', secret]]).toString().slice(1)
    const forms = [
      secret,
      encoded,
      encodeURIComponent(secret),
      encoded.replace(/%../g, (hex) => hex.toLowerCase()),
      btoa(encoded),
    ]
    return forms.some((form) => text.includes(form)) || /canary/i.test(text)
  })
}
