import { tmpdir } from 'node:os'
import { join } from 'node:path'

// Nor on what its user has in ~/.flyte: nobody has this home.
process.env.HOME = join(tmpdir(), 'flyte-js-nobody')
