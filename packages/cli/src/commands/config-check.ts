import { type ConfigFinding, checkConfig } from '@flyte-js/config'
import { exitCodes } from '../exit-code.js'
import { type ListView, printList } from '../output/print.js'
import type { Session } from '../session.js'

const findings: ListView<ConfigFinding> = {
  columns: [
    { title: 'RULE', value: ({ rule }) => rule, colour: () => 'yellow' },
    { title: 'PLACE', value: ({ place }) => place },
    { title: 'MESSAGE', value: ({ message }) => message },
    { title: 'PROBABLY', value: ({ suggestion }) => suggestion },
  ],
  nameOf: ({ place }) => place,
}

/** `config check`: a linter, and so a failure where something is found. */
export async function check(session: Session): Promise<void> {
  const found = checkConfig(await session.resolution())
  if (found.length > 0) session.endWith(exitCodes.failed)
  if (found.length > 0 || session.format === 'json' || session.format === 'yaml') {
    await printList(session, found, findings)
  } else {
    session.tell('Nothing is wrong with the configuration')
  }
}
