import { beforeEach, describe, expect, it, vi } from 'vitest'
import { ownConnection } from './redis-connection.js'

/** What the clients that are made do with a command, one after another. */
let behaviours: ((client: FakeClient) => Promise<unknown>)[] = []
let made: FakeClient[] = []

interface FakeClient {
  isReady: boolean
  isReferenced: boolean
  isDestroyed: boolean
}

vi.mock('redis', () => ({
  createClient() {
    const behaviour = behaviours[made.length] ?? (async () => 'answer')
    const client = {
      isReady: false,
      isReferenced: true,
      isDestroyed: false,
      on() {},
      async connect() {
        client.isReady = true
      },
      eval: () => behaviour(client),
      ref() {
        client.isReferenced = true
      },
      unref() {
        client.isReferenced = false
      },
      destroy() {
        client.isReady = false
        client.isDestroyed = true
      },
    }
    made.push(client)
    return client
  },
}))

beforeEach(() => {
  behaviours = []
  made = []
})

const open = (timeout = 5000) => ownConnection('redis://localhost', 'redis://localhost', timeout)
const lost = async (client: FakeClient) => {
  client.isReady = false
  throw new Error('Socket closed unexpectedly')
}
const refused = async () => {
  throw new Error('OOM command not allowed')
}

describe('a connection of our own', () => {
  it('is opened once, however many ask, and keeps the process alive only while they wait', async () => {
    let answer = (_value: unknown) => {}
    const answered = new Promise((resolve) => {
      answer = resolve
    })
    const asked: boolean[] = []
    behaviours = [
      async ({ isReferenced }) => {
        asked.push(isReferenced)
        return asked.length === 2 ? answered : 'at once'
      },
    ]
    const connection = open()
    const both = Promise.all([connection.run('', [], []), connection.run('', [], [])])
    await expect.poll(() => asked.length).toBe(2)
    expect(made[0]?.isReferenced).toBe(true)
    answer('later')
    expect(await both).toEqual(['at once', 'later'])
    expect(made.map(({ isReferenced }) => isReferenced)).toEqual([false])
    await connection.run('', [], [])
    expect(asked).toEqual([true, true, true])
  })

  it('that is lost under a command is opened again, once, and the command asked anew', async () => {
    behaviours = [lost]
    const connection = open()
    expect(await connection.run('', [], [])).toBe('answer')
    expect(made.map(({ isReferenced }) => isReferenced)).toEqual([false, false])
    behaviours = [lost, lost, lost]
    made = []
    await expect(open().run('', [], [])).rejects.toThrow('Socket closed')
    expect(made).toHaveLength(2)
  })

  it('is kept when the server refuses a command, which is not asked again', async () => {
    behaviours = [refused]
    const connection = open()
    await expect(connection.run('', [], [])).rejects.toThrow('OOM')
    await expect(connection.run('', [], [])).rejects.toThrow('OOM')
    expect(made).toHaveLength(1)
  })

  it('that does not answer is given up, and another one opened for the next command', async () => {
    behaviours = [() => new Promise(() => {})]
    const connection = open(10)
    await expect(connection.run('', [], [])).rejects.toThrow('within 10 ms')
    expect(made[0]).toMatchObject({ isDestroyed: true, isReferenced: false })
    expect(await connection.run('', [], [])).toBe('answer')
  })
})
