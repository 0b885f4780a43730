// Where the authorization server keeps its codes, tokens and sessions: in memory, each server its own.
import type { Adapter, AdapterPayload } from 'oidc-provider'

interface Entry {
  payload: AdapterPayload
  expiresAt: number
}

/** Makes the function that oidc-provider asks for the store of each of its models. */
export function createMemoryAdapter(): (model: string) => Adapter {
  const models = new Map<string, Map<string, Entry>>()

  return (model) => {
    const entries = models.get(model) ?? new Map<string, Entry>()
    models.set(model, entries)

    const find = (matches: (payload: AdapterPayload, id: string) => boolean): AdapterPayload | undefined => {
      for (const [id, { payload, expiresAt }] of entries) {
        if (expiresAt <= Date.now()) entries.delete(id)
        else if (matches(payload, id)) return payload
      }
      return undefined
    }

    return {
      async upsert(id, payload, expiresIn) {
        // An expired device code is kept, so that it can be told from an unknown one.
        const isKept = expiresIn === undefined || model === 'DeviceCode'
        const expiresAt = isKept ? Number.POSITIVE_INFINITY : Date.now() + expiresIn * 1000
        entries.set(id, { payload, expiresAt })
      },
      find: async (id) => find((_, candidate) => candidate === id),
      findByUserCode: async (userCode) => find((payload) => payload.userCode === userCode),
      findByUid: async (uid) => find((payload) => payload.uid === uid),
      async consume(id) {
        const entry = entries.get(id)
        if (entry !== undefined) entry.payload.consumed = Math.floor(Date.now() / 1000)
      },
      async destroy(id) {
        entries.delete(id)
      },
      async revokeByGrantId(grantId) {
        for (const others of models.values()) {
          for (const [id, { payload }] of others) if (payload.grantId === grantId) others.delete(id)
        }
      },
    }
  }
}
