// What Flyte Admin's gateway must be sent, for every RPC: the project's own list, written by hand after a real server's routes and
// not made from the protos. For another RPC or field add a row: a request, and how it goes out.
import type { AdminClient } from '../../src/create-admin-client.js'

/** A sample request of one RPC, and what a server must see. */
interface Row<Service extends keyof AdminClient, Rpc extends keyof AdminClient[Service]> {
  rpc: `${Service}.${Rpc & string}`
  request?: AdminClient[Service][Rpc] extends (...given: infer Given) => unknown ? Given[0] : never
  /** Method and path, to the byte. */
  sends: `${'GET' | 'POST' | 'PUT' | 'DELETE'} /${string}`
  /** Every parameter of the query, as the gateway decodes it. Without it there is no query. */
  query?: Record<string, string>
  /** `*`, as google/api/http.proto writes it: the whole request is the body. Without it there is no body. */
  body?: '*'
}

/** Any row, each with the request type of its RPC. */
export type ExpectedRequest = {
  [Service in keyof AdminClient]: {
    [Rpc in keyof AdminClient[Service]]: Row<Service, Rpc>
  }[keyof AdminClient[Service]]
}[keyof AdminClient]

// No two parts have one text, so that none can be taken for another, and some have what must be encoded in a path.
const parent = { project: 'snacks', domain: 'dev' }
const named = { ...parent, name: 'say hello' }
const versioned = { ...named, version: 'v1+2' }
const execution = { ...parent, name: 'f1' }
const node = { execution_id: execution, node_id: 'n0;é' }
const task = { resource_type: 'TASK', project: 'library', domain: 'prod', name: 'greet%', version: 'w3' } as const
const taskExecution = { task_id: task, node_execution_id: node, retry_attempt: 0 }

// What every list takes, and how it goes out.
const page = {
  limit: 10,
  token: '20',
  filters: 'eq(name,a)+value_in(version,v1;v2)',
  sort_by: { key: 'created_at', direction: 'ASCENDING' },
} as const
const pageQuery = {
  limit: '10',
  token: '20',
  filters: 'eq(name,a)+value_in(version,v1;v2)',
  'sort_by.key': 'created_at',
  'sort_by.direction': 'ASCENDING',
}

// More than 2^53: a JSON number would lose its last digit.
const literals = { literals: { count: { scalar: { primitive: { integer: '9007199254740993' } } } } }
const attributes = { task_resource_attributes: { defaults: { cpu: '1' }, limits: { memory: '2Gi' } } }

/** Every RPC, in the protos' order; one with two routes has a row for each. */
export const expectedRequests: readonly ExpectedRequest[] = [
  // Tasks
  {
    rpc: 'admin.createTask',
    request: {
      id: { resource_type: 'TASK', ...versioned },
      spec: { template: { type: 'python-task', container: { image: 'registry/image:tag', args: ['--é', ''] } } },
    },
    sends: 'POST /api/v1/tasks',
    body: '*',
  },
  { rpc: 'admin.getTask', request: { id: versioned }, sends: 'GET /api/v1/tasks/snacks/dev/say%20hello/v1%2B2' },
  {
    rpc: 'admin.listTaskIds',
    request: { ...parent, ...page },
    sends: 'GET /api/v1/task_ids/snacks/dev',
    query: pageQuery,
  },
  {
    rpc: 'admin.listTasks',
    request: { id: named, ...page },
    sends: 'GET /api/v1/tasks/snacks/dev/say%20hello',
    query: pageQuery,
  },
  {
    rpc: 'admin.listTasks',
    request: { id: parent, ...page },
    sends: 'GET /api/v1/tasks/snacks/dev',
    query: pageQuery,
  },

  // Workflows
  {
    rpc: 'admin.createWorkflow',
    request: {
      id: { resource_type: 'WORKFLOW', ...versioned },
      spec: { template: { nodes: [{ id: 'n0', task_node: { reference_id: task } }, { id: 'n1' }] } },
    },
    sends: 'POST /api/v1/workflows',
    body: '*',
  },
  {
    rpc: 'admin.getWorkflow',
    request: { id: versioned },
    sends: 'GET /api/v1/workflows/snacks/dev/say%20hello/v1%2B2',
  },
  {
    rpc: 'admin.listWorkflowIds',
    request: { ...parent, ...page },
    sends: 'GET /api/v1/workflow_ids/snacks/dev',
    query: pageQuery,
  },
  {
    rpc: 'admin.listWorkflows',
    request: { id: named, ...page },
    sends: 'GET /api/v1/workflows/snacks/dev/say%20hello',
    query: pageQuery,
  },
  {
    rpc: 'admin.listWorkflows',
    request: { id: parent, ...page },
    sends: 'GET /api/v1/workflows/snacks/dev',
    query: pageQuery,
  },

  // Launch plans
  {
    rpc: 'admin.createLaunchPlan',
    request: {
      id: { resource_type: 'LAUNCH_PLAN', ...versioned },
      spec: {
        workflow_id: { resource_type: 'WORKFLOW', ...versioned },
        fixed_inputs: literals,
        labels: { values: { team: 'ü' } },
        interruptible: false,
      },
    },
    sends: 'POST /api/v1/launch_plans',
    body: '*',
  },
  {
    rpc: 'admin.getLaunchPlan',
    request: { id: versioned },
    sends: 'GET /api/v1/launch_plans/snacks/dev/say%20hello/v1%2B2',
  },
  {
    rpc: 'admin.getActiveLaunchPlan',
    request: { id: { ...named, org: 'acme' } },
    sends: 'GET /api/v1/active_launch_plans/snacks/dev/say%20hello',
    query: { 'id.org': 'acme' },
  },
  {
    rpc: 'admin.listActiveLaunchPlans',
    request: { ...parent, limit: 10, token: '20', sort_by: { key: 'name', direction: 'DESCENDING' }, org: 'acme' },
    sends: 'GET /api/v1/active_launch_plans/snacks/dev',
    query: { limit: '10', token: '20', 'sort_by.key': 'name', 'sort_by.direction': 'DESCENDING', org: 'acme' },
  },
  {
    rpc: 'admin.listLaunchPlanIds',
    request: { ...parent, ...page },
    sends: 'GET /api/v1/launch_plan_ids/snacks/dev',
    query: pageQuery,
  },
  {
    rpc: 'admin.listLaunchPlans',
    request: { id: named, ...page },
    sends: 'GET /api/v1/launch_plans/snacks/dev/say%20hello',
    query: pageQuery,
  },
  {
    rpc: 'admin.listLaunchPlans',
    request: { id: parent, ...page },
    sends: 'GET /api/v1/launch_plans/snacks/dev',
    query: pageQuery,
  },
  {
    rpc: 'admin.updateLaunchPlan',
    request: { id: { resource_type: 'LAUNCH_PLAN', ...versioned }, state: 'ACTIVE' },
    sends: 'PUT /api/v1/launch_plans/snacks/dev/say%20hello/v1%2B2',
    body: '*',
  },

  // Executions
  {
    rpc: 'admin.createExecution',
    request: {
      ...execution,
      spec: {
        launch_plan: { resource_type: 'LAUNCH_PLAN', ...versioned },
        metadata: { mode: 'MANUAL', scheduled_at: '2026-01-31T09:30:00.123456789Z', nesting: 0 },
        tags: ['a', 'b c'],
      },
      inputs: literals,
    },
    sends: 'POST /api/v1/executions',
    body: '*',
  },
  {
    rpc: 'admin.relaunchExecution',
    request: { id: execution, name: 'f2', overwrite_cache: true },
    sends: 'POST /api/v1/executions/relaunch',
    body: '*',
  },
  {
    rpc: 'admin.recoverExecution',
    request: { id: execution, name: 'f2', metadata: { mode: 'RECOVERED' } },
    sends: 'POST /api/v1/executions/recover',
    body: '*',
  },
  { rpc: 'admin.getExecution', request: { id: execution }, sends: 'GET /api/v1/executions/snacks/dev/f1' },
  {
    rpc: 'admin.updateExecution',
    request: { id: execution, state: 'EXECUTION_ARCHIVED' },
    sends: 'PUT /api/v1/executions/snacks/dev/f1',
    body: '*',
  },
  { rpc: 'admin.getExecutionData', request: { id: execution }, sends: 'GET /api/v1/data/executions/snacks/dev/f1' },
  {
    rpc: 'admin.listExecutions',
    request: { id: { ...execution, org: 'acme' }, ...page },
    sends: 'GET /api/v1/executions/snacks/dev',
    query: { 'id.name': 'f1', 'id.org': 'acme', ...pageQuery },
  },
  {
    rpc: 'admin.terminateExecution',
    request: { id: execution, cause: 'no longer needed' },
    sends: 'DELETE /api/v1/executions/snacks/dev/f1',
    body: '*',
  },
  {
    rpc: 'admin.getExecutionMetrics',
    request: { id: execution, depth: 3 },
    sends: 'GET /api/v1/metrics/executions/snacks/dev/f1',
    query: { depth: '3' },
  },

  // Node executions
  {
    rpc: 'admin.getNodeExecution',
    request: { id: node },
    sends: 'GET /api/v1/node_executions/snacks/dev/f1/n0%3B%C3%A9',
  },
  {
    rpc: 'admin.getDynamicNodeWorkflow',
    request: { id: node },
    sends: 'GET /api/v1/node_executions/snacks/dev/f1/n0%3B%C3%A9/dynamic_workflow',
  },
  {
    rpc: 'admin.listNodeExecutions',
    request: { workflow_execution_id: execution, ...page, unique_parent_id: 'n0' },
    sends: 'GET /api/v1/node_executions/snacks/dev/f1',
    query: { ...pageQuery, unique_parent_id: 'n0' },
  },
  {
    rpc: 'admin.listNodeExecutionsForTask',
    request: { task_execution_id: taskExecution, ...page },
    sends: 'GET /api/v1/children/task_executions/snacks/dev/f1/n0%3B%C3%A9/library/prod/greet%25/w3/0',
    query: { 'task_execution_id.task_id.resource_type': 'TASK', ...pageQuery },
  },
  {
    rpc: 'admin.getNodeExecutionData',
    request: { id: node },
    sends: 'GET /api/v1/data/node_executions/snacks/dev/f1/n0%3B%C3%A9',
  },

  // Task executions
  {
    rpc: 'admin.getTaskExecution',
    request: { id: { ...taskExecution, retry_attempt: 2 } },
    sends: 'GET /api/v1/task_executions/snacks/dev/f1/n0%3B%C3%A9/library/prod/greet%25/w3/2',
    query: { 'id.task_id.resource_type': 'TASK' },
  },
  {
    rpc: 'admin.listTaskExecutions',
    request: { node_execution_id: node, ...page },
    sends: 'GET /api/v1/task_executions/snacks/dev/f1/n0%3B%C3%A9',
    query: pageQuery,
  },
  {
    rpc: 'admin.getTaskExecutionData',
    request: { id: taskExecution },
    sends: 'GET /api/v1/data/task_executions/snacks/dev/f1/n0%3B%C3%A9/library/prod/greet%25/w3/0',
    query: { 'id.task_id.resource_type': 'TASK' },
  },

  // Events
  {
    rpc: 'admin.createWorkflowEvent',
    request: { request_id: 'r1', event: { execution_id: execution, phase: 'RUNNING', output_data: literals } },
    sends: 'POST /api/v1/events/workflows',
    body: '*',
  },
  {
    rpc: 'admin.createNodeEvent',
    request: { request_id: 'r1', event: { id: node, phase: 'SUCCEEDED', is_parent: true } },
    sends: 'POST /api/v1/events/nodes',
    body: '*',
  },
  {
    rpc: 'admin.createTaskEvent',
    request: { event: { task_id: task, retry_attempt: 0, logs: [{ ttl: '90s', ShowWhilePending: true }] } },
    sends: 'POST /api/v1/events/tasks',
    body: '*',
  },

  // Projects
  {
    rpc: 'admin.registerProject',
    request: { project: { id: 'snacks', name: 'Snäcks', labels: { values: { team: 'a' } } } },
    sends: 'POST /api/v1/projects',
    body: '*',
  },
  {
    rpc: 'admin.updateProject',
    request: { id: 'snacks', name: 'Snäcks', state: 'ARCHIVED' },
    sends: 'PUT /api/v1/projects/snacks',
    body: '*',
  },
  {
    rpc: 'admin.getProject',
    request: { id: 'snacks', org: 'acme' },
    sends: 'GET /api/v1/projects/snacks',
    query: { org: 'acme' },
  },
  { rpc: 'admin.listProjects', request: page, sends: 'GET /api/v1/projects', query: pageQuery },
  { rpc: 'admin.getDomains', sends: 'GET /api/v1/domains' },

  // Attributes
  {
    rpc: 'admin.updateProjectDomainAttributes',
    request: { attributes: { ...parent, matching_attributes: attributes } },
    sends: 'PUT /api/v1/project_domain_attributes/snacks/dev',
    body: '*',
  },
  {
    rpc: 'admin.getProjectDomainAttributes',
    request: { ...parent, resource_type: 'CLUSTER_RESOURCE' },
    sends: 'GET /api/v1/project_domain_attributes/snacks/dev',
    query: { resource_type: 'CLUSTER_RESOURCE' },
  },
  {
    rpc: 'admin.deleteProjectDomainAttributes',
    request: { ...parent, resource_type: 'TASK_RESOURCE' },
    sends: 'DELETE /api/v1/project_domain_attributes/snacks/dev',
    body: '*',
  },
  {
    rpc: 'admin.updateProjectAttributes',
    request: { attributes: { project: 'snacks', matching_attributes: attributes } },
    sends: 'PUT /api/v1/project_attributes/snacks',
    body: '*',
  },
  {
    rpc: 'admin.getProjectAttributes',
    request: { project: 'snacks', resource_type: 'TASK_RESOURCE' },
    sends: 'GET /api/v1/project_attributes/snacks',
    query: { resource_type: 'TASK_RESOURCE' },
  },
  {
    rpc: 'admin.deleteProjectAttributes',
    request: { project: 'snacks', resource_type: 'PLUGIN_OVERRIDE' },
    sends: 'DELETE /api/v1/project_attributes/snacks',
    body: '*',
  },
  {
    rpc: 'admin.updateWorkflowAttributes',
    request: { attributes: { ...parent, workflow: 'my flow', matching_attributes: attributes } },
    sends: 'PUT /api/v1/workflow_attributes/snacks/dev/my%20flow',
    body: '*',
  },
  {
    rpc: 'admin.getWorkflowAttributes',
    request: { ...parent, workflow: 'my flow', resource_type: 'EXECUTION_QUEUE' },
    sends: 'GET /api/v1/workflow_attributes/snacks/dev/my%20flow',
    query: { resource_type: 'EXECUTION_QUEUE' },
  },
  {
    rpc: 'admin.deleteWorkflowAttributes',
    request: { ...parent, workflow: 'my flow', resource_type: 'TASK_RESOURCE' },
    sends: 'DELETE /api/v1/workflow_attributes/snacks/dev/my%20flow',
    body: '*',
  },
  {
    rpc: 'admin.listMatchableAttributes',
    request: { resource_type: 'CLUSTER_ASSIGNMENT' },
    sends: 'GET /api/v1/matchable_attributes',
    query: { resource_type: 'CLUSTER_ASSIGNMENT' },
  },

  // Named entities
  {
    rpc: 'admin.listNamedEntities',
    request: { resource_type: 'WORKFLOW', ...parent, ...page },
    sends: 'GET /api/v1/named_entities/WORKFLOW/snacks/dev',
    query: pageQuery,
  },
  {
    rpc: 'admin.getNamedEntity',
    request: { resource_type: 'LAUNCH_PLAN', id: named },
    sends: 'GET /api/v1/named_entities/LAUNCH_PLAN/snacks/dev/say%20hello',
  },
  {
    rpc: 'admin.updateNamedEntity',
    request: { resource_type: 'TASK', id: named, metadata: { description: '', state: 'NAMED_ENTITY_ARCHIVED' } },
    sends: 'PUT /api/v1/named_entities/TASK/snacks/dev/say%20hello',
    body: '*',
  },

  // Descriptions
  {
    rpc: 'admin.getDescriptionEntity',
    request: { id: { resource_type: 'TASK', ...versioned } },
    sends: 'GET /api/v1/description_entities/TASK/snacks/dev/say%20hello/v1%2B2',
  },
  {
    rpc: 'admin.listDescriptionEntities',
    request: { resource_type: 'WORKFLOW', id: named, ...page },
    sends: 'GET /api/v1/description_entities/WORKFLOW/snacks/dev/say%20hello',
    query: pageQuery,
  },
  {
    rpc: 'admin.listDescriptionEntities',
    request: { resource_type: 'WORKFLOW', id: parent, ...page },
    sends: 'GET /api/v1/description_entities/WORKFLOW/snacks/dev',
    query: pageQuery,
  },
  { rpc: 'admin.getVersion', sends: 'GET /api/v1/version' },

  // Signals
  {
    rpc: 'signal.listSignals',
    request: { workflow_execution_id: execution, ...page },
    sends: 'GET /api/v1/signals/snacks/dev/f1',
    query: pageQuery,
  },
  {
    rpc: 'signal.setSignal',
    request: { id: { signal_id: 'go', execution_id: execution }, value: { scalar: { primitive: { boolean: false } } } },
    sends: 'POST /api/v1/signals',
    body: '*',
  },

  // The data proxy
  {
    rpc: 'dataProxy.createUploadLocation',
    request: { ...parent, filename: 'a b.txt', content_md5: 'rL0Y20zC+Fzt72VPzMSk2A==', expires_in: '60s' },
    sends: 'POST /api/v1/dataproxy/artifact_urn',
    body: '*',
  },
  {
    rpc: 'dataProxy.createDownloadLocation',
    request: { native_url: 's3://bucket/a b+c?d=e&f#g', expires_in: '60s' },
    sends: 'GET /api/v1/dataproxy/artifact_urn',
    query: { native_url: 's3://bucket/a b+c?d=e&f#g', expires_in: '60s' },
  },
  {
    rpc: 'dataProxy.createDownloadLink',
    request: { artifact_type: 'ARTIFACT_TYPE_DECK', node_execution_id: node, expires_in: '3600s' },
    sends: 'POST /api/v1/dataproxy/artifact_link',
    body: '*',
  },
  {
    rpc: 'dataProxy.getData',
    request: { flyte_url: 'flyte://v1/snacks/dev/f1/n0/i' },
    sends: 'GET /api/v1/data',
    query: { flyte_url: 'flyte://v1/snacks/dev/f1/n0/i' },
  },

  // Who is logged in, and how to log in
  { rpc: 'identity.userInfo', sends: 'GET /me' },
  { rpc: 'authMetadata.getOAuth2Metadata', sends: 'GET /.well-known/oauth-authorization-server' },
  { rpc: 'authMetadata.getPublicClientConfig', sends: 'GET /config/v1/flyte_client' },
]
