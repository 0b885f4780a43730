// How what events of one task execution tell adds up.
import { listField, type Message, type MessageValue, stringField } from '../message.js'

/** The new logs, and those old ones that no new one has the name or the URI of. */
export function mergedLogs(old: readonly Message[], latest: readonly Message[]): Message[] {
  if (latest.length === 0) return [...old]
  const uris = new Set(latest.map((log) => stringField(log, 'uri')))
  const names = new Set(latest.map((log) => stringField(log, 'name')).filter((name) => name !== ''))
  const kept = old.filter((log) => !uris.has(stringField(log, 'uri')) && !names.has(stringField(log, 'name')))
  return [...latest, ...kept]
}

/** The logs to be shown in a phase. */
export function logsInPhase(logs: readonly Message[], phase: string): Message[] {
  const isOver = ['SUCCEEDED', 'FAILED', 'ABORTED'].includes(phase)
  const isPending = phase === 'QUEUED' || phase === 'INITIALIZING'
  return logs.filter((log) => !(isOver && log.HideOnceFinished) && !(isPending && !log.ShowWhilePending))
}

/** The custom information with the new one's entries put over the old one's, at any depth (RFC 7396). */
export function mergedCustomInfo(
  old: MessageValue | undefined,
  latest: MessageValue | undefined,
): MessageValue | undefined {
  if (!isObject(old) || !isObject(latest)) return latest ?? old
  const merged: Message = { ...old }
  for (const [key, value] of Object.entries(latest)) {
    if (value === null) delete merged[key]
    else merged[key] = mergedCustomInfo(old[key], value) as MessageValue
  }
  return merged
}

function isObject(value: MessageValue | undefined): value is Message {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The metadata of a first event, with its resources in order. */
export function sortedResources(metadata: Message): Message {
  const resources = listField(metadata, 'external_resources')
  return resources.length < 2 ? metadata : { ...metadata, external_resources: resources.toSorted(inOrder) }
}

/** The metadata of later events put over that of earlier ones. */
export function mergedMetadata(old: Message | undefined, latest: Message | undefined): Message | undefined {
  if (old === undefined || latest === undefined) return latest ?? old
  const resources = [...listField(old, 'external_resources')]
  for (const resource of listField(latest, 'external_resources')) {
    const index = resources.findIndex((other) => inOrder(other, resource) >= 0)
    const present = resources[index]
    if (present === undefined) resources.push(resource)
    else if (inOrder(present, resource) === 0) resources[index] = mergedResource(present, resource)
    else resources.splice(index, 0, resource)
  }
  const { resource_pool_info: _, ...kept } = old
  return { ...kept, ...latest, external_resources: resources }
}

function mergedResource(old: Message, latest: Message): Message {
  const { phase: _, ...kept } = old
  const { external_id, phase, cache_status, custom_info } = latest
  return {
    ...kept,
    ...(external_id !== undefined && { external_id }),
    ...(phase !== undefined && { phase }),
    ...(cache_status !== undefined && { cache_status }),
    logs: mergedLogs(listField(old, 'logs'), listField(latest, 'logs')),
    ...(custom_info !== undefined && { custom_info }),
  }
}

/** By index, then by try. */
function inOrder(left: Message, right: Message): number {
  const by = (field: string) => Number(left[field] ?? 0) - Number(right[field] ?? 0)
  return by('index') || by('retry_attempt')
}
