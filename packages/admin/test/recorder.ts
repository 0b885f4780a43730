// A server that writes down what it is asked and answers whatever a test says.
import { type FlyteAdmin, startFlyteAdmin } from '@flyte-js/testing'

/** The embedded Flyte Admin without a login, which answers `{}` to everything. */
export async function startRecorder(): Promise<FlyteAdmin> {
  const admin = await startFlyteAdmin({ auth: 'none' })
  admin.answer(() => true, { body: {} })
  return admin
}
