import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { startVitest } from 'vitest/node'
import { tellSecondTries } from './second-try.ts'

test('a test that needs a second try is named with what its first one said, others are not', async () => {
  const root = await mkdtemp(join(fileURLToPath(new URL('..', import.meta.url)), 'node_modules', '.second-try-'))
  try {
    const code = `import { expect, test } from 'vitest'
      let tries = 0
      test('steady', () => {})
      test('unsteady', () => { tries += 1; expect(tries, 'tries').toBe(2) })`
    await writeFile(join(root, 'sample.test.ts'), code)
    const told: string[] = []
    const reporters = [tellSecondTries((text) => told.push(text))]
    const vitest = await startVitest('test', [], { root, retry: 1, watch: false, config: false, reporters })
    await vitest.close()
    expect(told).toHaveLength(1)
    expect(told[0]).toContain('SECOND TRY  sample.test.ts > unsteady\n  tries: expected 1 to be 2')
  } finally {
    await rm(root, { recursive: true })
  }
})
