import type { Examination, Target } from './examination.js'
import { type Finding, fault, faultOf, skipped } from './finding.js'

/** One thing that is looked at. */
export interface Check {
  readonly name: string
  /** Milliseconds after which it is given up. */
  readonly limit: number
  /** What to do where it gives no answer, or fails as nobody thought of. */
  readonly cure: string
  /** Where it has found a fault: why whatever asks the server makes no sense any more, behind 'because'. */
  readonly blocks?: string
  run(examination: Examination, signal: AbortSignal): Promise<Finding>
}

/** A check that asks the server: it makes no sense where one before has found that there is no way to it. */
export function serverCheck({
  run,
  ...check
}: Omit<Check, 'run'> & {
  run(target: Target, examination: Examination, signal: AbortSignal): Promise<Finding>
}): Check {
  return {
    ...check,
    async run(examination, signal) {
      const { target, blocked } = examination.known
      if (target === undefined) return skipped('no endpoint is known')
      return blocked === undefined ? run(target, examination, signal) : skipped(blocked)
    },
  }
}

/** Runs a check, for no longer than it may take. @throws the reason of the session's signal alone */
export async function runCheck({ run, limit, cure, blocks }: Check, examination: Examination): Promise<Finding> {
  const { session, clock, known } = examination
  const over = new AbortController()
  const signal = AbortSignal.any([session.signal, over.signal])
  const late = clock.sleep(limit, { signal }).then(() => fault(`no answer within ${limit / 1000} s`, cure))
  const running = run(examination, signal).catch((error: unknown) => {
    session.signal.throwIfAborted()
    return faultOf(error, cure)
  })
  try {
    const finding = await Promise.race([running, late])
    if (finding.verdict === 'fault' && blocks !== undefined) known.blocked ??= blocks
    return finding
  } finally {
    // Whichever comes second is heard by nobody.
    for (const each of [running, late]) each.catch(() => {})
    over.abort()
  }
}
