import type { Io } from '../io.js'
import { cutLine } from './cut-line.js'

/** Lines on a terminal that are drawn again where they are. */
export interface InPlace {
  /**
   * Draws these instead of those before.
   *
   * @param head - how many at the beginning are drawn whatever there is no room for
   */
  draw(lines: readonly string[], head: number): void
  /** Gives the cursor back, below the lines. */
  end(): void
}

const hideCursor = '\u001b[?25l'
const showCursor = '\u001b[?25h'
const upBy = (count: number) => (count > 0 ? `\u001b[${count}A` : '')
const eraseLine = '\u001b[K'
const eraseBelow = '\u001b[J'

/**
 * Draws lines in place, each over the one before, so that nothing flickers. A line that is wider than the terminal is cut, and of
 * too many the head and the last are drawn: what has scrolled away could not be drawn again.
 */
export function createInPlace(io: Pick<Io, 'stdout' | 'columns' | 'rows'>): InPlace {
  let drawn = 0
  let isEnded = false
  return {
    draw(lines, head) {
      if (isEnded) return
      // A terminal that was told no size says 0.
      const [columns, rows] = [io.columns || 80, io.rows || 24]
      const shown = fit(lines, head, Math.max(head + 2, rows - 1)).map(
        (line) => `${cutLine(line, columns)}${eraseLine}\n`,
      )
      // One write, so that no half of it is ever seen.
      io.stdout.write(`${drawn === 0 ? hideCursor : ''}${upBy(drawn)}\r${shown.join('')}${eraseBelow}`)
      drawn = shown.length
    },
    end() {
      if (!isEnded && drawn > 0) io.stdout.write(showCursor)
      isEnded = true
    },
  }
}

/** The head, and as many of the last lines as there is room for. */
function fit(lines: readonly string[], head: number, room: number): readonly string[] {
  if (lines.length <= room) return lines
  const left = lines.length - room + 1
  return [...lines.slice(0, head), `  … ${left} more`, ...lines.slice(head + left)]
}
