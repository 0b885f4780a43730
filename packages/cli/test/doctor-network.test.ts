// Each check between here and the server, with its fault.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TlsOptions } from 'node:tls'
import { systemClock } from '@flyte-js/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createCertificate } from '../../admin/test/faults/certificate.js'
import { type ProxyOptions, type RunningProxy, startProxy } from '../../node/test/network/proxy.js'
import { startTlsFront } from '../../node/test/network/tls-front.js'
import { runCheck } from '../src/doctor/check.js'
import type { Target } from '../src/doctor/examination.js'
import { nameResolution } from '../src/doctor/name-resolution.js'
import { createSession } from '../src/session.js'
import { type DoctorStage, startDoctor } from './doctor-stage.js'

let stage: DoctorStage
let disposables: AsyncDisposable[]
beforeEach(async () => {
  stage = await startDoctor()
  disposables = [stage]
})
afterEach(async () => {
  for (const each of disposables) await each[Symbol.asyncDispose]()
})

describe('configuration', () => {
  it.each<[string, Record<string, string>, RegExp, RegExp]>([
    ['no endpoint', { FLYTE_PLATFORM_URL: '' }, /no endpoint is set/, /--endpoint.*FLYTE_PLATFORM_URL.*config init/],
    ['no address', { FLYTE_PLATFORM_URL: 'https://' }, /platform\.url/, /./],
    ['two schemes', { FLYTE_PLATFORM_INSECURE: 'false' }, /contradicts/, /FLYTE_PLATFORM_INSECURE=true/],
    ['no such word', { FLYTE_CREDENTIALS_AUTH_MODE: 'magic' }, /auth_mode/, /./],
    ['no such file', { FLYTE_PROFILE: 'nobody' }, /profile nobody/, /./],
    ['no authorities', { FLYTE_PLATFORM_CA_CERT_FILE_PATH: '/nowhere/ca.pem' }, /cannot be read/, /unset it/],
    ['no proxy', { FLYTE_PLATFORM_HTTP_PROXY_URL: 'socks5://x' }, /no URL of a proxy/, /http:\/\/host:port/],
  ])('%s is a fault', async (_, env, found, cure) => {
    const result = await stage.check('configuration', env)
    expect(result).toMatchObject({ verdict: 'fault', found: expect.stringMatching(found) })
    expect(result.cure).toMatch(cure)
  })

  it('what config check finds is a warning', async () => {
    const result = await stage.check('configuration', { FLYTE_PLATFROM_INSECURE: 'true', FLYTE_LOCAL_PROJEKT: 'x' })
    expect(result).toMatchObject({ verdict: 'warning', cure: expect.stringContaining('flyte-js config check') })
    expect(result.found).toMatch(/FLYTE_(PLATFROM_INSECURE|LOCAL_PROJEKT).*Did you mean FLYTE_.*and 1 more/)
  })

  it('says where the endpoint comes from', async () => {
    expect((await stage.check('configuration')).found).toContain('FLYTE_PLATFORM_URL')
    const flag = await stage.check('configuration', {}, ['--endpoint', stage.admin.url])
    expect(flag).toMatchObject({ verdict: 'ok', found: expect.stringContaining('(from --endpoint)') })
  })
})

describe('name-resolution', () => {
  const resolve = (lookup: () => Promise<{ address: string }[]>, url = 'https://flyte.example.com') => {
    const io = { env: {}, stdout: { write() {} }, stderr: { write() {} }, stdin: () => process.stdin }
    const surroundings = { ...io, isTerminal: false, isErrorTerminal: false, columns: undefined }
    const signal = new AbortController().signal
    const session = createSession({ ...surroundings, signal }, { output: 'table', color: false }, { code: 0 })
    const target = { url: new URL(url), proxy: undefined } as Target
    return runCheck(nameResolution, { session, clock: systemClock, lookup, known: { target } })
  }
  const failing = (code: string) => async () => Promise.reject(Object.assign(new Error('getaddrinfo'), { code }))

  it('a name that there is not, or that nobody knows, is a fault', async () => {
    const missing = await resolve(failing('ENOTFOUND'))
    expect(missing).toMatchObject({ verdict: 'fault', found: 'there is no name flyte.example.com' })
    expect(missing.cure).toMatch(/platform\.url.*VPN/)
    const unknown = await resolve(failing('EAI_AGAIN'))
    expect(unknown).toMatchObject({ verdict: 'fault', found: expect.stringContaining('EAI_AGAIN') })
    expect(unknown.cure).toMatch(/name servers/)
  })

  it('gives the addresses; an address needs none', async () => {
    expect(await resolve(async () => [{ address: '10.0.0.1' }, { address: 'fd00::1' }])).toEqual({
      verdict: 'ok',
      found: 'flyte.example.com is 10.0.0.1, fd00::1',
    })
    const never = failing('ENOTFOUND')
    expect(await resolve(never, 'https://[::1]:8080')).toEqual({ verdict: 'ok', found: '::1 is an address' })
  })

  it('asks the system', async () => {
    expect(await stage.check('name-resolution')).toMatchObject({
      verdict: 'ok',
      found: expect.stringMatching(/(127\.0\.0\.1|::1)/),
    })
    const nobody = await stage.check('name-resolution', { FLYTE_PLATFORM_URL: 'flyte.invalid' })
    // Without a network nobody can say that there is none.
    expect(nobody).toMatchObject({ verdict: 'fault', found: expect.stringMatching(/no name flyte\.invalid|EAI_AGAIN/) })
  })
})

describe('connection', () => {
  it('a port at which nobody listens is a fault', async () => {
    const result = await stage.check('connection', { FLYTE_PLATFORM_URL: 'http://localhost:1' })
    expect(result).toMatchObject({
      verdict: 'fault',
      found: expect.stringMatching(/^nothing listens at localhost:1: .*ECONNREFUSED/),
    })
    expect(result.cure).toMatch(/platform\.http_url/)
  })

  it('so is a network that there is no way to', async () => {
    // RFC 5737: nobody has it. Whether the system says so at once or the limit ends it.
    const result = await stage.check('connection', { FLYTE_PLATFORM_URL: 'http://255.255.255.255:80' })
    expect(result).toMatchObject({ verdict: 'fault', found: expect.stringContaining('255.255.255.255:80') })
    expect(result.cure).toMatch(/VPN and firewalls.*HTTPS_PROXY/)
  })
})

/** A TLS front before Flyte Admin, and the environment that goes there. */
async function behindTls(options: TlsOptions, trusted: readonly { cert: string }[] = [], host = 'localhost') {
  const front = await startTlsFront(options, () => stage.admin.port)
  const directory = mkdtempSync(join(tmpdir(), 'flyte-js-doctor-ca-'))
  const file = join(directory, 'ca.pem')
  writeFileSync(file, trusted.map(({ cert }) => cert).join(''))
  disposables.push(front, {
    [Symbol.asyncDispose]: async () => rmSync(directory, { recursive: true }),
  })
  const ca: Record<string, string> = trusted.length > 0 ? { FLYTE_PLATFORM_CA_CERT_FILE_PATH: file } : {}
  return { FLYTE_PLATFORM_URL: `https://${host}:${front.port}`, ...ca }
}

describe('tls', () => {
  const root = createCertificate('Example Root', 900, { isAuthority: true })
  const between = createCertificate('Example Between', 900, { isAuthority: true, signedBy: root })
  const leaf = createCertificate('localhost', 90, { signedBy: between })
  const chain = { cert: leaf.cert + between.cert, key: leaf.key }

  it('says who has signed the certificate, and until when it is good', async () => {
    const until = new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10)
    expect(await stage.check('tls', await behindTls(chain, [root]))).toEqual({
      name: 'tls',
      verdict: 'ok',
      found: `TLS 1.3, signed by Example Between, Example Root, good until ${until}`,
    })
  })

  it.each([
    [
      'a certificate that ends soon',
      createCertificate('localhost', 5),
      'warning',
      /signed by itself.* in 4d 23h/,
      /renewed/,
    ],
    ['one that has ended', createCertificate('localhost', -1), 'fault', /has ended on \d{4}-/, /renewed/],
    [
      'one of another host',
      createCertificate('flyte.example', 90),
      'fault',
      /for flyte\.example, and not for localhost/,
      /platform\.url/,
    ],
  ])('%s is told', async (_, certificate, verdict, found, cure) => {
    const result = await stage.check('tls', await behindTls(certificate, [certificate]))
    expect(result).toMatchObject({ verdict, found: expect.stringMatching(found) })
    expect(result.cure).toMatch(cure)
  })

  it('an authority that nobody trusts is a fault', async () => {
    const result = await stage.check('tls', await behindTls(chain))
    expect(result).toMatchObject({ verdict: 'fault' })
    expect(result.found).toMatch(/nobody here trusts.*signed by Example Between, Example Root \(/)
    expect(result.cure).toMatch(/platform\.ca_cert_file_path \(FLYTE_PLATFORM_CA_CERT_FILE_PATH\)/)
    const other = await stage.check('tls', await behindTls(chain, [createCertificate('other')]))
    expect(other.cure).toMatch(/ca\.pem does not have it/)
  })

  it('one that is not sent in between is a fault', async () => {
    const result = await stage.check('tls', await behindTls(leaf, [root]))
    expect(result).toMatchObject({ verdict: 'fault', found: expect.stringContaining('signed by Example Between (') })
    expect(result.cure).toMatch(/does not send those in between/)
  })

  it('what is not verified is a warning, which says what that hides', async () => {
    const careless = { FLYTE_PLATFORM_INSECURE_SKIP_VERIFY: 'true' }
    const hiding = await stage.check('tls', { ...(await behindTls(createCertificate('elsewhere'))), ...careless })
    expect(hiding).toMatchObject({ verdict: 'warning', found: expect.stringContaining('not verified') })
    expect(hiding.cure).toMatch(/FLYTE_PLATFORM_INSECURE_SKIP_VERIFY.*what it hides: nobody here trusts/)
    const needless = await stage.check('tls', { ...(await behindTls(chain, [root])), ...careless })
    expect(needless).toMatchObject({ verdict: 'warning', cure: expect.stringContaining('good without it') })
  })

  it('nothing is sent to a server that is looked at and not trusted', async () => {
    stage.admin.clearRequests()
    await stage.check('tls', await behindTls(chain))
    expect(stage.admin.requests).toEqual([])
  })

  it('https at a server of plain http is a fault', async () => {
    const result = await stage.check('tls', { FLYTE_PLATFORM_URL: `https://localhost:${stage.admin.port}` })
    expect(result).toMatchObject({ verdict: 'fault', found: expect.stringContaining('speaks plain http') })
    expect(result.cure).toMatch(/FLYTE_PLATFORM_INSECURE=true.*--insecure/)
  })

  it('plain http at a server of https is a fault', async () => {
    const { FLYTE_PLATFORM_URL: url } = await behindTls(chain)
    const result = await stage.check('tls', { FLYTE_PLATFORM_URL: url.replace('https', 'http') })
    expect(result).toMatchObject({ verdict: 'fault', found: expect.stringContaining('speaks https') })
    expect(result.cure).toMatch(/https:\/\/.*platform\.insecure/)
  })

  it('plain http is well on this machine alone', async () => {
    expect(await stage.check('tls')).toMatchObject({ verdict: 'ok' })
    const through = await proxy()
    through.ports['flyte.test'] = stage.admin.port
    through.ports['flyte.test:80'] = stage.admin.port
    const env = { FLYTE_PLATFORM_URL: 'http://flyte.test', ALL_PROXY: through.url }
    const result = await stage.check('tls', env)
    expect(result).toMatchObject({ verdict: 'warning', found: expect.stringContaining('can read') })
    expect(result.cure).toMatch(/Put TLS before Flyte Admin/)
    // Whether it speaks https is asked at the very port.
    expect(through.seen).toContain('CONNECT flyte.test:80')
  })

  it('a server that hangs up is a fault', async () => {
    const server = createServer((socket) => socket.destroy())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    const result = await stage.check('tls', { FLYTE_PLATFORM_URL: `https://127.0.0.1:${port}` })
    server.close()
    expect(result).toMatchObject({
      verdict: 'fault',
      found: expect.stringMatching(/handshake has failed: .*(ECONNRESET|disconnected)/),
    })
    expect(result.cure).toMatch(/firewall/)
  })
})

describe('healthcheck', () => {
  it.each<[string, object, string, RegExp, RegExp]>([
    ['a server in trouble', { kind: 'status', status: 503 }, 'fault', /in trouble \(HTTP 503\)/, /ingress/],
    ['one that wants a login', { kind: 'status', status: 401 }, 'fault', /wants a login \(HTTP 401\)/, /PROXY_COMMAND/],
    [
      'a redirect',
      { kind: 'redirect', location: 'https://login.example/x?y' },
      'fault',
      /to https:\/\/login\.example\/x$/,
      /PROXY_COMMAND/,
    ],
    ['an HTML page', { kind: 'status', status: 200, body: '<html>' }, 'fault', /an HTML page/, /platform\.url/],
    ['no such path', { kind: 'status', status: 404 }, 'warning', /there is none \(HTTP 404\)/, /platform\.url/],
    [
      'a connection that is cut',
      { kind: 'reset' },
      'fault',
      /healthcheck cannot be reached: .*(ECONNRESET|hang up)/,
      /runs|run/,
    ],
  ])('%s is told', async (_, wrong, verdict, found, cure) => {
    stage.admin.fault('/healthcheck', wrong as Parameters<typeof stage.admin.fault>[1])
    const result = await stage.check('healthcheck')
    expect(result).toMatchObject({ verdict, found: expect.stringMatching(found) })
    expect(result.cure).toMatch(cure)
  })

  it('a server that wants a client certificate is a fault', async () => {
    const ci = createCertificate('ci')
    const good = createCertificate('localhost', 90)
    const env = await behindTls({ ...good, ca: ci.cert, rejectUnauthorized: true }, [good])
    const result = await stage.check('healthcheck', env)
    expect(result).toMatchObject({ verdict: 'fault', found: 'the server wants a client certificate' })
    expect(result.cure).toMatch(/option tls/)
  })
})

async function proxy(options: ProxyOptions = {}): Promise<RunningProxy & { url: string }> {
  const started = await startProxy(options)
  disposables.push(started)
  const { credentials } = options
  return Object.assign(started, { url: `http://${credentials ? `${credentials}@` : ''}localhost:${started.port}` })
}

describe('behind a proxy', () => {
  const good = createCertificate('localhost', 90)

  it('everything goes through it, the look at the certificate too', async () => {
    const through = await proxy({ credentials: 'ci:pass' })
    const env = { ...(await behindTls(good, [good])), FLYTE_PLATFORM_HTTP_PROXY_URL: through.url }
    const { stdout } = await stage.run(['--json'], env)
    const { checks } = JSON.parse(stdout)
    const verdicts = Object.fromEntries(
      checks.map((each: { name: string; verdict: string }) => [each.name, each.verdict]),
    )
    expect(verdicts).toMatchObject({ 'name-resolution': 'skipped', connection: 'ok', tls: 'ok', healthcheck: 'ok' })
    expect(JSON.stringify(checks)).toContain(`the proxy http://localhost:${through.port} takes connections`)
    expect(through.seen.length).toBeGreaterThanOrEqual(2)
  })

  it('one that cannot be reached is a fault of the connection', async () => {
    const env = { FLYTE_PLATFORM_HTTP_PROXY_URL: 'http://localhost:1' }
    const result = await stage.check('connection', env)
    expect(result).toMatchObject({
      verdict: 'fault',
      found: expect.stringContaining('the proxy http://localhost:1 cannot be reached'),
    })
    expect(result.cure).toMatch(/http_proxy_url.*NO_PROXY/)
  })

  it.each([
    ['wants a password', { credentials: 'ci:pass' }, /HTTP 407/, /user:password@host/],
    ['lets nobody through', { refuse: 403 }, /HTTP 403/, /let localhost:\d+ through.*NO_PROXY/],
  ])('one that %s is a fault of tls', async (_, options, found, cure) => {
    const through = await proxy(options)
    const url = `http://localhost:${through.port}`
    const result = await stage.check('tls', { ...(await behindTls(good, [good])), FLYTE_PLATFORM_HTTP_PROXY_URL: url })
    expect(result).toMatchObject({ verdict: 'fault', found: expect.stringMatching(found) })
    expect(result.cure).toMatch(cure)
  })
})
