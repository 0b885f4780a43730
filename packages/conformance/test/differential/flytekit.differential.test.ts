import { type SettingName, settings } from '@flyte-js/config'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Difference, expectAgreement, resolve, theFile } from './agreement.js'
import { type Case, type ConfigFile, environment, files } from './case.js'
import { type Answer, expectRefusal, expectSetting, expectView, forFlytekit, ofBoth, ofFlytekit } from './deviations.js'
import { iniOf } from './ini-texts.js'
import { ask, sample } from './python.js'
import { yamlOf } from './yaml-texts.js'

/** The settings that the current flytekit has too. */
const names = (Object.keys(settings) as SettingName[]).filter((name) => {
  const { by } = settings[name]
  const isGone = /^platform\.(http_url|auth|cloud_provider)$|redirect_uri|authorization_metadata_key|\.scope$/.test(
    name,
  )
  return by !== 'flytectl' && !isGone
})

const ini = fc.tuple(fc.constantFrom('flytekit.config', 'config', 'x.ini', 'config.yaml.bak', 'myyaml'), iniOf(names))
const yaml = fc.tuple(fc.constantFrom('config.yaml', 'x.yml', 'CONFIG.YAML', 'x.Yml'), yamlOf(names))
const file: fc.Arbitrary<ConfigFile | null> = fc.oneof(
  { weight: 1, arbitrary: fc.constant(null) },
  { weight: 4, arbitrary: ini.map(([path, text]) => ({ path, text })) },
  { weight: 4, arbitrary: yaml.map(([path, rest]) => ({ path, ...rest })) },
)
const cases: Case[] = sample(fc.record({ env: environment([...names, 'credentials.scope']), files, file }), 3000)
const answers = await ask<Answer>('flytekit', 'ask_flytekit.py', cases.map(forFlytekit))

type Values = Record<string, unknown>

/** What flyte-js must say: its errors, any of which it may name first; without any, its values, and those of the view. */
function expected(each: Case, answer: Answer): Values {
  if (expectRefusal(each, answer)) return { errors: [theFile] }
  const own = names.map((name) => [name, expectSetting(name, answer.values?.[name] ?? {}, each)] as const)
  const errors: string[] = own.flatMap(([name, value]) => ('error' in value ? [name] : []))
  if (/^(FileNotFound|IsADirectory)Error$/.test(answer.failed ?? '')) errors.push('credentials.client_secret_location')
  if (errors.length > 0) return { errors }
  const values = Object.fromEntries(own.map(([name, value]) => [name, 'value' in value ? value.value : undefined]))
  if (answer.failed) return { failed: answer.failed }
  const view = Object.entries(expectView(answer, values, each))
  const wrong = view.flatMap(([name, value]) => ('error' in value ? [name] : []))
  if (wrong.length > 0) return { errors: wrong }
  return {
    ...values,
    ...Object.fromEntries(view.map(([name, each]) => [`config ${name}`, 'value' in each && each.value])),
  }
}

/** What it says of the same. */
function said(each: Case, asked: readonly string[]): Values {
  const resolution = resolve(each)
  if ('error' in resolution) return resolution
  const find = (name: string) => {
    if (!name.startsWith('config ')) return resolution.get(name as SettingName)
    const [section = '', option = ''] = name.slice('config '.length).split('.')
    const key = option.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
    return (resolution.config as unknown as Record<string, Values>)[section]?.[key]
  }
  return Object.fromEntries(asked.map((name) => [name, find(name) ?? null]))
}

test('every setting, and what is made of them, is as flytekit has it, but for the deviations', () => {
  let errors = 0
  const differences = cases.flatMap((given, index): Difference[] => {
    const theirs = expected(given, answers[index] as Answer)
    const isError = Array.isArray(theirs.errors)
    const ours: Values = said(given, isError ? names : Object.keys(theirs))
    if (isError || 'error' in ours) {
      errors += 1
      return isError && (theirs.errors as unknown[]).includes(ours.error) ? [] : [{ given, theirs, ours }]
    }
    return Object.entries(theirs).flatMap(([name, value]) => {
      const isSame = JSON.stringify(value) === JSON.stringify(ours[name])
      return isSame ? [] : [{ given, theirs: { [name]: value }, ours: { [name]: ours[name] } }]
    })
  })
  expectAgreement(`flytekit (${errors} errors)`, cases.length, differences, { ...ofBoth, ...ofFlytekit })
  expect(errors).toBeLessThan(cases.length / 2)
})
