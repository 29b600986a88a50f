-- What came back from the hosts. arg: worker, lease_s, and items, each with what happened first:
--   {'answered', host, id, seconds or -1}   {'throttled', host, id, seconds of pause}
--   {'learned', host, text, kind, delay_s}  {'closing', host}
--   {'release', fp, token}                  {'drop', fp, token}
--   {'unused', host, id}: a moment that went by without its request
-- id is fp:token of a page, or a name for what only prepares the way. Gives the hosts that this
-- worker is the first to close: it is the one to tell of it.
local SMOOTH = 0.3
local first = {}

local function over(host, id)
  redis.call('ZREM', P .. 'out:' .. host, id)
  local fp = string.match(id, '^(%d+):')
  if fp then redis.call('SMOVE', P .. 'lease:' .. arg.worker, P .. 'held:' .. arg.worker, fp) end
  local at = redis.call('HGET', P .. 'h:' .. host, 'next')
  due(host, at and math.max(now, tonumber(at)) or now)
end

local act = {}

function act.answered(one)
  local key = P .. 'h:' .. one[2]
  over(one[2], one[3])
  if one[4] >= 0 then
    local took = tonumber(redis.call('HGET', key, 'took') or '0')
    redis.call('HSET', key, 'took', string.format('%.4f', took + SMOOTH * (one[4] - took)))
  end
end

function act.unused(one)
  if redis.call('ZREM', P .. 'out:' .. one[2], one[3]) == 1 then
    local key = P .. 'h:' .. one[2]
    local f = redis.call('HMGET', key, 'next', 'gap', 'pause')  -- the moment is made up for
    local at = math.max(tonumber(f[1]) - tonumber(f[2]), tonumber(f[3] or '0'))
    redis.call('HSET', key, 'next', string.format('%.6f', at))
    redis.call('HINCRBY', key, 'asked', -1)
  end
  due(one[2], now)
end

function act.throttled(one)
  local key = P .. 'h:' .. one[2]
  local at = math.max(tonumber(redis.call('HGET', key, 'next') or '0'), now + one[4])
  redis.call('HSET', key, 'next', string.format('%.6f', at),
             'pause', string.format('%.6f', now + one[4]))
  over(one[2], one[3])
end

function act.learned(one)
  redis.call('HSET', P .. 'h:' .. one[2], 'rules_at', string.format('%.6f', now), 'text', one[3],
             'kind', one[4], 'delay', one[5], 'asking', 0)
  redis.call('ZADD', P .. 'ready', 'NX', now, one[2])
  due(one[2], now)
end

function act.closing(one)
  local key = P .. 'h:' .. one[2]
  local found = redis.call('HMGET', key, 'closing', 'closer')
  local is_taken = tonumber(found[1] or '0') > now and found[2] ~= arg.worker
  if is_taken or is_closed(one[2]) then return end
  redis.call('HSET', key, 'closing', string.format('%.6f', now + arg.lease_s), 'closer', arg.worker)
  first[#first + 1] = one[2]
end

function act.release(one)
  local token, worker = owner(one[2])
  if token == one[3] and worker == arg.worker then requeue(one[2]) end
end

function act.drop(one)
  if owner(one[2]) == one[3] then finish(one[2]) end
end

for _, one in ipairs(arg.items) do act[one[1]](one) end
return first
