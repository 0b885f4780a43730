// One or two RPCs for each way in which a failed call may be repeated.
import type { AdminClient } from '../../src/create-admin-client.js'
import type { CallOptions } from '../../src/request-types.js'
import { canaries } from './canaries.js'

/**
 * How an RPC is repeated.
 *
 * - `read`, `write`: twice is as good as once.
 * - `named`: it makes an execution whose name is chosen before it is sent, so that it cannot be made twice.
 * - `create`: twice may be one too many, so it is repeated only when nothing was sent.
 * - `open`: a read that carries no token.
 */
export type CallClass = 'read' | 'write' | 'named' | 'create' | 'open'

/** One call of an RPC. */
export interface Sample {
  name: string
  class: CallClass
  call(client: AdminClient, options?: CallOptions): Promise<unknown>
}

const project = 'flytesnacks'
const domain = 'development'
const name = 'f1'
const version = 'v1'
const filters = `eq(name,${canaries.query})`
/** A secret in a body: nobody may hear of it but the server. */
const cause = canaries.body

/** A sample of each class, or several. */
export const samples: readonly Sample[] = [
  sample('getTask', 'read', ({ admin }, options) => admin.getTask({ id: { project, domain, name, version } }, options)),
  sample('listTasks', 'read', ({ admin }, options) => admin.listTasks({ id: { project, domain }, filters }, options)),
  sample('listTasks.paginate', 'read', async ({ admin }, options) => {
    for await (const _ of admin.listTasks.paginate({ id: { project, domain, name }, filters }, options)) break
  }),
  sample('updateProject', 'write', ({ admin }, options) =>
    admin.updateProject({ id: name, description: cause }, options),
  ),
  sample('terminateExecution', 'write', ({ admin }, options) =>
    admin.terminateExecution({ id: { project, domain, name }, cause }, options),
  ),
  sample('createExecution', 'named', ({ admin }, options) =>
    admin.createExecution({ project, domain, spec: { envs: { values: [{ key: 'SECRET', value: cause }] } } }, options),
  ),
  sample('recoverExecution', 'named', ({ admin }, options) =>
    admin.recoverExecution({ id: { project, domain, name: cause } }, options),
  ),
  sample('createTask', 'create', ({ admin }, options) =>
    admin.createTask({ id: { project, domain, name: cause, version } }, options),
  ),
  sample('createUploadLocation', 'create', ({ dataProxy }, options) =>
    dataProxy.createUploadLocation({ project, domain, filename: cause }, options),
  ),
  sample('getPublicClientConfig', 'open', ({ authMetadata }, options) =>
    authMetadata.getPublicClientConfig({}, options),
  ),
]

function sample(name: string, callClass: CallClass, call: Sample['call']): Sample {
  return { name, class: callClass, call }
}
