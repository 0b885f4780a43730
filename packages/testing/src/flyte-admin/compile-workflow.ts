// Enough of Flyte's compiler to answer what a workflow's closure looks like: its nodes, their connections, and its tasks.
import { textOf } from './identifiers.js'
import { listField, type Message, type MessageValue, messageField, stringField } from './message.js'

/** Why a workflow does not compile. */
export class CompileError extends Error {}

/** The compiled form of a workflow (`flyteidl.core.CompiledWorkflowClosure`), given its tasks. */
export function compileWorkflow(
  template: Message,
  subWorkflows: readonly Message[],
  taskOf: (id: Message) => Message,
): Message {
  const compiled = [template, ...subWorkflows].map(compileTemplate)
  const tasks = new Map<string, Message>()
  for (const workflow of [template, ...subWorkflows]) {
    for (const id of referencedTasks(listField(workflow, 'nodes'))) tasks.set(JSON.stringify(id), taskOf(id))
  }
  for (const workflow of [template, ...subWorkflows]) checkBindings(listField(workflow, 'nodes'), taskOf)
  const [primary, ...others] = compiled as [Message, ...Message[]]
  return {
    primary,
    ...(others.length > 0 && { sub_workflows: others }),
    ...(tasks.size > 0 && { tasks: [...tasks.values()] }),
  }
}

function compileTemplate(template: Message): Message {
  const nodes = listField(template, 'nodes')
    .filter(({ id }) => id !== 'start-node' && id !== 'end-node')
    .map(withNamedStart)
    .map(withPrefixedBranches)
  if (nodes.length === 0) {
    const id = textOf(messageField(template, 'id'))
    throw collected('NoNodesFound', id, `Can't find any nodes in workflow [${id}].`)
  }
  const outputs = listField(template, 'outputs')
  const endNode: Message = { id: 'end-node', ...(outputs.length > 0 && { inputs: outputs }) }
  const upstream = new Map<string, Set<string>>()
  const connect = (from: string, to: string) => upstream.set(to, (upstream.get(to) ?? new Set()).add(from))

  for (const node of [...nodes, endNode]) {
    const id = stringField(node, 'id')
    const explicit = Array.isArray(node.upstream_node_ids) ? node.upstream_node_ids.map(String) : []
    for (const from of [...explicit, ...listField(node, 'inputs').flatMap((input) => promisedNodes(input.binding))]) {
      connect(from, id)
    }
  }
  for (const node of nodes) {
    const id = stringField(node, 'id')
    if (!upstream.has(id)) connect('start-node', id)
  }
  const withDownstream = new Set([...upstream.values()].flatMap((from) => [...from]))
  for (const node of nodes) {
    const id = stringField(node, 'id')
    if (!withDownstream.has(id)) connect(id, 'end-node')
  }
  return {
    template: {
      ...template,
      interface: { inputs: {}, outputs: {}, ...messageField(template, 'interface') },
      nodes: [{ id: 'start-node' }, endNode, ...nodes],
    },
    connections: connections(upstream),
  }
}

/** The nodes of a branch get its id before theirs. */
function withPrefixedBranches(node: Message): Message {
  if (node.branch_node === undefined) return node
  const branch = messageField(node, 'branch_node')
  const ifElse = messageField(branch, 'if_else')
  const prefixed = (inner: Message): Message =>
    withPrefixedBranches({ ...inner, id: `${stringField(node, 'id')}-${stringField(inner, 'id')}` })
  const block = (some: Message): Message => ({ ...some, then_node: prefixed(messageField(some, 'then_node')) })
  const others = listField(ifElse, 'other')
  return {
    ...node,
    branch_node: {
      ...branch,
      if_else: {
        ...ifElse,
        case: block(messageField(ifElse, 'case')),
        ...(others.length > 0 && { other: others.map(block) }),
        ...(ifElse.else_node !== undefined && { else_node: prefixed(messageField(ifElse, 'else_node')) }),
      },
    },
  }
}

/** An input of the workflow may be bound without naming the start node. */
function withNamedStart(node: Message): Message {
  const inputs = listField(node, 'inputs').map((input) => {
    const promise = messageField(messageField(input, 'binding'), 'promise')
    const isUnnamed = messageField(input, 'binding').promise !== undefined && promise.node_id === undefined
    return isUnnamed
      ? { ...input, binding: { ...messageField(input, 'binding'), promise: { ...promise, node_id: 'start-node' } } }
      : input
  })
  return inputs.length === 0 ? node : { ...node, inputs }
}

function collected(code: string, nodeId: string, description: string): CompileError {
  return new CompileError(
    `Collected Errors: 1\n\tError 0: Code: ${code}, Node Id: ${nodeId}, Description: ${description}\n`,
  )
}

/** Refuses a node that leaves an input of its task unbound. */
function checkBindings(nodes: readonly Message[], taskOf: (id: Message) => Message): void {
  for (const node of nodes) {
    const reference = messageField(node, 'task_node').reference_id
    if (reference === undefined) continue
    const inputs = messageField(
      messageField(messageField(taskOf(reference as Message), 'template'), 'interface'),
      'inputs',
    )
    const bound = new Set(listField(node, 'inputs').map((input) => input.var))
    const unbound = Object.keys(messageField(inputs, 'variables')).filter((name) => !bound.has(name))
    if (unbound.length > 0) {
      throw collected('ParameterNotBound', stringField(node, 'id'), `Parameter not bound [${unbound[0]}].`)
    }
  }
}

function connections(upstream: ReadonlyMap<string, ReadonlySet<string>>): Message {
  const downstream = new Map<string, string[]>()
  for (const [to, sources] of upstream)
    for (const from of sources) downstream.set(from, [...(downstream.get(from) ?? []), to])
  const idSets = (entries: Iterable<[string, Iterable<string>]>): Message =>
    Object.fromEntries([...entries].map(([id, ids]) => [id, { ids: [...ids].sort() }]))
  return { downstream: idSets(downstream), upstream: idSets(upstream) }
}

function promisedNodes(binding: MessageValue | undefined): string[] {
  if (typeof binding !== 'object' || binding === null || Array.isArray(binding)) return []
  if (binding.promise !== undefined) return [stringField(messageField(binding, 'promise'), 'node_id')]
  const nested = [
    ...listField(messageField(binding, 'collection'), 'bindings'),
    ...Object.values(messageField(messageField(binding, 'map'), 'bindings')),
  ]
  return nested.flatMap(promisedNodes)
}

function referencedTasks(nodes: readonly Message[]): Message[] {
  return nodes.flatMap((node) => {
    const reference = messageField(node, 'task_node').reference_id
    const arrayed = messageField(messageField(node, 'array_node'), 'node')
    const branches = messageField(messageField(node, 'branch_node'), 'if_else')
    const inner = [
      messageField(messageField(branches, 'case'), 'then_node'),
      ...listField(branches, 'other').map((block) => messageField(block, 'then_node')),
      messageField(branches, 'else_node'),
      arrayed,
    ].filter((candidate) => Object.keys(candidate).length > 0)
    return [...(reference === undefined ? [] : [reference as Message]), ...referencedTasks(inner)]
  })
}
