import { describeFaults } from './describe-faults.js'
import { createNodeTransport } from './stage.js'

describeFaults(createNodeTransport, true)
