// The expectations about types are the compiler's to hold: here it is asked, and asked whether it would object.
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { complaintsAbout } from './compiler.js'

const files = ['test/types/services.test.ts', 'test/types/answers.test.ts', 'test/wire/expected-requests.ts']

/** The same files, in each of which one thing is turned into what is not so. */
const turned: Readonly<Record<string, string>> = Object.fromEntries(
  (
    [
      ['test/types/services.test.ts', "toEqualTypeOf<'listSignals'>", "toEqualTypeOf<'setSignal'>"],
      ['test/types/answers.test.ts', 'toEqualTypeOf<Identifier | null>', 'toEqualTypeOf<Identifier>'],
      ['test/wire/expected-requests.ts', "state: 'ACTIVE'", "state: 'ACTVE'"],
    ] as const
  ).map(([path, from, to]) => {
    const text = readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
    return [path.replace(/([^/]+)$/, 'turned-$1'), text.replace(from, to)]
  }),
)

const complaints = complaintsAbout(files, turned)

it('every expectation about types holds', () => {
  expect(complaints.filter(({ file }) => !file.startsWith('turned-'))).toEqual([])
})

it('one that does not hold would be found', () => {
  expect(complaints.map(({ file }) => file).sort()).toEqual([
    'turned-answers.test.ts',
    'turned-expected-requests.ts',
    'turned-services.test.ts',
  ])
})
