// For authors of libraries
export { type Agents, type AgentsOptions, createAgents } from './agents.js'
export { type CreateNodeFetchOptions, createNodeFetch } from './fetch.js'
export { type NodeHttpTransportOptions, nodeHttpTransport } from './http-transport.js'
export { useCrossFetch } from './use-cross-fetch.js'
