// For users
export { type FirstAvailableOptions, firstAvailable } from './first-available.js'
export { memoryStore } from './memory.js'
