import { PassThrough } from 'node:stream'
import type { ReadStream } from 'node:tty'

/** A stream that says that it is a terminal, and keeps what it is told: a real one is in terminal.system.test.ts. */
export function standInTerminal(): { stream: ReadStream; modes: boolean[] } {
  const modes: boolean[] = []
  const stream = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode(mode: boolean) {
      modes.push(mode)
      return stream
    },
  })
  return { stream: stream as unknown as ReadStream, modes }
}
