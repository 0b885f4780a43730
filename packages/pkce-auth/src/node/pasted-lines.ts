import { StringDecoder } from 'node:string_decoder'
import type { ReadStream } from 'node:tty'
import { holdTerminal } from './terminal.js'

/** More than any browser has in its address. */
const longestLine = 128 * 1024

/**
 * Hears the lines that a person pastes, until it is stopped; then the stream is paused, and a terminal is as it was.
 *
 * A terminal does not show them, and does not cut them: left to itself it shows what is typed, and cuts a line at 4,096 characters.
 *
 * @param events - `onLine` hears each line, without its end; `onReturn`, that the person is back who left the terminal by Ctrl-Z
 * @returns what stops it
 */
export function hearLines(
  input: NodeJS.ReadableStream,
  { onLine, onReturn }: { onLine(line: string): void; onReturn(): void },
): () => void {
  const decoder = new StringDecoder()
  let line = ''
  let isStopped = false

  function stop(): void {
    if (isStopped) return
    isStopped = true
    input.off('data', hear)
    input.off('error', stop)
    input.off('end', stop)
    input.pause()
    terminal?.release()
  }

  function hear(chunk: Buffer | string): void {
    const text = typeof chunk === 'string' ? chunk : decoder.write(chunk)
    for (let at = 0; at < text.length; at++) {
      const character = text[at] as string
      if (character === '\n' || character === '\r') {
        const whole = line
        line = ''
        onLine(whole)
      } else {
        line = terminal?.press(character, line) ?? (line.length < longestLine ? line + character : line)
      }
      if (!isStopped) continue
      // What comes after the answer is for whoever reads next, but for the other half of its line's end: that is no line of its own.
      const rest = text.slice(at + (character === '\r' && text[at + 1] === '\n' ? 2 : 1))
      if (rest !== '') input.unshift(rest)
      return
    }
  }

  const terminal = isTerminal(input) ? holdTerminal(input, { onEnd: stop, onReturn }) : undefined
  input.on('data', hear)
  // The login goes on without it: the browser may still come.
  input.on('error', stop)
  input.on('end', stop)
  return stop
}

function isTerminal(input: NodeJS.ReadableStream): input is ReadStream {
  const { isTTY, setRawMode } = input as Partial<ReadStream>
  return isTTY === true && typeof setRawMode === 'function'
}
