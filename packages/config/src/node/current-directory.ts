import { parse } from 'node:path'

/** The process's own. Whoever has removed the directory may still be configured by variables. */
export function currentDirectory(): string {
  try {
    return process.cwd()
  } catch {
    return parse(process.execPath).root
  }
}
