import type { ExplainRow } from '@flyte-js/config'
import { FlyteError } from '@flyte-js/core'
import { type ListView, printList } from '../output/print.js'
import type { Session } from '../session.js'

const rows: ListView<ExplainRow> = {
  columns: [
    { title: 'SETTING', value: ({ setting }) => setting, colour: (row) => (isSet(row) ? undefined : 'dim') },
    { title: 'VALUE', value: ({ value }) => value, maxWidth: 60, colour: (row) => (isSet(row) ? 'cyan' : 'dim') },
    { title: 'SOURCE', value: ({ source }) => source, colour: (row) => (isSet(row) ? undefined : 'dim') },
    { title: 'VARIABLE', value: ({ env }) => env, isWide: true },
    { title: 'WINS OVER', value: ({ shadowed }) => shadowed.join(', '), isWide: true },
  ],
  nameOf: ({ setting }) => setting,
}

/** `config explain [setting] [--set]` */
export async function explain(
  session: Session,
  name: string | undefined,
  { isSetOnly }: { isSetOnly: boolean },
): Promise<void> {
  const all = (await session.resolution()).explain()
  const named =
    name === undefined ? all : all.filter(({ setting }) => setting === name || setting.startsWith(`${name}.`))
  if (named.length === 0) {
    const message = `There is no setting ${name}. flyte-js config explain shows them all`
    throw new FlyteError('FLYTE_INVALID_ARGUMENT', message)
  }
  await printList(session, isSetOnly ? named.filter(isSet) : named, rows)
  if (session.format !== 'table' && session.format !== 'wide') return
  for (const { setting, problems } of named)
    for (const problem of problems) session.tell(`warning: ${setting}: ${problem}`)
}

const isSet = ({ source }: ExplainRow) => source !== 'not set' && source !== 'default'
