import { createInterface } from 'node:readline/promises'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { standInTerminal } from '../../test/stand-in-terminal.js'
import { hearLines as hear } from './pasted-lines.js'

const hearLines = (input: NodeJS.ReadableStream, onLine: (line: string) => void) =>
  hear(input, { onLine, onReturn() {} })

const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('a stream', () => {
  test('gives the same lines, wherever it is cut', async () => {
    const line = fc.string({ unit: fc.constantFrom(...'abé€😀?&=%\u0003\u007f ') })
    const cut = fc.nat({ max: 12 })
    await fc.assert(
      fc.asyncProperty(fc.array(line), fc.array(cut, { minLength: 1 }), async (lines, cuts) => {
        const input = new PassThrough()
        const heard: string[] = []
        const stop = hearLines(input, (line) => heard.push(line))
        const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''))
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const length = 1 + (cuts[turn % cuts.length] as number)
          input.write(bytes.subarray(at, at + length))
          at += length
        }
        await settled()
        stop()
        expect(heard).toEqual(lines)
      }),
    )
  })

  test('keeps what comes after the line that was waited for', async () => {
    const input = new PassThrough()
    const heard: string[] = []
    const stop = hearLines(input, (line) => {
      heard.push(line)
      if (line === 'right') stop()
    })
    input.write('wrong\r\nright\nnext ')
    await settled()
    expect(heard).toEqual(['wrong', '', 'right'])
    expect(input.isPaused()).toBe(true)
    input.end('line')
    expect(await text(input)).toBe('next line')
  })

  test('has no listener of ours after its end, or ours', async () => {
    const names = ['data', 'error', 'end'] as const
    for (const end of ['stop', 'end', 'error'] as const) {
      const input = new PassThrough()
      const before = names.map((name) => input.listenerCount(name))
      const stop = hearLines(input, () => {})
      if (end === 'stop') stop()
      else if (end === 'end') input.end()
      else input.destroy(new Error('gone'))
      await settled()
      expect(names.map((name) => input.listenerCount(name))).toEqual(before)
      stop()
    }
  })

  test('that never ends its line takes no more memory than an address may have', async () => {
    const input = new PassThrough()
    const heard: string[] = []
    const stop = hearLines(input, (line) => heard.push(line))
    for (let piece = 0; piece < 64; piece++) input.write('x'.repeat(16 * 1024))
    input.write('\n')
    await settled()
    stop()
    expect(heard.map(({ length }) => length)).toEqual([128 * 1024])
  })
})

describe('a terminal', () => {
  test('is held while lines are heard, and let go', () => {
    const { stream, modes } = standInTerminal()
    const before = process.listenerCount('SIGCONT')
    const stop = hearLines(stream, () => {})
    expect(modes).toEqual([true])
    expect(process.listenerCount('SIGCONT')).toBe(before + 1)
    stop()
    expect(modes).toEqual([true, false])
    expect(process.listenerCount('SIGCONT')).toBe(before)
  })

  test('has its keys: delete, delete the line, and end', async () => {
    const { stream, modes } = standInTerminal()
    const heard: string[] = []
    hearLines(stream, (line) => heard.push(line))
    stream.emit('data', Buffer.from('abx\u007fc\r'))
    stream.emit('data', Buffer.from('nothing\u0015other\b\u0004 \u001b[200~end\u001b[201~\r'))
    expect(heard).toEqual(['abc', 'othe [200~end[201~'])
    expect(modes).toEqual([true])
    stream.emit('data', Buffer.from('\u0004after\r'))
    expect(modes).toEqual([true, false])
    expect(heard).toHaveLength(2)
    expect(String(stream.read())).toBe('after\r')
  })
})

test('the next reader has the next line, whichever ends the lines have', async () => {
  const input = new PassThrough()
  const stop = hearLines(input, () => stop())
  input.write('the answer\r\nyes\r\n')
  const reader = createInterface({ input })
  expect(await reader.question('?')).toBe('yes')
  reader.close()
})
