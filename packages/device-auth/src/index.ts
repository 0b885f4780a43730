// For users
export { type DeviceLoginOptions, deviceLogin } from './device-login.js'
export type { DevicePrompt } from './user-interaction.js'
