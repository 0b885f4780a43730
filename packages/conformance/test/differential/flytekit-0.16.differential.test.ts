import type { SettingName } from '@flyte-js/config'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Difference, expectAgreement, resolve, theFile } from './agreement.js'
import { type Case, environment, files, redirectedEnvironment } from './case.js'
import { expectSetting016, forFlytekit, of016, ofBoth, type Read016 } from './deviations.js'
import { iniOf } from './ini-texts.js'
import { ask, sample } from './python.js'

const names: SettingName[] = [
  'platform.url',
  'platform.http_url',
  'platform.insecure',
  'platform.insecure_skip_verify',
  'platform.auth',
  'platform.cloud_provider',
  'credentials.client_id',
  'credentials.redirect_uri',
  'credentials.authorization_metadata_key',
  'credentials.client_secret',
  'credentials.scope',
  'credentials.scopes',
  'credentials.command',
  'admin.max_retries',
]
/** Its variable only: a redirect to nothing would be one deviation more, see `emptyMode`. */
const mode: SettingName[] = ['credentials.auth_mode']

const env = fc
  .tuple(redirectedEnvironment(names), environment(mode))
  .map(([redirected, own]) => ({ ...own, ...redirected }))
const file = iniOf([...names, ...mode]).map((text) => ({ path: 'flyte.config', text }))
const cases: Case[] = sample(fc.record({ env, files, file: fc.option(file, { freq: 3 }) }), 3000)

type Answer = { refused?: string; values?: Record<string, Read016> }
const answers = await ask<Answer>('flytekit-0.16', 'ask_flytekit_0_16.py', cases.map(forFlytekit))

test('every setting goes down the same waterfall, but for the deviations', () => {
  let errors = 0
  const differences = cases.flatMap((given, index): Difference[] => {
    const { refused, values = {} } = answers[index] as Answer
    const ours = resolve(given)
    const theirs = refused
      ? []
      : [...names, ...mode].map((name) => [name, expectSetting016(name, values[name] as Read016)] as const)
    const wrong: string[] = refused ? [theFile] : theirs.flatMap(([name, value]) => ('error' in value ? [name] : []))
    if (wrong.length > 0) {
      errors += 1
      return 'error' in ours && wrong.includes(ours.error) ? [] : [{ given, theirs: wrong, ours }]
    }
    if ('error' in ours) return [{ given, theirs, ours }]
    return theirs.flatMap(([name, expected]) => {
      const value = ours.get(name) ?? null
      const isSame = JSON.stringify({ value }) === JSON.stringify(expected)
      return isSame ? [] : [{ given, theirs: { [name]: expected }, ours: { [name]: value } }]
    })
  })
  expectAgreement(`flytekit 0.16 (${errors} errors)`, cases.length, differences, { ...ofBoth, ...of016 })
  expect(errors).toBeLessThan(cases.length / 2)
})
