import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it, vi } from 'vitest'
import { isAlive, lifeOf, parseLockHolder, thisHolder } from './lock-holder.js'

describe('lifeOf', () => {
  const ours = thisHolder()

  it('knows that this process lives', () => {
    expect(lifeOf(ours)).toBe('alive')
    expect(isAlive(process.pid)).toBe(true)
  })

  it('knows that a process has ended', async () => {
    const child = spawn(process.execPath, ['--version'])
    await once(child, 'exit')
    expect(lifeOf({ ...ours, pid: child.pid as number })).toBe('dead')
    expect(isAlive(child.pid as number)).toBe(false)
  })

  it('takes a process that has the number of another, but began at another time, for another', () => {
    expect(lifeOf({ ...ours, start: '1' })).toBe(process.platform === 'linux' ? 'dead' : 'alive')
  })

  it('takes a zombie for dead, whose parent never asks', async () => {
    // It ends only after the shell, which would ask, has become something else.
    const parent = spawn('/bin/sh', ['-c', 'sleep 0.3 & echo $!; exec sleep 60'])
    try {
      const [line] = await once(parent.stdout, 'data')
      const zombie = { owner: 'zombie', pid: Number(line), host: ours.host }
      const expected = process.platform === 'linux' ? 'dead' : 'alive'
      await vi.waitFor(() => expect(lifeOf(zombie)).toBe(expected), 5000)
      expect(isAlive(zombie.pid)).toBe(true)
    } finally {
      parent.kill('SIGKILL')
    }
  })

  it('knows nothing of processes elsewhere, nor of a holder that could not be read', () => {
    expect(lifeOf({ ...ours, host: 'elsewhere' })).toBe('unknown')
    expect(lifeOf(undefined)).toBe('unknown')
  })
})

describe('parseLockHolder', () => {
  it('reads what was written', () => {
    const holder = thisHolder()
    expect(parseLockHolder(JSON.stringify(holder))).toEqual(holder)
    expect(holder.owner).not.toBe(thisHolder().owner)
  })

  it.each(['', '{', 'null', '[]', '{"owner":"a","pid":0,"host":"h"}', '{"owner":"a","pid":-1,"host":"h"}'])(
    'takes %j for nobody',
    (text) => expect(parseLockHolder(text)).toBeUndefined(),
  )
})
