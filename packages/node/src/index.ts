// For users
export type { ExecutionId, WaitOptions } from '@flyte-js/admin/executions'
export { createFlyteClient, type FlyteClient, type FlyteClientOptions } from './create-flyte-client.js'

// For authors of libraries
export { createKeptIn, type KeptIn } from './kept-in.js'
export { createNetwork, type Network, type NetworkContext, type NetworkOptions } from './network/create-network.js'
export { ownRedirectUri } from './own-redirect-uri.js'
export { isAttended } from './terminal.js'
export { type TokenStoreChoice, tokenStoreFor } from './token-store-choice.js'
