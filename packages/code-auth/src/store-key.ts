/** The key of something in a token store: who can read the store learns nothing from it that a cookie could be made of. */
export async function storeKey(kind: 'session' | 'used', secret: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(secret))
  const hash = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
  return kind === 'session' ? `code-auth:${hash}` : `code-auth:used:${hash}`
}
