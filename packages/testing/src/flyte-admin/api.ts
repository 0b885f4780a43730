// The API of Flyte Admin: its managers, put together.
import { createDescriptionEntities } from './description-entities.js'
import { createOffloadedData } from './events/offloaded-data.js'
import { createExecutionStore } from './executions/execution-store.js'
import { createExecutions } from './executions/executions.js'
import { createLaunch } from './executions/launch-execution.js'
import { createWorkflowEvents } from './executions/workflow-events.js'
import { createLaunchPlans } from './launch-plans.js'
import { createMatchingAttributes } from './matching-attributes.js'
import { createExecutionMetrics } from './metrics/execution-metrics.js'
import { createNamedEntities } from './named-entities.js'
import { createNodeEvents } from './node-executions/node-events.js'
import { createNodeExecutionStore } from './node-executions/node-execution-store.js'
import { createNodeExecutions } from './node-executions/node-executions.js'
import type { FlyteAdminOptions } from './options.js'
import { createProjects } from './projects.js'
import { createSignals } from './signals.js'
import { createSingleTasks } from './single-task.js'
import type { Handlers } from './state.js'
import { createTaskEvents } from './task-executions/task-events.js'
import { createTaskExecutionStore } from './task-executions/task-execution-store.js'
import { createTaskExecutions } from './task-executions/task-executions.js'
import { createTasks } from './tasks.js'
import { createWorkflows } from './workflows.js'

const defaultTimes = { queued: 100, running: 100 }

/** Makes a fresh one. */
export function createApi(options: FlyteAdminOptions, now: () => number): Handlers {
  const { executionTimes = defaultTimes } = options
  const projects = createProjects(now)
  const descriptions = createDescriptionEntities(now)
  const tasks = createTasks(projects, descriptions, now)
  const workflows = createWorkflows(projects, tasks, descriptions, now)
  const launchPlans = createLaunchPlans(projects, workflows, now)
  const singleTasks = createSingleTasks(tasks, workflows, launchPlans, now)
  const attributes = createMatchingAttributes(projects)
  const executions = createExecutionStore({
    now,
    timesOf: typeof executionTimes === 'function' ? executionTimes : () => executionTimes,
  })
  const nodes = createNodeExecutionStore()
  const taskExecutions = createTaskExecutionStore()
  const offloaded = createOffloadedData()
  const launch = createLaunch({ now, projects, launchPlans, singleTasks, executions, nodes, attributes })
  const startedAt = new Date(now()).toISOString().replace('T', ' ').replace('Z', '000000 +0000 UTC m=+0.000753831')
  return {
    ...projects.handlers,
    ...tasks.handlers,
    ...workflows.handlers,
    ...launchPlans.handlers,
    ...createNamedEntities({ TASK: tasks.store, WORKFLOW: workflows.store, LAUNCH_PLAN: launchPlans.store }),
    ...descriptions.handlers,
    ...attributes.handlers,
    ...createExecutions(executions, launch, offloaded, now),
    ...createWorkflowEvents(executions, offloaded),
    ...createNodeExecutions(nodes, taskExecutions, executions, offloaded),
    ...createNodeEvents({ now, executions, nodes, tasks: taskExecutions, offloaded }),
    ...createTaskExecutions({ executions, nodes, taskExecutions, tasks, offloaded }),
    ...createTaskEvents({ now, executions, nodes, taskExecutions, offloaded }),
    ...createExecutionMetrics({ executions, nodes, tasks: taskExecutions, workflows }),
    ...createSignals(now),
    GetVersion: () => ({ control_plane_version: { Build: 'unknown', Version: 'unknown', BuildTime: startedAt } }),
  }
}
