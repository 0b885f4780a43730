import type { Clock } from './clock.js'
import type { EventListener } from './events.js'
import type { TokenSet } from './token-set.js'

/** What a grant needs of whoever runs it. */
export interface GrantContext {
  /** Ends the attempt. */
  signal?: AbortSignal
  /** The clock by which `expires_in` becomes a time. */
  clock: Clock
  /** Hears what happens on the way. */
  onEvent?: EventListener
}

/** One OAuth grant: how to get a token set anew, and how to renew one (RFC 6749 section 1.3). */
export interface Grant {
  /** The `grant_type` on the wire, e.g. `client_credentials`. */
  readonly type: string
  /** `acquire` asks a person, so it never runs behind their back. */
  readonly interactive?: boolean
  /** Gets a token set anew. */
  acquire(context: GrantContext): Promise<TokenSet>
  /** Renews a token set by its refresh token (RFC 6749 section 6). Absent where the grant has none. */
  refresh?(tokenSet: TokenSet, context: GrantContext): Promise<TokenSet>
  /** Tells the authorization server to forget the tokens (RFC 7009); `false` where it has no way to be told. */
  revoke?(tokenSet: TokenSet, context: GrantContext): Promise<boolean>
}
