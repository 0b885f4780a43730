import type { TestProject } from 'vitest/node'
import { keycloakAdmin } from './keycloak-admin.js'
import { realmName } from './realm.js'
import { type Keycloak, startKeycloak } from './start-keycloak.js'

declare module 'vitest' {
  interface ProvidedContext {
    keycloak: Pick<Keycloak, 'url' | 'administrator'> & { issuer: string }
  }
}

/** One Keycloak, with the realm, for all tests of a run: a start takes a while. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const begin = performance.now()
  const keycloak = await startKeycloak()
  try {
    await keycloakAdmin(keycloak).createRealm()
  } catch (error) {
    await keycloak.stop()
    throw error
  }
  console.log(`Keycloak is ready, after ${Math.round((performance.now() - begin) / 1000)} s`)
  const { url, administrator } = keycloak
  project.provide('keycloak', { url, administrator, issuer: `${url}/realms/${realmName}` })
  return keycloak.stop
}
