import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FlyteEvent } from '@flyte-js/core'
import { expect, it } from 'vitest'
import { setAside } from './set-aside.js'

it('does not take what another process has put there since for what was found broken', () => {
  const directory = mkdtempSync(join(tmpdir(), 'flyte-js-set-aside-'))
  const [path, fresh] = [join(directory, 'a.json'), join(directory, 'b.json')]
  const events: FlyteEvent[] = []
  try {
    for (const each of [path, fresh]) writeFileSync(each, each)
    setAside(path, lstatSync(fresh), 0, (event) => events.push(event))
    expect(readFileSync(path, 'utf8')).toBe(path)
    rmSync(path)
    setAside(path, lstatSync(fresh), 0, (event) => events.push(event))
    expect(readdirSync(directory)).toEqual(['b.json'])
    expect(events).toEqual([])
  } finally {
    rmSync(directory, { recursive: true })
  }
})
