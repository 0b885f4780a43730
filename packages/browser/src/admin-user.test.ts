import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseAdminUser } from './admin-user.js'

const claims = { sub: 'user-1', name: 'Of Claims', given_name: 'Of', email: 'claims@example.com', aud: 'flyteadmin' }
const answer = {
  subject: 'user-1',
  name: 'Test User',
  preferred_username: 'tuser',
  given_name: 'Test',
  family_name: '',
  email: 'tuser@example.com',
  picture: '',
  additional_claims: claims,
}
const user = {
  subject: 'user-1',
  name: 'Test User',
  preferredUsername: 'tuser',
  givenName: 'Test',
  email: 'tuser@example.com',
  claims,
}

it('is read in snake_case and in camelCase, without what is empty', () => {
  expect(parseAdminUser(JSON.stringify(answer))).toEqual(user)
  const camelCase = JSON.stringify(answer)
    .replace('preferred_username', 'preferredUsername')
    .replace('given_name', 'givenName')
    .replace('additional_claims', 'additionalClaims')
  expect(parseAdminUser(camelCase)).toEqual(user)
})

it('is what the claims say, where the cookies say nothing', () => {
  const bare = { ...answer, subject: '', name: '', preferred_username: '', given_name: '', email: '' }
  expect(parseAdminUser(JSON.stringify(bare))).toEqual({
    subject: 'user-1',
    name: 'Of Claims',
    givenName: 'Of',
    email: 'claims@example.com',
    claims,
  })
})

it('is nobody whom an answer has no claims for, and has no other types than texts', () => {
  expect(parseAdminUser('{"subject":"a","name":7,"email":null}')).toEqual({ subject: 'a', claims: {} })
  expect(parseAdminUser('{"subject":"a","additional_claims":null}')).toEqual({ subject: 'a', claims: {} })
})

it.each(['', '<html>', 'null', '7', '[]', '{}', '{"subject":7}'])('is none in %j', (body) => {
  expect(parseAdminUser(body)).toBeUndefined()
})

it('never throws', () => {
  fc.assert(fc.property(fc.oneof(fc.json(), fc.string()), (body) => void parseAdminUser(body)))
})
