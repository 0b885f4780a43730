#!/usr/bin/env node
import { runAsProcess } from '../dist/node/cli.js'

await runAsProcess(process)
