/**
 * What Redis runs in one piece, as Lua: nothing comes between the check of a lock and what is done under it.
 *
 * Keys are always `value`, `lock` and `fence`, in this order. `lock` holds its holder and ends by itself; `fence` is a hash that
 * outlives it: the `number` of the last acquisition, and its `holder`, a random name, until the lock is given back. Who finds
 * itself there knows that nobody has had the lock since, even where its own has run out.
 */

/** How long a fence is remembered after the lock was last used, in milliseconds: longer than any process is paused. */
const fenceLifetime = 24 * 60 * 60 * 1000

/** `[owner, number]`: whether nobody else has had the lock since. */
const isOurs = `
local holder = redis.call('GET', KEYS[2])
local fence = redis.call('HMGET', KEYS[3], 'holder', 'number')
local isOurs = fence[1] == ARGV[1] and fence[2] == ARGV[2] and (not holder or holder == ARGV[1])
`

/** `[]`: the value, or nothing. */
export const getValue = `return redis.call('GET', KEYS[1])`

/** `[value, milliseconds or ''] `: keeps the value, so long or for ever. */
export const setValue = `
if ARGV[2] == '' then redis.call('SET', KEYS[1], ARGV[1]) else redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) end
return 1
`

/** `[]` */
export const deleteValue = `
redis.call('DEL', KEYS[1])
return 1
`

/** `[owner, number]`: the value in a list, an empty list, or 0 when the lock is not ours. */
export const getUnderLock = `${isOurs}
if not isOurs then return 0 end
local value = redis.call('GET', KEYS[1])
if value then return { value } else return {} end
`

/** `[owner, number, value, milliseconds or '']`: 0 when the lock is not ours, and nothing was done. */
export const setUnderLock = `${isOurs}
if not isOurs then return 0 end
if ARGV[4] == '' then redis.call('SET', KEYS[1], ARGV[3]) else redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[4]) end
return 1
`

/** `[owner, number]`: 0 when the lock is not ours, and nothing was done. */
export const deleteUnderLock = `${isOurs}
if not isOurs then return 0 end
redis.call('DEL', KEYS[1])
return 1
`

/** Keys: the value, and where it goes. `[value, milliseconds]`: moves it, if it still is this one. */
export const moveAside = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('RENAME', KEYS[1], KEYS[2])
redis.call('PEXPIRE', KEYS[2], ARGV[2])
return 1
`

/**
 * `[owner, milliseconds]`: 0 while somebody else holds the lock, else the number of this acquisition, and whether the last
 * holder never gave the lock back. Asked again by the same owner, e.g. after an answer that was lost, it answers the same.
 */
export const acquire = `
local holder = redis.call('GET', KEYS[2])
if holder and holder ~= ARGV[1] then return 0 end
local last = redis.call('HGET', KEYS[3], 'holder')
if last == ARGV[1] then
  redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
  return { redis.call('HGET', KEYS[3], 'number'), 0 }
end
redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2])
local number = redis.call('HINCRBY', KEYS[3], 'number', 1)
redis.call('HSET', KEYS[3], 'holder', ARGV[1])
redis.call('PEXPIRE', KEYS[3], ${fenceLifetime})
return { tostring(number), last and 1 or 0 }
`

/** `[owner, number, milliseconds]`: holds the lock on, or takes it up again where nobody has had it since; else 0. */
export const renew = `${isOurs}
if not isOurs then return 0 end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[3])
redis.call('PEXPIRE', KEYS[3], ${fenceLifetime})
return 1
`

/** `[owner]`: gives the lock back, if it is still ours. */
export const release = `
if redis.call('GET', KEYS[2]) == ARGV[1] then redis.call('DEL', KEYS[2]) end
if redis.call('HGET', KEYS[3], 'holder') == ARGV[1] then redis.call('HDEL', KEYS[3], 'holder') end
return 1
`
