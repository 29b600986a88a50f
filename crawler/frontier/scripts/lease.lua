-- Hands out what may be asked now or within `ahead_s`: the politeness of each host is here.
-- arg: worker, want (targets), most (uncommitted targets over all workers), lease_s, horizon_s,
-- platforms (usable ones), skip (hosts), slots of {host, id} for what the worker asks once more.
-- rules_for (hosts whose rules it needs), watch (hosts that it holds something of), debt_s and
-- catch_up: see pace.py, which has the same rule.
-- Gives {now, targets, slots, robots, hosts, spent, first ready, counts, closed, ended, uncommitted,
-- pauses}; a host is {name, next, version of its rules, free connections}.
local FRESH, SLOW, LOST, PATIENCE = 86400, 1.0, 300, 120
local usable, skip = {}, {}
for _, name in ipairs(arg.platforms) do usable[name] = true end
for _, host in ipairs(arg.skip) do skip[host] = true end
local limit_at = now + arg.horizon_s
local targets, slots, robots, spent, looked = {}, {}, {}, {}, {}
local uncommitted = redis.call('HLEN', P .. 'own')
local want = math.min(arg.want, arg.most - uncommitted)
if not redis.call('ZSCORE', P .. 'alive', arg.worker) then  -- taken for dead: nobody would renew it
  want, arg.slots, arg.rules_for = 0, {}, {}
end

local function opens_at(from, to)  -- now if the host is open, else when it opens
  if from == to then return now end
  local minute = (wall % 86400) / 60
  local is_open
  if from < to then is_open = minute >= from and minute < to
  else is_open = minute >= from or minute < to end
  if is_open then return now end
  return now + ((from - minute) % 1440) * 60
end

local function load(host)
  local key = P .. 'h:' .. host
  local f = redis.call('HMGET', key, 'interval', 'delay', 'slow', 'took', 'concurrency', 'next',
                       'daily', 'day', 'asked', 'from', 'to', 'closing', 'rules_at', 'asking',
                       'turn', 'near', 'pause', 'asker')
  if not f[1] then return nil end
  local n = {}
  for i = 1, 17 do n[i] = tonumber(f[i] or '0') end
  local day = math.floor(wall / 86400)
  local h = { name = host, key = key, next = n[6], daily = n[7], asked = n[8] == day and n[9] or 0,
              day = day, closing = n[12], rules_at = n[13], asking = n[14], turn = n[15],
              near = n[16], pause = n[17] }
  if f[18] and not redis.call('ZSCORE', P .. 'alive', f[18]) then h.asking = 0 end
  h.gap = math.max(n[1], n[2], n[4] > SLOW and n[3] * n[4] or 0)
  h.opens = opens_at(n[10], n[11])
  redis.call('ZREMRANGEBYSCORE', P .. 'out:' .. host, '-inf', now)
  h.free = n[5] - redis.call('ZCARD', P .. 'out:' .. host)
  return h
end

local function nearest(h)  -- what the rate wants, or as soon after the last one as is polite
  return math.max(h.next, h.near, h.pause)
end

local function slot(h)  -- the moment of the host's next request, if it may be taken now
  if h.closing > now or h.opens > now then return nil end
  if h.daily > 0 and h.asked >= h.daily then
    if not h.is_spent then spent[#spent + 1] = h.name end
    h.is_spent = true
    return nil
  end
  local at = math.max(now, nearest(h))
  if at > limit_at or h.free < 1 then return nil end
  return at
end

local function take(h, at, id)
  redis.call('ZADD', P .. 'out:' .. h.name, string.format('%.6f', now + LOST), id)
  local owed = h.next > 0 and math.min(arg.debt_s, at - h.next) or 0
  h.next = math.max(h.next, at) - math.max(owed, 0) + h.gap
  h.near = at + h.gap * (1 - math.min(arg.catch_up, h.gap / (5 * (1 + h.gap))))
  h.free, h.asked, h.is_used = h.free - 1, h.asked + 1, true
end

local function keep(h)
  if h.is_used then
    redis.call('HSET', h.key, 'next', string.format('%.6f', h.next), 'asked', h.asked, 'day', h.day,
               'asking', string.format('%.6f', h.asking), 'turn', h.turn,
               'near', string.format('%.6f', h.near), 'gap', string.format('%.6f', h.gap))
  end
  looked[#looked + 1] = { h.name, string.format('%.6f', nearest(h)), string.format('%.6f', h.rules_at),
                          h.free }
end

local KINDS = { few = { 'index', 'listing', 'seller' }, many = { 'listing', 'seller', 'index' },
                last = { 'image' } }

local function kinds(platform, host)  -- enough indexes to feed, pictures last
  if tonumber(redis.call('HGET', P .. 'pages', platform) or '0') <= 0 then return KINDS.last end
  local listings = redis.call('ZCARD', queue(platform, host, 'listing'))
  return listings < 100 and KINDS.few or KINDS.many
end

local function pick(h, platforms)  -- the next target's member; platforms take turns
  for i = 1, #platforms do
    local platform = platforms[(h.turn + i) % #platforms + 1]
    if usable[platform] then
      for _, kind in ipairs(kinds(platform, h.name)) do
        local member = redis.call('ZPOPMIN', queue(platform, h.name, kind))[1]
        if member then h.turn = (h.turn + i) % #platforms return member end
      end
    end
  end
  return nil
end

local function has_work(host, platforms)
  for _, platform in ipairs(platforms) do
    for _, kind in ipairs(kinds(platform, host)) do
      if redis.call('EXISTS', queue(platform, host, kind)) == 1 then return true end
    end
  end
  return false
end

local function hand_out(h, at, member)
  local fp = string.match(member, '(%d+)$')
  local data = redis.call('HGET', P .. 'data', fp)
  if not data then return end
  local token = string.format('%.0f', redis.call('HINCRBY', P .. 'meta', 'token', 1))
  redis.call('HSET', P .. 'own', fp, token .. '|' .. arg.worker)
  redis.call('HDEL', P .. 'stale', fp)
  redis.call('SADD', P .. 'lease:' .. arg.worker, fp)
  take(h, at, fp .. ':' .. token)
  local wants = redis.call('SMEMBERS', P .. 'want:' .. fp)
  targets[#targets + 1] = { fp, token, string.format('%.6f', at), data, wants }
end

local function ask_rules(h)  -- one worker at a time
  local at = h.asking <= now and slot(h)
  if not at then return end
  h.asking = now + PATIENCE
  redis.call('HSET', h.key, 'asker', arg.worker)
  take(h, at, 'robots:' .. arg.worker)
  robots[#robots + 1] = { h.name, string.format('%.6f', at) }
end

local function look(host)
  local h = load(host)
  if not h or is_closed(host) then redis.call('ZREM', P .. 'ready', host) return end
  local platforms = redis.call('SMEMBERS', P .. 'hp:' .. host)
  table.sort(platforms)
  if now - h.rules_at >= FRESH then
    ask_rules(h)
  else
    while #targets < want do
      local at = slot(h)
      local member = at and pick(h, platforms)
      if not member then break end
      hand_out(h, at, member)
    end
  end
  keep(h)
  if not has_work(host, platforms) then redis.call('ZREM', P .. 'ready', host) return end
  local again = math.max(nearest(h), h.closing, h.opens)  -- not before now: others have their turn
  if now - h.rules_at >= FRESH then  -- whoever asks for them may die
    again = math.max(again, math.min(h.asking, now + 1))
  end
  if h.free < 1 then again = math.max(again, now + 30) end  -- an answer makes it sooner
  redis.call('ZADD', P .. 'ready', string.format('%.6f', again), host)
end

for _, host in ipairs(arg.rules_for) do
  local h = load(host)
  if h and now - h.rules_at >= FRESH then ask_rules(h) end
  if h then keep(h) end
end
for _, one in ipairs(arg.slots) do
  local h = load(one[1])
  local at = h and slot(h)
  if at then
    take(h, at, one[2])
    slots[#slots + 1] = { one[2], string.format('%.6f', at) }
  end
  if h then keep(h) end
end
if want > 0 then
  for _, host in ipairs(redis.call('ZRANGEBYSCORE', P .. 'ready', '-inf',
                                   string.format('%.6f', limit_at), 'LIMIT', 0, 64 + #arg.skip)) do
    if not skip[host] then look(host) end
  end
end
local pauses = {}
for _, host in ipairs(arg.watch) do
  local at = redis.call('HGET', P .. 'h:' .. host, 'pause')
  if at and tonumber(at) > now then pauses[#pauses + 1] = { host, at } end
end
local first = redis.call('ZRANGE', P .. 'ready', 0, 0, 'WITHSCORES')
return { string.format('%.6f', now), targets, slots, robots, looked, spent, first[2] or '',
         redis.call('HGETALL', P .. 'open'), redis.call('SMEMBERS', P .. 'closed'),
         redis.call('SMEMBERS', P .. 'ended'), redis.call('HLEN', P .. 'own'), pauses }
