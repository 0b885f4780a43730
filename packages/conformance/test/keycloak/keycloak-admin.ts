import { clientScopes, clients, realm, realmName, resourceServer, user } from './realm.js'
import type { Keycloak } from './start-keycloak.js'

/** One entry of the realm's log: what a client asked of the server, and how that ended. */
export interface KeycloakEvent {
  /** E.g. `REFRESH_TOKEN`, or `REFRESH_TOKEN_ERROR` where it was refused. */
  type: string
  clientId?: string
  error?: string
  details?: Record<string, string>
}

/** The server's side of the realm: what it has seen, and what an administrator may do. */
export interface KeycloakAdmin {
  /** Makes the realm, its scopes and its clients. */
  createRealm(): Promise<void>
  /** Adds a client, in Keycloak's words. */
  createClient(client: Record<string, unknown>): Promise<void>
  /** What the realm has logged since the last call, the oldest first. */
  events(): Promise<KeycloakEvent[]>
  /** Whether it holds an access token for good, asked as Flyte Admin could ask (RFC 7662). */
  isActive(accessToken: string): Promise<boolean>
  /** The ids of clients in the sessions of the person, one list a session. */
  sessions(): Promise<string[][]>
  /** Ends all sessions of the person, as an administrator does for somebody who has left. */
  endSessions(): Promise<void>
  /** Has nobody logged in, nothing agreed to and nothing logged. */
  startOver(): Promise<void>
}

/** Talks to Keycloak's Admin API. */
export function keycloakAdmin({ url, administrator }: Pick<Keycloak, 'url' | 'administrator'>): KeycloakAdmin {
  /** Posts a form to an endpoint of OAuth's. */
  async function post<Answer>(path: string, form: Record<string, string>): Promise<Answer> {
    const response = await fetch(`${url}/realms${path}`, { method: 'POST', body: new URLSearchParams(form) })
    return (await response.json()) as Answer
  }

  let login: { accessToken: string; until: number } | undefined
  async function accessToken(): Promise<string> {
    if (login === undefined || Date.now() > login.until) {
      const form = { client_id: administrator.id, client_secret: administrator.secret }
      const path = '/master/protocol/openid-connect/token'
      const token = await post<{ access_token: string }>(path, { grant_type: 'client_credentials', ...form })
      // Those of the master realm last for a minute.
      login = { accessToken: token.access_token, until: Date.now() + 30_000 }
    }
    return login.accessToken
  }

  async function call<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(`${url}/admin/realms${path}`, {
      method,
      headers: { authorization: `Bearer ${await accessToken()}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`Keycloak's ${method} /admin/realms${path}: HTTP ${response.status} ${text}`)
    return (text === '' ? undefined : JSON.parse(text)) as Answer
  }

  const inRealm = `/${realmName}`
  let userId: string | undefined
  async function userPath(): Promise<string> {
    const query = `exact=true&username=${user.username}`
    userId ??= (await call<{ id: string }[]>('GET', `${inRealm}/users?${query}`))[0]?.id
    return `${inRealm}/users/${userId}`
  }
  const endSessions = async () => call<void>('POST', `${await userPath()}/logout`)

  return {
    async createRealm() {
      await call('POST', '', realm)
      for (const scope of clientScopes) await call('POST', `${inRealm}/client-scopes`, scope)
      for (const client of clients) await call('POST', `${inRealm}/clients`, client)
    },
    createClient: (client) => call('POST', `${inRealm}/clients`, client),
    async events() {
      const logged = await call<KeycloakEvent[]>('GET', `${inRealm}/events?max=1000`)
      await call('DELETE', `${inRealm}/events`)
      return logged.reverse()
    },
    async isActive(token) {
      const { id, secret } = resourceServer
      const form = { token, client_id: id, client_secret: secret }
      return (await post<{ active: boolean }>(`${inRealm}/protocol/openid-connect/token/introspect`, form)).active
    },
    async sessions() {
      const sessions = await call<{ clients: Record<string, string> }[]>('GET', `${await userPath()}/sessions`)
      return sessions.map(({ clients }) => Object.values(clients))
    },
    endSessions,
    async startOver() {
      await endSessions()
      const consents = await call<{ clientId: string }[]>('GET', `${await userPath()}/consents`)
      for (const { clientId } of consents) await call('DELETE', `${await userPath()}/consents/${clientId}`)
      await call('DELETE', `${inRealm}/events`)
    },
  }
}
