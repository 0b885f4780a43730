import { describeFaults } from './describe-faults.js'
import { createFetchTransport } from './stage.js'

describeFaults(createFetchTransport, false)
