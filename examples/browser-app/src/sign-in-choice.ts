// Which way to sign in was chosen in this tab: whoever comes back from the login finds another load of the page.
import { type SignIn, signIns } from './settings.js'

const name = 'flyte-sign-in'

/** The choice, unless there is none any more. */
export function chosenSignIn(): SignIn | undefined {
  const kept = sessionStorage.getItem(name)
  return signIns.find((signIn) => signIn === kept)
}

/** Keeps a choice; `undefined` forgets it. */
export function chooseSignIn(signIn: SignIn | undefined): void {
  if (signIn === undefined) sessionStorage.removeItem(name)
  else sessionStorage.setItem(name, signIn)
}
