import type { PublicClientOptions } from '@flyte-js/auth'

/** How `loopbackLogin` has a person log in. */
export interface LoopbackLoginOptions extends PublicClientOptions {
  /**
   * Where the answer goes: http on `localhost`, `127.0.0.1` or `[::1]`. Default: what Flyte Admin advertises.
   *
   * `http://127.0.0.1/callback`, an address without a port or with port 0, stands for any free port, which servers other than
   * Flyte Admin's own allow (RFC 8252 section 7.3).
   */
  redirectUri?: string
  /**
   * Tried in turn where the port of the first is taken. The clients `flytectl` and `flyte-cli` of Flyte Admin's own server have a
   * second one, of port 12345, which is tried last without being named.
   */
  fallbackRedirectUris?: readonly string[]
  /** Whether to ask for a refresh token. Default: as the scopes say, which Flyte Admin advertises with the one for it. */
  offline?: boolean
  /** Further parameters of the authorization request, e.g. `{ prompt: 'login' }`. */
  parameters?: Readonly<Record<string, string>>
  /** Gets the URL where a person logs in, whether a browser is started or not. Default: one line for `print`. */
  onUrl?(url: string): void | Promise<void>
  /** Starts a browser: whether, or how. Default: where one is at hand, as `findBrowser` says. That it fails is no error. */
  browser?: boolean | ((url: string) => void | Promise<void>)
  /**
   * Where a person may paste the address that the browser was sent to. Default: the terminal, where there is one that nobody else
   * reads; `false`: nowhere.
   */
  pasteFrom?: NodeJS.ReadableStream | false
  /** Tells the person something, in a line without its end. Default: stderr. */
  print?(line: string): void
  /** Milliseconds for all of it. Default two minutes. */
  timeout?: number
  /** Where `BROWSER` and what tells of SSH and displays are. Default: the process's environment, which a browser gets in any case. */
  env?: Readonly<Record<string, string | undefined>>
}
