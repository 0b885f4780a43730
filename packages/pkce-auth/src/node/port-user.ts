import { readdir, readFile, readlink } from 'node:fs/promises'

/**
 * Who listens at a port, in words, where the system tells: Linux does, of one's own processes.
 *
 * @param port - the port, on any address of this machine
 * @param proc - where Linux tells it
 */
export async function portUser(port: number, proc = '/proc'): Promise<string | undefined> {
  const listeners = (await Promise.all(['tcp', 'tcp6'].map((name) => listenersIn(`${proc}/net/${name}`, port)))).flat()
  const [first] = listeners
  if (first === undefined) return undefined
  const pid = await processWith(new Set(listeners.map(({ inode }) => `socket:[${inode}]`)), proc)
  if (pid === process.pid) return 'this process itself, in which another login may be under way'
  if (pid !== undefined) return `${await nameOf(pid, proc)} (process ${pid})`
  return first.uid === process.getuid?.() ? undefined : `a process of the user with the id ${first.uid}`
}

/** The sockets that listen at a port: proc_pid_net(5), a line each with address, state (0A listens), user and inode. */
async function listenersIn(path: string, port: number): Promise<{ uid: number; inode: string }[]> {
  const lines = await readFile(path, 'utf8').then(
    (text) => text.split('\n').slice(1),
    () => [],
  )
  return lines.flatMap((line) => {
    const [, address = '', , state, , , , uid, , inode] = line.trim().split(/\s+/)
    const isListener = state === '0A' && Number.parseInt(address.split(':')[1] ?? '', 16) === port
    return isListener && inode !== undefined ? [{ uid: Number(uid), inode }] : []
  })
}

/** The process that has one of these sockets open; others' processes do not tell. */
async function processWith(sockets: ReadonlySet<string>, proc: string): Promise<number | undefined> {
  const pids = (await readdir(proc).catch(() => [])).filter((name) => /^\d+$/.test(name))
  for (const pid of pids) {
    const descriptors = await readdir(`${proc}/${pid}/fd`).catch(() => [])
    for (const descriptor of descriptors) {
      const target = await readlink(`${proc}/${pid}/fd/${descriptor}`).catch(() => '')
      if (sockets.has(target)) return Number(pid)
    }
  }
  return undefined
}

/** Its name alone: arguments may hold secrets. A process may give itself any name, and a terminal acts upon control characters. */
async function nameOf(pid: number, proc: string): Promise<string> {
  const name = await readFile(`${proc}/${pid}/comm`, 'utf8').catch(() => '')
  return name.replace(/\p{C}+/gu, '') || 'a process'
}
