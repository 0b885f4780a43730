import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const script = fileURLToPath(new URL('upload-process.mjs', import.meta.url))
const megabyte = 1_048_576

/** A store that keeps nothing but the digest of what it is sent. */
async function withStore<T>(work: (url: string, received: string[]) => Promise<T>): Promise<T> {
  const received: string[] = []
  const store = createServer((request, response) => {
    const hash = createHash('md5')
    request.on('data', (chunk: Buffer) => hash.update(chunk))
    request.on('end', () => {
      received.push(hash.digest('base64'))
      response.end()
    })
  })
  await new Promise<void>((resolve) => store.listen(0, '127.0.0.1', resolve))
  try {
    return await work(`http://127.0.0.1:${(store.address() as AddressInfo).port}/bucket/a?signature`, received)
  } finally {
    store.closeAllConnections()
    store.close()
  }
}

it('an upload of 256 MB takes no more memory than one of 4 MB', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'flyte-js-upload-'))
  try {
    await withStore(async (url, received) => {
      const peakOf = async (size: number) => {
        const path = join(folder, `${size}`)
        const file = await open(path, 'w')
        // A hole: it has a length, and takes no room on the disk.
        await file.truncate(size)
        await file.close()
        const { stdout } = await promisify(execFile)(process.execPath, [script, path, url])
        const { md5, peak } = JSON.parse(stdout) as { md5: string; peak: number }
        expect(received.at(-1)).toBe(md5)
        return peak
      }
      const small = await peakOf(4 * megabyte)
      const large = await peakOf(256 * megabyte)
      console.log(`peak: ${Math.round(small / megabyte)} MB for 4 MB, ${Math.round(large / megabyte)} MB for 256 MB`)
      expect(large - small).toBeLessThan(48 * megabyte)
    })
  } finally {
    await rm(folder, { recursive: true })
  }
})
