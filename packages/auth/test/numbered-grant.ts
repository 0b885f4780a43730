import type { Grant, GrantContext, TokenSet } from '@flyte-js/core'
import type { TestClock } from '@flyte-js/testing'

/** A grant that hands out numbered tokens of 1,799 s, as Flyte Admin does, and can be held up or made to fail. */
export interface NumberedGrant {
  grant: Grant
  /** What was asked, in order: `acquire`, `refresh by refresh 1`. */
  log: string[]
  contexts: GrantContext[]
  /** Holds up all that is asked until the function that it returns is called. */
  hold(): () => void
  /** Makes all that is asked fail so, until it is undefined again. */
  fail(error: unknown): void
}

/** @param renews - gives a refresh token with each token, a new one each time */
export function numberedGrant(
  clock: TestClock,
  { renews = false, lifetime = 1799_000, ...changes }: { renews?: boolean; lifetime?: number } & Partial<Grant> = {},
): NumberedGrant {
  const log: string[] = []
  const contexts: GrantContext[] = []
  let gate: Promise<unknown> = Promise.resolve()
  let failure: unknown
  const issue = async (how: string, context: GrantContext): Promise<TokenSet> => {
    log.push(how)
    contexts.push(context)
    const number = log.length
    await gate
    context.signal?.throwIfAborted()
    if (failure !== undefined) throw failure
    return {
      accessToken: `token ${number}`,
      tokenType: 'bearer',
      expiresAt: clock.now() + lifetime,
      ...(renews && { refreshToken: `refresh ${number}` }),
    }
  }
  const grant: Grant = {
    type: 'test_grant',
    acquire: (context) => issue('acquire', context),
    ...(renews && { refresh: (tokenSet, context) => issue(`refresh by ${tokenSet.refreshToken}`, context) }),
    ...changes,
  }
  return {
    grant,
    log,
    contexts,
    hold() {
      let open = () => {}
      gate = new Promise<void>((resolve) => {
        open = resolve
      })
      return open
    },
    fail(error) {
      failure = error
    },
  }
}

/** Lets promises that are already resolved run on. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
