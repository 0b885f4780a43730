import { environmentName, type Setting, type SettingName, settings } from './settings.js'

/** A row of the table with what is made of its name, made once. */
export interface SettingRow extends Setting {
  /** As `section.option`. */
  readonly name: SettingName
  /** The part before the dot. */
  readonly section: string
  /** The part behind the dot, in camelCase, as the view has it. */
  readonly key: string
  /** Its environment variable. */
  readonly variable: string
  /** The variable that may name another one. Made once, because looking up a new text takes longer than all the rest. */
  readonly fromVariable: string
  /** The variable that may name a file. */
  readonly fromFile: string
}

/** The rows in the table's order. */
export const settingRows: readonly SettingRow[] = (Object.keys(settings) as SettingName[]).map((name) => {
  const [section = '', option = ''] = name.split('.')
  const key = option.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
  const variable = environmentName(name)
  return {
    ...settings[name],
    name,
    section,
    key,
    variable,
    fromVariable: `${variable}_FROM_ENV_VAR`,
    fromFile: `${variable}_FROM_FILE`,
  }
})
