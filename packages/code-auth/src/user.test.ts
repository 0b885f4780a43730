import fc from 'fast-check'
import { UnsecuredJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { userOf, userOfIdToken } from './user.js'

describe('a user', () => {
  it('has the claims that are known, as far as they are texts', () => {
    const claims = { name: 'A', given_name: '', email: 7, preferred_username: 'a', groups: ['x'], picture: 'https://x' }
    expect(userOf('s', claims)).toEqual({ subject: 's', name: 'A', preferredUsername: 'a', picture: 'https://x' })
  })

  it('is nobody without a subject', () => {
    for (const subject of [undefined, null, 7, {}, '']) expect(userOf(subject, { name: 'A' })).toBeUndefined()
  })

  it('comes from an ID token, and from nothing that is none', () => {
    const idToken = new UnsecuredJWT({ name: 'A' }).setSubject('s').encode()
    expect(userOfIdToken({ idToken })).toEqual({ subject: 's', name: 'A' })
    expect(userOfIdToken({})).toBeUndefined()
    fc.assert(fc.property(fc.string(), (text) => userOfIdToken({ idToken: text }) === undefined))
  })
})
