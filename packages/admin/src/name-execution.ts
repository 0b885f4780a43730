import { randomName } from './random-name.js'

interface Named {
  name?: unknown
  project?: unknown
  domain?: unknown
  org?: unknown
}

/** RPCs that make an execution, and where its project and domain are told. */
const placeIn: Readonly<Record<string, (request: Named & { id?: Named }) => Named | undefined>> = {
  createExecution: (request) => request,
  relaunchExecution: ({ id }) => id,
  recoverExecution: ({ id }) => id,
}

/**
 * Gives an execution that is about to be made a name, where it has none: so it cannot be made twice, however often it is sent.
 *
 * @returns the request with the name, what Flyte Admin answers once the execution is there, and whether the name is of our making
 */
export function nameExecution(rpc: string, request: object): { request: object; answer?: object; isNameOwn: boolean } {
  const place = placeIn[rpc]?.(request)
  if (place === undefined) return { request, isNameOwn: false }
  const given = (request as Named).name
  const name = given || randomName()
  const { project = '', domain = '', org = '' } = place
  return { request: { ...request, name }, answer: { id: { project, domain, name, org } }, isNameOwn: !given }
}
