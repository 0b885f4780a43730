import stringWidth from 'string-width'
import type { Colour, Paint } from '../output/colours.js'
import { withoutControls } from '../output/controls.js'
import type { Finding, Verdict } from './finding.js'

/** A finding, and what it is about. */
export interface CheckResult extends Finding {
  readonly name: string
}

/** How checks are drawn. */
export interface DrawOptions {
  /** Characters for the names. */
  readonly nameWidth: number
  /** Characters of a line; `undefined` for no end. */
  readonly columns: number | undefined
  readonly paint: Paint
}

const colours: Readonly<Record<Verdict, Colour>> = { ok: 'green', warning: 'yellow', fault: 'red', skipped: 'dim' }
const verdictWidth = 'warning'.length

/** What is left for words on a terminal that is too narrow for them. */
const narrowest = 24

/** Draws a check: verdict, name and what was found, and below it the cure. What is too long goes on below its beginning. */
export function drawCheck(
  { name, verdict, found, cure }: CheckResult,
  { nameWidth, columns, paint }: DrawOptions,
): string {
  const indent = verdictWidth + nameWidth + 4
  const room = columns ? Math.max(narrowest, columns - indent) : Number.POSITIVE_INFINITY
  const blank = ' '.repeat(indent)
  const head = `${paint(colours[verdict], verdict)}${' '.repeat(verdictWidth - verdict.length)}  ${name.padEnd(nameWidth)}  `
  const whole = verdict === 'skipped' ? 'dim' : undefined
  const lines = wrap(found, room).map((line, at) => `${at === 0 ? head : blank}${paint(whole, line)}`)
  const label = 'Cure: '
  const cures = cure === undefined ? [] : wrap(cure, room - label.length)
  const below = cures.map((line, at) => `${blank}${at === 0 ? paint('bold', label) : ' '.repeat(label.length)}${line}`)
  return [...lines, ...below].map((line) => `${line}\n`).join('')
}

/** Breaks a text between words. A word that is longer than a line stays whole, so that it can be copied. */
function wrap(text: string, room: number): string[] {
  return text.split('\n').flatMap((paragraph) => {
    const lines: string[] = []
    let line = ''
    for (const word of withoutControls(paragraph).split(' ')) {
      const longer = line === '' ? word : `${line} ${word}`
      if (line !== '' && stringWidth(longer) > room) {
        lines.push(line)
        line = word
      } else {
        line = longer
      }
    }
    return [...lines, line]
  })
}
