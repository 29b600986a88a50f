-- What every script begins with. KEYS[1] is the crawl's prefix, ARGV[1] its argument (MessagePack).
-- Fingerprints are decimal strings: Lua's numbers hold no 63 bits. Time is the server's own, so
-- that no worker's clock matters; `ahead` is 0 but in rehearsals. `wall` is what its clock shows,
-- for hours and days; `now` never goes back, or all that has a moment would wait for it again.
local P = KEYS[1]
local arg = cmsgpack.unpack(ARGV[1])
local clock = redis.call('TIME')
local wall = tonumber(clock[1]) + tonumber(clock[2]) / 1000000 + (arg.ahead or 0)
local kept = redis.call('HMGET', P .. 'meta', 'now', 'shift')
local last, shift = tonumber(kept[1] or '0'), tonumber(kept[2] or '0')
if wall + shift < last then
  shift = last - wall
  redis.call('HSET', P .. 'meta', 'shift', string.format('%.6f', shift))
end
local now = wall + shift
redis.call('HSET', P .. 'meta', 'now', string.format('%.6f', now))

local function queue(platform, host, kind)
  return P .. 'q:' .. platform .. '|' .. host .. '|' .. kind
end

local function field(platform, host, kind)
  return platform .. '|' .. host .. '|' .. kind
end

local function due(host, at)  -- have a host looked at then, or sooner if it is to be anyway
  redis.call('ZADD', P .. 'ready', 'LT', string.format('%.6f', at), host)
end

-- What is known: 63-bit fingerprints in sets of whole numbers, which take 8 bytes each while a set
-- has no more than 512. Linear hashing keeps them there: when they fill, one set after the other is
-- split in two, so no call ever has much to move.
local FULL, FIRST = 210, 6
local known = nil

local function modulo(fp, bits)
  local size = 2 ^ bits
  local low = tonumber(string.sub(fp, -9))
  local high = tonumber(string.sub(fp, 1, -10)) or 0
  return ((high % size) * (1000000000 % size) + low) % size
end

local function shard(fp)
  local at = modulo(fp, known.level)
  if at < known.split then at = modulo(fp, known.level + 1) end
  return P .. 'seen:' .. at
end

local function split()
  local old = P .. 'seen:' .. known.split
  local new = P .. 'seen:' .. (known.split + 2 ^ known.level)
  local stay, go = {}, {}
  for _, fp in ipairs(redis.call('SMEMBERS', old)) do
    local side = modulo(fp, known.level + 1) == known.split and stay or go
    side[#side + 1] = fp
  end
  redis.call('DEL', old)
  if #stay > 0 then redis.call('SADD', old, unpack(stay)) end
  if #go > 0 then redis.call('SADD', new, unpack(go)) end
  known.split = known.split + 1
  if known.split == 2 ^ known.level then known.level, known.split = known.level + 1, 0 end
end

local function see(fp)  -- gives whether it is new
  if not known then
    local found = redis.call('HMGET', P .. 'meta', 'level', 'split', 'count')
    known = { level = tonumber(found[1]) or FIRST, split = tonumber(found[2]) or 0,
              count = tonumber(found[3]) or 0 }
  end
  if redis.call('SADD', shard(fp), fp) == 0 then return false end
  known.count = known.count + 1
  if known.count > FULL * (2 ^ known.level + known.split) then split() end
  return true
end

local function remember()
  if known then
    redis.call('HSET', P .. 'meta', 'level', known.level, 'split', known.split,
               'count', string.format('%.0f', known.count))
  end
end

local function is_closed(host)
  return redis.call('SISMEMBER', P .. 'closed', host) == 1
end

local function enqueue(fp, platform, host, kind, key, url, depth, hint)
  local order = redis.call('HINCRBY', P .. 'meta', 'order', 1)
  local member = hint .. '\31' .. string.format('%013.0f', order) .. '\31' .. fp
  redis.call('HSET', P .. 'data', fp, cmsgpack.pack({ member, platform, host, kind, key, url, depth }))
  redis.call('ZADD', queue(platform, host, kind), 0, member)
  redis.call('HINCRBY', P .. 'open', field(platform, host, kind), 1)
  if kind ~= 'image' then redis.call('HINCRBY', P .. 'pages', platform, 1) end
end

local function owner(fp)  -- gives token and worker; the worker of a claimed target is ''
  local found = redis.call('HGET', P .. 'own', fp)
  if not found then return nil, nil end
  local at = string.find(found, '|', 1, true)
  return string.sub(found, 1, at - 1), string.sub(found, at + 1)
end

local function let_go(fp, worker)  -- a lease ends, whatever becomes of its target
  redis.call('SREM', P .. 'lease:' .. worker, fp)
  redis.call('SREM', P .. 'held:' .. worker, fp)
end

local function unlock(platform)  -- all pages are in the lake: the pictures' turn
  for _, name in ipairs(redis.call('HKEYS', P .. 'open')) do
    local one, host, kind = string.match(name, '^([^|]*)|([^|]*)|([^|]*)$')
    if one == platform and kind == 'image' then
      redis.call('ZADD', P .. 'ready', 'NX', now, host)
    end
  end
end

local function finish(fp)  -- a target is done
  local packed = redis.call('HGET', P .. 'data', fp)
  if not packed then return end
  local data = cmsgpack.unpack(packed)
  local token, worker = owner(fp)
  if token then
    let_go(fp, worker)
    redis.call('ZREM', P .. 'out:' .. data[3], fp .. ':' .. token)
  end
  redis.call('HDEL', P .. 'own', fp)
  redis.call('HDEL', P .. 'stale', fp)
  redis.call('HDEL', P .. 'claimed', fp)
  redis.call('HDEL', P .. 'data', fp)
  redis.call('DEL', P .. 'want:' .. fp)
  redis.call('ZREM', queue(data[2], data[3], data[4]), data[1])
  redis.call('HINCRBY', P .. 'open', field(data[2], data[3], data[4]), -1)
  redis.call('HINCRBY', P .. 'done', field(data[2], data[3], data[4]), 1)
  if data[4] ~= 'image' and redis.call('HINCRBY', P .. 'pages', data[2], -1) <= 0 then
    unlock(data[2])
  end
end

local function requeue(fp)  -- a lease ended without an answer that counts: its target waits again
  local token, worker = owner(fp)
  if not token then return end
  let_go(fp, worker)
  local packed = redis.call('HGET', P .. 'data', fp)
  if not packed then redis.call('HDEL', P .. 'own', fp) return end
  local data = cmsgpack.unpack(packed)
  if is_closed(data[3]) then finish(fp) return end
  redis.call('HDEL', P .. 'own', fp)
  redis.call('HSET', P .. 'stale', fp, token)  -- until it goes out anew, a batch may still claim it
  redis.call('ZREM', P .. 'out:' .. data[3], fp .. ':' .. token)
  redis.call('ZADD', queue(data[2], data[3], data[4]), 0, data[1])
  redis.call('ZADD', P .. 'ready', 'NX', now, data[3])
  due(data[3], now)
end

local PART = 500  -- targets that one call moves at most, so that none keeps the others waiting

local function drop_part()  -- some of what was dropped is done; the rest is for the next call
  local left = PART
  for _, key in ipairs(redis.call('SMEMBERS', P .. 'drops')) do
    if left < 1 then return end
    local members = redis.call('ZPOPMIN', key, left)  -- each with its score
    for i = 1, #members, 2 do finish(string.match(members[i], '(%d+)$')) end
    left = left - #members / 2
    if redis.call('EXISTS', key) == 0 then redis.call('SREM', P .. 'drops', key) end
  end
end

local function drop_queue(platform, host, kind)  -- what waits there is asked by nobody
  local from = queue(platform, host, kind)
  if redis.call('EXISTS', from) == 0 then return end
  local to = P .. 'drop:' .. redis.call('HINCRBY', P .. 'meta', 'order', 1)
  redis.call('RENAME', from, to)
  redis.call('SADD', P .. 'drops', to)
  drop_part()
end

local function want_pictures(platform, listing_key, pictures)  -- of {fp, host, key, url}
  for _, picture in ipairs(pictures) do
    if not is_closed(picture[2]) and see(picture[1]) then
      enqueue(picture[1], platform, picture[2], 'image', picture[3], picture[4], 0, '')
    end
    if redis.call('HEXISTS', P .. 'data', picture[1]) == 1 then
      redis.call('SADD', P .. 'want:' .. picture[1], listing_key)
    end
  end
end

local function take_over(dead)  -- what a dead worker held waits again; gives whether that is all
  local left = PART
  for _, part in ipairs({ 'lease:', 'held:' }) do
    for _, fp in ipairs(redis.call('SRANDMEMBER', P .. part .. dead, left)) do
      left = left - 1
      requeue(fp)
      redis.call('SREM', P .. part .. dead, fp)
    end
  end
  if left > 0 then redis.call('ZREM', P .. 'alive', dead) end
  return left > 0
end
