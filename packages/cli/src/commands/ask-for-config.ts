import { type AuthMode, parseAuthMode } from '@flyte-js/config'
import { FlyteError } from '@flyte-js/core'
import { ask } from '../ask.js'
import type { Session } from '../session.js'

/** What a configuration file is made from. */
export interface Answers {
  endpoint: string
  insecure: boolean
  /** In any word of flytekit or flytectl. */
  authMode: string
  clientId?: string
  clientSecretLocation?: string
  console?: string
}

/**
 * Asks for what the flags have not said. Where nobody can be asked, only the endpoint must have been said.
 *
 * @returns `undefined` where a file is there and is to stay
 */
export async function askForConfig(
  session: Session,
  given: Partial<Answers>,
  { path, isThere }: { path: string; isThere: boolean },
): Promise<Answers | undefined> {
  // With an endpoint from the flags everything else has its default, so that a script at a terminal is not held up.
  const isAsking = session.io.isErrorTerminal && given.endpoint === undefined
  if (isThere && !isYes(await ask(session, `${path} is there already. Put another in its place? [y/N] `)))
    return undefined
  if (!isAsking) {
    if (given.endpoint === undefined) {
      const message = 'Where is Flyte Admin? Give --endpoint, e.g. --endpoint flyte.example.com'
      throw new FlyteError('FLYTE_INVALID_ARGUMENT', message)
    }
    return { insecure: false, authMode: defaultMode(given), ...given, endpoint: given.endpoint }
  }
  const endpoint = await askUntil(session, 'Endpoint of Flyte Admin (host[:port]): ', (word) => word !== '')
  const insecure = given.insecure ?? isYes(await ask(session, 'Plain HTTP, as in a sandbox? [y/N] '))
  const authMode =
    given.authMode ||
    (await askUntil(session, 'Login: pkce, deviceflow, clientsecret or none? [pkce] ', isMode)) ||
    defaultMode(given)
  const answers: Answers = { ...given, endpoint, insecure, authMode }
  const mode: AuthMode = parseAuthMode(authMode, '')
  if (mode === 'client_credentials') {
    answers.clientId ??= await askUntil(session, "The client's id: ", (word) => word !== '')
    answers.clientSecretLocation ??= await askUntil(
      session,
      'The file with its secret (the secret itself does not belong here): ',
      (word) => word !== '',
    )
  }
  return answers
}

const isYes = (word: string) => /^y(es)?$/i.test(word)

const defaultMode = ({ clientSecretLocation }: Partial<Answers>) => (clientSecretLocation ? 'clientsecret' : 'pkce')

function isMode(word: string): boolean {
  if (word === '') return true
  try {
    parseAuthMode(word, '')
    return true
  } catch {
    return false
  }
}

async function askUntil(session: Session, question: string, isGood: (word: string) => boolean): Promise<string> {
  for (;;) {
    const word = await ask(session, question)
    if (isGood(word)) return word
  }
}
