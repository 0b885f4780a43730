// A module of its own, so that its library is loaded with `-o yaml` alone.
import { stringify } from 'yaml'

/** A message as YAML, no line folded. */
export const toYaml = (message: unknown): string => stringify(message, { lineWidth: 0 })
