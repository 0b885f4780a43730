import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { portUser } from './port-user.js'

const isLinux = process.platform === 'linux'

describe.runIf(isLinux)('on Linux', () => {
  test('another process is told by its name and number', async () => {
    const script = `process.title = 'taker'; const s = require('node:net').createServer().listen(0, '::1', () => console.log(s.address().port))`
    const child = spawn(process.execPath, ['--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] })
    try {
      const [line] = await new Promise<string[]>((resolve) =>
        createInterface({ input: child.stdout }).once('line', (text) => resolve([text])),
      )
      expect(await portUser(Number(line))).toBe(`taker (process ${child.pid})`)
    } finally {
      child.kill()
    }
  })

  test('this process is told as such, and nobody where nobody listens', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    expect(await portUser(port)).toMatch(/^this process itself/)
    await new Promise((resolve) => server.close(resolve))
    expect(await portUser(port)).toBeUndefined()
  })
})

describe('where not all can be told', () => {
  let proc: string
  beforeAll(async () => {
    proc = await mkdtemp(join(tmpdir(), 'flyte-js-proc-'))
    await mkdir(join(proc, 'net'))
    const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'
    const line = (port: number, state: string, uid: number) =>
      `   0: 0100007F:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000  ${uid}        0 12345 1 0 100 0 0 10 0\n`
    const own = process.getuid?.() ?? 0
    await writeFile(
      join(proc, 'net/tcp'),
      head + line(80, '0A', own + 7) + line(53593, '01', own + 7) + line(1025, '0A', own),
    )
  })
  afterAll(() => rm(proc, { recursive: true }))

  test("another user's process is told by its user", async () => {
    expect(await portUser(80, proc)).toBe(`a process of the user with the id ${(process.getuid?.() ?? 0) + 7}`)
  })

  test('a connection is no listener, and a process of ours that hides is not told', async () => {
    expect(await portUser(53593, proc)).toBeUndefined()
    expect(await portUser(1025, proc)).toBeUndefined()
  })

  test('what a terminal would act upon is left out of the name that a process has given itself', async () => {
    await mkdir(join(proc, '77/fd'), { recursive: true })
    await symlink('socket:[12345]', join(proc, '77/fd/3'))
    try {
      await writeFile(join(proc, '77/comm'), '\u001b[2J\u009b3Jn\u202Eode\n')
      expect(await portUser(80, proc)).toBe('[2J3Jnode (process 77)')
      await writeFile(join(proc, '77/comm'), '\u009b\n')
      expect(await portUser(80, proc)).toBe('a process (process 77)')
    } finally {
      await rm(join(proc, '77'), { recursive: true })
    }
  })

  test('without /proc nothing is told', async () => {
    expect(await portUser(80, join(proc, 'not-there'))).toBeUndefined()
  })
})
