// What the pages of the system tests run. Whoever serves them puts `settings` into them.
import {
  type AdminUser,
  createFlyteClient,
  type FinishedLogin,
  type FlyteClientOptions,
  type PkceClientOptions,
} from '@flyte-js/browser'

/** How a page is set up: what of a client's options can be written in a page. */
export type PageSettings = Pick<FlyteClientOptions, 'endpoint'> & { auth: 'pkce' | 'admin-session' } & Partial<
    Pick<PkceClientOptions, 'clientId' | 'login' | 'redirectUri' | 'scopes' | 'offline'> & {
      storage: 'session' | 'local' | 'indexed-db'
      /** Access tokens of the page's own, in place of a login: the next one when one is refused, the last one for ever. */
      tokens: readonly string[]
    }
  >

/** What became of something, as a test can read it. */
export interface Outcome<Result> {
  result?: Result | undefined
  /** An error's code, or all that it says. */
  error?: string
}

/** What a test can have a page do. */
export interface ClientPage {
  events: unknown[]
  /** What came of the callback with which the page was loaded. */
  finished: Promise<Outcome<FinishedLogin | undefined>>
  /** Handles it again, now. */
  handleAgain(): Promise<Outcome<FinishedLogin | undefined>>
  /** What came of the logins of clicks: browsers open no popup without one. */
  clicked: Promise<Outcome<unknown>>[]
  login(): Promise<Outcome<unknown>>
  logout(): Promise<Outcome<unknown>>
  user(): Promise<Outcome<AdminUser | null>>
  listProjects(): Promise<Outcome<(string | undefined)[]>>
  /** The names of the executions that a filter lets through, two a page. */
  listExecutions(filters: string): Promise<Outcome<(string | undefined)[]>>
  waitForExecution(): Promise<Outcome<unknown>>
}

declare global {
  var clientSettings: PageSettings
}

const events: unknown[] = []
const { tokens, ...settings } = clientSettings
const flyte = createFlyteClient({
  ...settings,
  ...(tokens && { auth: { getToken: async ({ rejected } = {}) => ownToken(tokens, rejected) } }),
  onEvent: (event) => void events.push(event),
} as FlyteClientOptions)
const finished = outcomeOf(flyte.auth.handleRedirectCallback())
const { auth } = flyte
const login = async () => ('login' in auth ? auth.login() : undefined)

function ownToken(tokens: readonly string[], rejected: string | undefined) {
  const next = rejected === undefined ? 0 : tokens.indexOf(rejected) + 1
  return { accessToken: tokens[Math.min(next, tokens.length - 1)] as string, tokenType: 'bearer' }
}

async function outcomeOf<Result>(run: Promise<Result>): Promise<Outcome<Result>> {
  try {
    return { result: await run }
  } catch (error) {
    return { error: (error as { code?: string }).code ?? String(error) }
  }
}

async function listProjects() {
  const ids: (string | undefined)[] = []
  for await (const { id } of flyte.admin.listProjects.paginate({ limit: 2 })) ids.push(id)
  return ids
}

async function listExecutions(filters: string) {
  const names: (string | undefined)[] = []
  const request = { id: { project: 'flytesnacks', domain: 'development' }, limit: 2, filters }
  for await (const { id } of flyte.admin.listExecutions.paginate(request)) names.push(id?.name)
  return names.sort()
}

const page: ClientPage = {
  events,
  finished,
  handleAgain: () => outcomeOf(flyte.auth.handleRedirectCallback()),
  clicked: [],
  login: () => outcomeOf(login()),
  logout: () => outcomeOf(Promise.resolve('logout' in auth ? auth.logout() : undefined)),
  user: () => outcomeOf(auth.user()),
  listProjects: () => outcomeOf(listProjects()),
  listExecutions: (filters) => outcomeOf(listExecutions(filters)),
  waitForExecution: () =>
    outcomeOf(flyte.waitForExecution({ project: 'flytesnacks', domain: 'development', name: 'none' })),
}
document.querySelector('button')?.addEventListener('click', () => page.clicked.push(page.login()))
// In a popup this stays open: the window belongs to the page that opened it.
finished.then(() => Object.assign(window, { page }))
