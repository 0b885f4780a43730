import { fetchInputsOutputs } from '@flyte-js/admin/executions'
import { clockOf } from '../clock-of.js'
import { type OneView, printOne } from '../output/print.js'
import { valueText } from '../output/value-text.js'
import type { Session } from '../session.js'
import { executionView } from '../views/executions.js'
import { launchPlanVersionView } from '../views/launch-plans.js'
import { nodeExecutionView } from '../views/node-executions.js'
import { domainView, projectView } from '../views/projects.js'
import { taskView } from '../views/tasks.js'
import { workflowVersionView } from '../views/workflows.js'
import * as find from './find.js'
import { executionId, namedVersion } from './names.js'

/** What can be described by one name. */
export type Kind = 'project' | 'domain' | 'workflow' | 'task' | 'launchplan' | 'execution'

/** `describe <kind> <name>` */
export async function describe(
  session: Session,
  { version }: { readonly version?: string },
  kind: Kind,
  name: string,
): Promise<void> {
  const told = <Item>(work: Promise<Item>, view: OneView<Item>) => tell(session, work, view)
  if (kind === 'project') return told(find.project(session, name), projectView)
  if (kind === 'domain') return told(find.domain(session, name), domainView)
  if (kind === 'workflow')
    return told(find.workflow(session, await namedVersion(session, 'WORKFLOW', name, version)), workflowVersionView)
  if (kind === 'task') return told(find.task(session, await namedVersion(session, 'TASK', name, version)), taskView)
  if (kind === 'launchplan') {
    const id = await namedVersion(session, 'LAUNCH_PLAN', name, version)
    return told(find.launchPlan(session, id), launchPlanVersionView)
  }
  const view = executionView(clockOf(session.io).now())
  const data = await dataFields(session, await executionId(session, name))
  await told(find.execution(session, name), { ...view, fields: (item) => [...view.fields(item), ...data] })
}

/** `describe node-execution <execution> <node>` */
export async function describeNode(session: Session, execution: string, node_id: string): Promise<void> {
  const execution_id = await executionId(session, execution)
  const view = nodeExecutionView(clockOf(session.io).now())
  const data = await dataFields(session, { execution_id, node_id })
  await tell(session, find.nodeExecution(session, execution, node_id), {
    ...view,
    fields: (item) => [...view.fields(item), ...data],
  })
}

async function tell<Item>(session: Session, work: Promise<Item>, view: OneView<Item>): Promise<void> {
  await printOne(session, await session.busy('Asking', work), view)
}

/** The inputs and outputs as lines of their own. JSON and YAML are Admin's message, which has none. */
async function dataFields(
  session: Session,
  id: Parameters<typeof fetchInputsOutputs>[1],
): Promise<[title: string, value: string][]> {
  if (session.format !== 'table' && session.format !== 'wide') return []
  const client = await session.client()
  const { inputs, outputs } = await session.busy(
    'Asking for inputs and outputs',
    fetchInputsOutputs(client, id, { signal: session.signal }),
  )
  const lines = (title: string, values: Record<string, unknown>) =>
    Object.entries(values).map(([name, value]): [string, string] => [`${title} ${name}`, valueText(value)])
  return [...lines('Input', inputs), ...lines('Output', outputs)]
}
