import { expect, test } from 'vitest'
import { type ErrorBody, useTarget } from './target.js'

const target = useTarget()
const api = '/api/v1'
const file = {
  project: 'flytesnacks',
  domain: 'development',
  filename: 'a.txt',
  content_md5: 'XrY7u+Ae7tCTyyK7j1rNww==',
}
const node = '{project:"p" domain:"d" name:"x"}'
const nodeId = { node_id: 'n0', execution_id: { project: 'p', domain: 'd', name: 'x' } }
const missingNode = `missing entity of type node execution with identifier node_id:"n0" execution_id:${node}`

test.each([
  [{}, 'project and domain are required parameters'],
  [{ project: 'flytesnacks' }, 'project and domain are required parameters'],
  [{ ...file, content_md5: '' }, 'content_md5 or filename_root is a required parameter'],
  [{ ...file, expires_in: '999999s' }, 'expiresIn [277h46m39s] cannot exceed max allowed expiration [1h0m0s]'],
])('a location for an upload is refused: %o', async (request, message) => {
  const answer = await target.call('POST', `${api}/dataproxy/artifact_urn`, request)
  expect([answer.status, answer.json<ErrorBody>()]).toEqual([400, { code: 3, message, details: [] }])
})

test.each([
  [
    'GET',
    `${api}/dataproxy/artifact_urn?native_url=s3://x/y&expires_in=99999s`,
    undefined,
    400,
    'error while validating request: expiresIn is invalid. Error: input duration [27h46m39s] cannot exceed max allowed expiration [1h0m0s]',
  ],
  [
    'POST',
    `${api}/dataproxy/artifact_link`,
    {},
    400,
    'error while validating request. Error: invalid artifact type [ARTIFACT_TYPE_UNDEFINED]',
  ],
  [
    'POST',
    `${api}/dataproxy/artifact_link`,
    { artifact_type: 'ARTIFACT_TYPE_DECK' },
    400,
    'error while validating request. Error: source is required. Provided nil',
  ],
  [
    'POST',
    `${api}/dataproxy/artifact_link`,
    { artifact_type: 'ARTIFACT_TYPE_DECK', node_execution_id: nodeId },
    400,
    `failed to find node execution [node_id:"n0" execution_id:${node}]. Error: ${missingNode}`,
  ],
  [
    'GET',
    `${api}/data`,
    undefined,
    400,
    'failed to validate resolve artifact request. Error: source is required. Provided empty string',
  ],
  [
    'GET',
    `${api}/data?flyte_url=s3://x`,
    undefined,
    400,
    'failed to validate resolve artifact request. Error: request does not start with the correct prefix',
  ],
  [
    'GET',
    `${api}/data?flyte_url=flyte://v1/a`,
    undefined,
    400,
    'failed to parse artifact url Error: failed to parse [flyte://v1/a]',
  ],
  ['GET', `${api}/data?flyte_url=flyte://v1/p/d/x/n0/o`, undefined, 404, missingNode],
  [
    'GET',
    `${api}/data?flyte_url=flyte://v1/p/d/x/n0/0/o`,
    undefined,
    400,
    `no task executions were listed [node_execution_id:{node_id:"n0" execution_id:${node}}]. Error: <nil>`,
  ],
  ['GET', `${api}/data/node_executions/p/d/x/n0`, undefined, 404, missingNode],
  [
    'GET',
    `${api}/data/task_executions/p/d/x/n0/p/d/t/v/0`,
    undefined,
    404,
    `missing entity of type task execution with identifier task_id:{project:"p" domain:"d" name:"t" version:"v"} node_execution_id:{node_id:"n0" execution_id:${node}}`,
  ],
  [
    'GET',
    `${api}/data/executions/p/d/x`,
    undefined,
    404,
    'missing entity of type execution with identifier project:"p" domain:"d" name:"x"',
  ],
])('data is refused: %s %s', async (method, path, body, status, message) => {
  const answer = await target.call(method, path, body)
  expect([answer.status, answer.json<ErrorBody>().message]).toEqual([status, message])
})
