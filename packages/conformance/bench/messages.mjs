// Messages as Flyte Admin v1.16.8 gives them: every field is there, unset messages are null, unset members of a oneof are left out.

const scope = { project: 'flytesnacks', domain: 'production' }
const second = (offset) => new Date(Date.UTC(2026, 0, 1) + offset * 1000).toISOString().replace('Z', '516925Z')

/**
 * An execution that a schedule started and that has ended, one in ten of them badly: 2.1 kB.
 *
 * @param {number} index
 */
export function executionMessage(index) {
  const name = `f${(index * 2_654_435_761).toString(16).padStart(19, '0')}`
  const outcome =
    index % 10 === 0
      ? {
          error: {
            code: 'USER:RuntimeError',
            message: `Traceback (most recent call last):\n  File "/root/pipeline.py", line 42, in train\nValueError: no rows in partition ${index}`,
            error_uri: `s3://flyte-data/metadata/propeller/${name}/error.pb`,
            kind: 'USER',
            timestamp: second(index * 60 + 312),
            worker: '',
          },
        }
      : {
          outputs: {
            uri: `s3://flyte-data/metadata/propeller/flytesnacks-production-${name}/end-node/data/0/outputs.pb`,
          },
        }
  return {
    id: { ...scope, name, org: '' },
    spec: {
      launch_plan: {
        resource_type: 'LAUNCH_PLAN',
        ...scope,
        name: 'workflows.training.nightly_training',
        version: 'v2026.01.17-3f9c2e1',
        org: '',
      },
      inputs: null,
      metadata: {
        mode: 'SCHEDULED',
        principal: 'flyteadmin',
        nesting: 0,
        scheduled_at: second(index * 60),
        parent_node_execution: null,
        reference_execution: null,
        system_metadata: { execution_cluster: 'eu-central-1-batch', namespace: 'flytesnacks-production' },
        artifact_ids: [],
      },
      labels: { values: { team: 'ranking', 'cost-center': 'r-4711', 'git-sha': '3f9c2e1d' } },
      annotations: { values: { 'example.com/owner': 'ranking@example.com' } },
      security_context: {
        run_as: {
          iam_role: '',
          k8s_service_account: 'training',
          oauth2_client: null,
          execution_identity: 'flyteadmin',
        },
        secrets: [],
        tokens: [],
      },
      auth_role: { assumable_iam_role: '', kubernetes_service_account: 'training' },
      quality_of_service: null,
      max_parallelism: 25,
      raw_output_data_config: { output_location_prefix: 's3://flyte-data/raw' },
      cluster_assignment: null,
      interruptible: null,
      overwrite_cache: false,
      envs: null,
      tags: [],
      execution_cluster_label: null,
      execution_env_assignments: [],
    },
    closure: {
      ...outcome,
      computed_inputs: null,
      phase: index % 10 === 0 ? 'FAILED' : 'SUCCEEDED',
      started_at: second(index * 60 + 4),
      duration: `${308 + (index % 50)}.211872s`,
      created_at: second(index * 60),
      updated_at: second(index * 60 + 312),
      notifications: [],
      workflow_id: {
        resource_type: 'WORKFLOW',
        ...scope,
        name: 'workflows.training.nightly_training',
        version: 'v2026.01.17-3f9c2e1',
        org: '',
      },
      state_change_details: { state: 'EXECUTION_ACTIVE', occurred_at: second(index * 60), principal: '' },
    },
  }
}

/** A page of executions. @param {number} size @param {string} token */
export function executionPage(size, token = '') {
  return { executions: Array.from({ length: size }, (_, index) => executionMessage(index)), token }
}

/** A page of ten projects, 2.2 kB: the answer whose way is measured, not its decoding. */
export function projectPage() {
  const domains = ['development', 'staging', 'production'].map((id) => ({ id, name: id }))
  const projects = Array.from({ length: 10 }, (_, index) => ({
    id: `p${index}`,
    name: `project ${index}`,
    domains,
    description: '',
    labels: null,
    state: 'ACTIVE',
    org: '',
  }))
  return { projects, token: '' }
}

/** A Python task. @param {{ name: string, version: string }} identifier */
export function taskMessage({ name, version }) {
  const id = { resource_type: 'TASK', ...scope, name, version, org: '' }
  const variable = (simple, description) => ({
    type: { simple, metadata: null, annotation: null, structure: null },
    description,
    artifact_partial_id: null,
    artifact_tag: null,
  })
  const template = {
    id,
    type: 'python-task',
    metadata: {
      discoverable: true,
      runtime: { type: 'FLYTE_SDK', version: '1.16.31', flavor: 'python' },
      timeout: '3600s',
      retries: { retries: 3 },
      discovery_version: '1.4',
      deprecated_error_message: '',
      interruptible: false,
      cache_serializable: true,
      pod_template_name: '',
      tags: {},
      cache_ignore_input_vars: [],
      is_eager: false,
      generates_deck: false,
      metadata: null,
    },
    interface: {
      inputs: { variables: { rows: variable('INTEGER', 'how many'), day: variable('DATETIME', 'of which day') } },
      outputs: { variables: { o0: variable('FLOAT', 'o0') } },
    },
    custom: null,
    container: {
      image: 'registry.example.com/ranking/training:3f9c2e1d',
      command: [],
      args: [
        'pyflyte-execute',
        '--inputs',
        '{{.input}}',
        '--output-prefix',
        '{{.outputPrefix}}',
        '--',
        'task-name',
        name,
      ],
      resources: {
        requests: [{ name: 'CPU', value: '2' }],
        limits: [{ name: 'MEMORY', value: '4Gi' }],
      },
      env: [{ key: 'FLYTE_SDK_LOGGING_LEVEL', value: '20' }],
      config: [],
      ports: [],
      data_config: null,
      architecture: 'UNKNOWN',
    },
    task_type_version: 0,
    security_context: null,
    extended_resources: null,
    config: {},
  }
  return { id, closure: { compiled_task: { template }, created_at: second(0) }, short_description: '' }
}
