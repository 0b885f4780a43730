import { spawn } from 'node:child_process'
import { vi } from 'vitest'

/** A shell at a terminal, as a person has it. */
export interface TerminalSession {
  /** Types, or pastes. A line ends with a carriage return, as that key's does. */
  type(keys: string): void
  /** Waits until the terminal shows something that it has not been waited for yet. */
  shows(pattern: RegExp): Promise<RegExpExecArray>
  /** Everything that it has shown. */
  all(): string
  close(): Promise<void>
}

/** Opens one. `script` brings the terminal; bash has job control in it. */
export function openTerminal(env: Readonly<Record<string, string>>): TerminalSession {
  const child = spawn('script', ['--quiet', '--flush', '--command', 'bash --norc --noprofile -i', '/dev/null'], {
    env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent', TERM: 'dumb', PS1: 'prompt> ', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = new Promise<void>((resolve, reject) => {
    child.once('close', () => resolve())
    child.once('error', (error) => reject(new Error('apt-get install bsdutils', { cause: error })))
  })
  ended.catch(() => {})
  let shown = ''
  let seen = 0
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text
  })
  return {
    type: (keys) => child.stdin.write(keys),
    shows: (pattern) =>
      vi.waitFor(
        () => {
          const match = pattern.exec(shown.slice(seen))
          if (match === null) throw new Error(`The terminal does not show ${pattern}, but: ${shown.slice(seen)}`)
          seen += match.index + match[0].length
          return match
        },
        { timeout: 15_000 },
      ),
    all: () => shown,
    async close() {
      // The shell ends with its terminal, and so does what it runs.
      child.kill('SIGKILL')
      await ended
    },
  }
}
