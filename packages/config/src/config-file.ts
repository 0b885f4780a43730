import type { IniFile } from './ini.js'
import type { Reading } from './parse-value.js'
import type { SettingName } from './settings.js'

/** A file's place, and what it holds. */
export interface ConfigFileText {
  /** Its path, for `explain()` and for errors; its end says what kind of file it is. */
  readonly path: string
  /** What it holds. */
  readonly text: string
}

/** What a file holds for one setting. */
export interface FileEntry {
  /** The line, counted from 1. */
  readonly line: number
  /** The value. It is read late: what is wrong with a value that another place wins over does no harm. */
  read(): Reading
}

/** A configuration file that has been read. */
export interface ConfigFile {
  /** How it is written. */
  readonly kind: 'INI' | 'YAML'
  /** Where it is. */
  readonly path: string
  /** What the file holds for a setting; `undefined` where it says nothing about it. */
  find(name: SettingName): FileEntry | undefined
  /** What an INI file holds as a whole, for the linter. */
  readonly ini?: IniFile
  /** What is probably a mistake in it, where its reader knows that. */
  lint?(): ConfigFinding[]
}

/** Reads YAML: `resolveConfig` is given one, so that whoever has no YAML file loads none. */
export type YamlReader = (file: ConfigFileText) => ConfigFile

/** What kind of mistake was found. */
export type ConfigRule =
  | 'unknown-variable'
  | 'unknown-key'
  | 'unread-key'
  | 'quoted-boolean'
  | 'percent'
  | 'flytectl-mode'
  | 'insecure-https'
  | 'redirect-and-value'
  | 'problem'

/** One mistake. */
export interface ConfigFinding {
  /** What kind of mistake it is. */
  readonly rule: ConfigRule
  /** Where it is: a variable, or a line of the file. */
  readonly place: string
  /** What is wrong, and what to do. It holds no value, which may be a secret. */
  readonly message: string
  /** The name that was probably meant. */
  readonly suggestion?: string
}
