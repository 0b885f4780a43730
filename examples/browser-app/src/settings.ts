// What is different from one Flyte to another: see .env.

/** How a person signs in: with a token of this page's own, or with the cookies of Flyte Admin. */
export type SignIn = 'pkce' | 'admin-session'

const { VITE_FLYTE_ENDPOINT, VITE_FLYTE_SIGN_IN, VITE_FLYTE_CLIENT_ID, VITE_FLYTE_SCOPES } = import.meta.env

/** Flyte Admin. */
export const endpoint: string = VITE_FLYTE_ENDPOINT

/** The ways to sign in that this page offers, the suggested one first. */
export const signIns: readonly SignIn[] = words(VITE_FLYTE_SIGN_IN).filter(isSignIn)

/** The public client that is registered for this page. */
export const clientId: string = VITE_FLYTE_CLIENT_ID

/** What its tokens are for. */
export const scopes: readonly string[] = words(VITE_FLYTE_SCOPES)

function words(text: string): string[] {
  return text.split(' ').filter((word) => word !== '')
}

function isSignIn(word: string): word is SignIn {
  return word === 'pkce' || word === 'admin-session'
}
