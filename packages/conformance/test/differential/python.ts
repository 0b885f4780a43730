import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { root } from '../run.js'

/** What all samples are drawn with: the same in every run, unless FLYTE_TEST_SEED says another. */
export const seed = Number(process.env.FLYTE_TEST_SEED ?? 20_210_604)
console.log(`FLYTE_TEST_SEED=${seed}`)

/** Draws cases. */
export function sample<Case>(arbitrary: fc.Arbitrary<Case>, count: number): Case[] {
  return fc.sample(arbitrary, { numRuns: count, seed })
}

/**
 * Gives cases to a Python program, one JSON a line, and reads as many answers.
 *
 * @param environment - a virtual environment of `.config/scripts/python.mjs`
 * @param program - a file beside this one
 */
export async function ask<Answer>(
  environment: 'flytekit' | 'flytekit-0.16',
  program: string,
  cases: readonly unknown[],
): Promise<Answer[]> {
  const python = `${root}node_modules/.cache/flyte-js/python/${environment}/bin/python`
  if (!existsSync(python)) throw new Error(`there is no ${environment} yet: npm run test:differential installs it`)
  // -B: no compiled files between the sources. -X utf8: files are UTF-8 also where the locale says otherwise.
  const child = spawn(python, ['-B', '-X', 'utf8', fileURLToPath(new URL(program, import.meta.url))], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH },
  })
  child.stdin.end(cases.map((each) => `${JSON.stringify(each)}\n`).join(''))
  const answers = (await text(child.stdout)).trim().split('\n')
  if (answers.length !== cases.length) throw new Error(`${program}: ${answers.length} answers to ${cases.length} cases`)
  return answers.map((line) => JSON.parse(line) as Answer)
}
