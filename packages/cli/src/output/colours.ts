import type { Io } from '../io.js'

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, cyan: 36 } as const

/** A colour of the terminal's own palette, so that it suits whatever the background is. */
export type Colour = keyof typeof codes

/** Paints a text, or leaves it as it is where there are no colours. */
export type Paint = (colour: Colour | undefined, text: string) => string

/**
 * Colours only where a person looks, and wants them (`NO_COLOR`, https://no-color.org; `--no-color`; `TERM=dumb`). `FORCE_COLOR`
 * has them anywhere.
 *
 * @param isTerminal - whether a person reads what is painted
 */
export function createPaint({ env }: Pick<Io, 'env'>, isTerminal: boolean, isWanted = true): Paint {
  const isForced = Boolean(env.FORCE_COLOR) && env.FORCE_COLOR !== '0'
  const isColoured = isWanted && !env.NO_COLOR && (isForced || (isTerminal && env.TERM !== 'dumb'))
  if (!isColoured) return (_, text) => text
  return (colour, text) => (colour === undefined || text === '' ? text : `\u001b[${codes[colour]}m${text}\u001b[0m`)
}
