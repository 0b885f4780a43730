#!/usr/bin/env node
import { main, useCrossFetch } from '../dist/node/cli.js'

useCrossFetch(globalThis)
process.exitCode = await main(process.argv.slice(2), process)
