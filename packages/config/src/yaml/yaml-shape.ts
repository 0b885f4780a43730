import * as z from 'zod/mini'
import { settingRows } from '../setting-rows.js'
import type { SettingType } from '../settings.js'

/** Any number: `1e999` is infinite, and the id of somebody all the same. */
const number = z.custom<number>((value) => typeof value === 'number')
const scalar = z.union([z.string(), number])
/** `[]` is nothing for a setting of any type, as `""` is. */
const nothing = z.tuple([])

/** What may be written for a setting of each type. What looks like another type at first is turned into it, and reported. */
const shapes: Readonly<Record<SettingType, z.ZodMiniType>> = {
  string: z.union([scalar, nothing]),
  boolean: z.union([z.boolean(), z.string(), nothing]),
  list: z.union([z.string(), z.array(scalar)]),
  integer: z.union([scalar, nothing]),
  duration: z.union([scalar, nothing]),
}

/** How the types are called. */
const names: Readonly<Record<SettingType, string>> = {
  string: 'text',
  boolean: 'true or false',
  list: 'a list of texts',
  integer: 'a whole number',
  duration: 'a duration with its unit',
}

interface Section {
  [key: string]: Section | SettingType
}

/** The sections of the file with their settings: `{ admin: { endpoint: 'string', pkceConfig: { … } }, … }`. */
const sections: Section = {}
for (const { yaml, type } of settingRows) {
  const keys = yaml?.split('.') ?? []
  const last = keys.pop()
  let section = sections
  for (const key of keys) {
    section[key] ??= {}
    section = section[key] as Section
  }
  if (last !== undefined) section[last] = type
}

/** The file's shape: what is no setting may be anything, and everything may be left out or left empty. */
const shapeOf = (section: Section): z.ZodMiniType =>
  z.looseObject(
    Object.fromEntries(
      Object.entries(section).map(([key, each]) => [
        key,
        z.nullish(typeof each === 'string' ? shapes[each] : shapeOf(each)),
      ]),
    ),
  )
const file = z.nullish(shapeOf(sections))

/**
 * Looks for a value of the wrong type where a setting or a section belongs.
 *
 * @returns its path and what is wrong; `undefined` when nothing is
 */
export function findMistake(content: unknown): { keys: string[]; says: string } | undefined {
  const keys = file.safeParse(content).error?.issues[0]?.path.map(String)
  if (keys === undefined) return undefined
  let expected: Section | SettingType = sections
  let found: unknown = content
  for (const key of keys) {
    expected = (expected as Section)[key] as Section | SettingType
    found = (found as Record<string, unknown>)[key]
  }
  const wanted = typeof expected === 'string' ? names[expected] : 'a mapping'
  return { keys, says: `expected ${wanted}, found ${typeNameOf(found)}` }
}

function typeNameOf(value: unknown): string {
  if (Array.isArray(value)) {
    const odd = value.find((each) => typeof each !== 'string' && typeof each !== 'number')
    if (odd === undefined) return 'a list'
    // Not further down: a list may hold itself.
    return `a list that holds ${Array.isArray(odd) ? 'a list' : typeNameOf(odd)}`
  }
  if (value === null) return 'nothing'
  return typeof value === 'object' ? 'a mapping' : `a ${typeof value}`
}
