import { lookup } from 'node:dns/promises'
import { FlyteError } from '@flyte-js/core'
import { clockOf } from '../clock-of.js'
import { runCheck } from '../doctor/check.js'
import { checks } from '../doctor/checks.js'
import { cors } from '../doctor/cors.js'
import { type CheckResult, drawCheck } from '../doctor/draw-check.js'
import type { Examination } from '../doctor/examination.js'
import { exitCodes } from '../exit-code.js'
import { printList, printOne } from '../output/print.js'
import type { Session } from '../session.js'

/** What `doctor` was told. */
export interface DoctorOptions {
  /** Of a page in a browser. */
  readonly origin: string | undefined
  readonly isJson: boolean
}

/** `doctor`: each check as soon as it is done, and then how many faults there are. */
export async function doctor(session: Session, { origin, isJson }: DoctorOptions): Promise<void> {
  const all = origin === undefined ? checks : [...checks, cors(originOf(origin))]
  const { io, paint } = session
  const format = isJson ? 'json' : session.format
  const isTable = format === 'table' || format === 'wide'
  const nameWidth = Math.max(...all.map(({ name }) => name.length))
  const examination: Examination = {
    session,
    clock: clockOf(io),
    lookup: (host) => lookup(host, { all: true }),
    known: {},
  }
  const results: CheckResult[] = []
  try {
    for (const check of all) {
      const { name } = check
      const result = { name, ...(await session.busy(`Checking ${name}`, runCheck(check, examination))) }
      results.push(result)
      if (isTable) io.stdout.write(drawCheck(result, { nameWidth, columns: io.columns, paint }))
    }
  } finally {
    examination.known.target?.network.close()
  }
  const count = (verdict: string) => results.filter((each) => each.verdict === verdict).length
  const faults = count('fault')
  if (isTable) session.tell(`${told(faults, 'fault')}, ${told(count('warning'), 'warning')}`)
  else if (format === 'name') {
    // What the next command would want to know.
    const wrong = results.filter(({ verdict }) => verdict === 'fault')
    await printList(session, wrong, { columns: [], nameOf: ({ name }) => name })
  } else await printReport({ ...session, format }, { ok: faults === 0, checks: results })
  if (faults > 0) session.endWith(exitCodes.failed)
}

/** What `--json` prints. */
interface Report {
  readonly ok: boolean
  readonly checks: readonly CheckResult[]
}

const printReport = (session: Session, report: Report) =>
  printOne(session, report, { fields: () => [], nameOf: () => '' })

const told = (count: number, word: string) => `${count === 0 ? 'no' : count} ${word}${count === 1 ? '' : 's'}`

/** An origin as browsers write it (RFC 6454 section 6.1). */
function originOf(text: string): string {
  if (URL.canParse(text)) {
    const { origin, protocol } = new URL(text)
    if (/^https?:$/.test(protocol) && text.replace(/\/$/, '').toLowerCase() === origin) return origin
  }
  const message = '--origin is none. Write scheme, host and port alone, as browsers do: https://app.example.com'
  throw new FlyteError('FLYTE_INVALID_ARGUMENT', message)
}
