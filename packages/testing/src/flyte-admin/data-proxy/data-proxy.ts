// The data proxy: signed URLs for files, the inputs and outputs of executions, and the store behind them.
import type { HttpAnswer, HttpRequest } from '../../http-exchange.js'
import { messageField } from '../message.js'
import type { Handler, Handlers } from '../state.js'
import { createExecutionData, missingData } from './execution-data.js'
import { createExecutionDataSets, type ExecutionDataSets } from './execution-data-sets.js'
import { createLocations } from './locations.js'
import { createObjectStore, storePath } from './object-store.js'

/** The data proxy of one server. */
export interface DataProxy {
  /** The data that tests have given to executions. */
  readonly executionData: ExecutionDataSets
  /** The API with the data proxy's part of it added. */
  extend(api: Handlers): Handlers
  /** The store's answer to a request at {@link isStorePath}. */
  answer(request: HttpRequest): HttpAnswer
}

/** True for what the store answers: other rules about origins, and no logins. */
export const isStorePath = (path: string): boolean => path.startsWith(storePath)

/** Makes one. */
export function createDataProxy(now: () => number, basePath = ''): DataProxy {
  const executionData = createExecutionDataSets()
  const store = createObjectStore(now)
  const baseOf = ({ host }: { host: string }) => `http://${host}${basePath.replace(/\/+$/, '')}`
  const noNode: Handler = (request) => {
    throw missingData('NodeExecution', messageField(request, 'id'))
  }
  return {
    executionData,
    extend(api) {
      const getNodeExecution = api.GetNodeExecution ?? noNode
      const withLocations = { ...api, ...createLocations({ now, store, baseOf, getNodeExecution }) }
      return {
        ...withLocations,
        ...createExecutionData({ now, sets: executionData, store, baseOf, api: withLocations }),
      }
    },
    answer: store.answer,
  }
}
