// Launch plans.
import { createEntityStore, type Entity, type EntityStore, entityColumns, entityRow } from './entities.js'
import { invalidArgument, notFound } from './grpc-status.js'
import { checkFields, checkIdentifier, normalizedId, requestedId } from './identifiers.js'
import { expectedInputsOf } from './launch-plan-inputs.js'
import { page } from './lists.js'
import { type Message, messageField, stringField } from './message.js'
import type { Projects } from './projects.js'
import type { Handlers } from './state.js'
import type { Table } from './table.js'
import { timestampOf } from './well-known-types.js'
import { interfaceOf, type Workflows, workflowTable } from './workflows.js'

/** The table of launch plans, which filters reach from executions too. */
export const launchPlanTable: Table = {
  name: 'launch_plans',
  letter: 'l',
  columns: [...entityColumns, 'spec', 'workflow_id', 'closure', 'state', 'schedule_type', 'launch_condition_type'],
  joins: { workflow: workflowTable },
}

/** The launch plans of a server. */
export interface LaunchPlans {
  handlers: Handlers
  store: EntityStore
  /** What is answered for a launch plan now: its state may have changed since it was registered. */
  describe(launchPlan: Entity): Message
  /** Keeps a launch plan of a workflow with that interface. */
  register(id: Message, spec: Message, expectedInputs: Message, workflowInterface: Message): void
}

/** Makes an empty registry of launch plans. */
export function createLaunchPlans(projects: Projects, workflows: Workflows, now: () => number): LaunchPlans {
  const store = createEntityStore(
    {
      resourceType: 'LAUNCH_PLAN',
      title: 'launch plan',
      structureType: 'flyteidl.admin.LaunchPlanSpec',
      table: launchPlanTable,
      row: launchPlanRow,
    },
    now,
  )
  const describe = ({ message, state, updatedAt }: Entity): Message => ({
    ...message,
    closure: {
      ...messageField(message, 'closure'),
      ...(state === 1 && { state: 'ACTIVE' }),
      updated_at: timestampOf(updatedAt.getTime()),
    },
  })
  const register: LaunchPlans['register'] = (id, spec, expectedInputs, { outputs }) =>
    store.add({
      id,
      structure: spec,
      message: {
        id,
        spec,
        closure: {
          expected_inputs: expectedInputs,
          ...(outputs !== undefined && { expected_outputs: outputs }),
          created_at: timestampOf(now()),
        },
      },
    })
  const active = () => store.all.filter(({ state }) => state === 1)
  const listed = ({ items, token }: { items: Entity[]; token: string }) => ({
    launch_plans: items.map(describe),
    token,
  })

  return {
    store,
    describe,
    register,
    handlers: {
      CreateLaunchPlan: (request) => {
        const workflowId = messageField(request, 'spec').workflow_id as Message | undefined
        checkIdentifier(workflowId, 'WORKFLOW')
        const workflowInterface = interfaceOf(workflows, normalizedId(workflowId, 'WORKFLOW'))
        const requested = request.id === undefined ? undefined : messageField(request, 'id')
        checkIdentifier(requested, 'LAUNCH_PLAN')
        projects.check(stringField(requested, 'project'), stringField(requested, 'domain'))
        const id = normalizedId(requested, 'LAUNCH_PLAN')
        const expectedInputs = expectedInputsOf(workflowInterface, messageField(request, 'spec'))
        const spec: Message = { ...messageField(request, 'spec'), default_inputs: expectedInputs }
        register(id, spec, expectedInputs, workflowInterface)
        return {}
      },
      GetLaunchPlan: (request) => describe(store.get(requestedId(request, 'LAUNCH_PLAN'))),
      UpdateLaunchPlan: (request) => {
        const launchPlan = store.get(requestedId(request, 'LAUNCH_PLAN'))
        const isActive = request.state === 'ACTIVE'
        for (const other of isActive ? active() : []) if (isSameName(other.id, launchPlan.id)) other.state = 0
        launchPlan.state = isActive ? 1 : 0
        launchPlan.updatedAt = new Date(now())
        return {}
      },
      GetActiveLaunchPlan: (request) => {
        const id = messageField(request, 'id')
        checkFields(id, ['project', 'domain', 'name'])
        const found = active().find((launchPlan) => isSameName(launchPlan.id, id))
        if (found !== undefined) return describe(found)
        throw notFound(`No active launch plan could be found: ${id.project}:${id.domain}:${id.name}`)
      },
      ListActiveLaunchPlans: (request) => {
        checkFields(request, ['project', 'domain'])
        const found = active().filter(({ id }) => id.project === request.project && id.domain === request.domain)
        return listed(
          page(found, request, { rpc: 'ListActiveLaunchPlans', table: launchPlanTable, row: launchPlanRow }),
        )
      },
      ListLaunchPlans: (request) => listed(store.list(request, 'ListLaunchPlans')),
      ListLaunchPlanIds: (request) => {
        if (Number(request.limit ?? 0) === 0) throw invalidArgument('missing and/or invalid parameters: limit')
        return store.listIds(request)
      },
    },
  }
}

/** The columns of a launch plan, with those of its workflow. */
function launchPlanRow(launchPlan: Entity) {
  const workflowId = messageField(messageField(launchPlan.message, 'spec'), 'workflow_id')
  const joined = ['project', 'domain', 'name', 'version'].map((part) => [
    `workflow.${part}`,
    stringField(workflowId, part),
  ])
  const { schedule } = messageField(messageField(launchPlan.message, 'spec'), 'entity_metadata') as {
    schedule?: Message
  }
  const scheduleType = schedule?.rate !== undefined ? 'RATE' : schedule === undefined ? 'NONE' : 'CRON'
  return { ...entityRow(launchPlan), ...Object.fromEntries(joined), schedule_type: scheduleType }
}

function isSameName(left: Message, right: Message): boolean {
  return left.project === right.project && left.domain === right.domain && left.name === right.name
}
