-- Adds what is not known yet. arg: items of {fp, platform, host, kind, key, url, depth, hint}, and
-- limit, in listings a platform (-1: none). Gives how many were new.
local new, hosts, platforms, shut = 0, {}, {}, {}

local function room(platform)
  return arg.limit - tonumber(redis.call('HGET', P .. 'listings', platform) or '0')
end

for _, one in ipairs(arg.items) do
  local fp, platform, host, kind = one[1], one[2], one[3], one[4]
  if shut[host] == nil then shut[host] = is_closed(host) end
  local is_over = arg.limit >= 0 and (kind == 'listing' or kind == 'index') and room(platform) <= 0
  if not shut[host] and not is_over and see(fp) then
    enqueue(fp, platform, host, kind, one[5], one[6], one[7], one[8])
    if kind == 'listing' then redis.call('HINCRBY', P .. 'listings', platform, 1) end
    hosts[host], platforms[platform], new = true, true, new + 1
  end
end
for host in pairs(hosts) do
  redis.call('ZADD', P .. 'ready', 'NX', now, host)
end
if arg.limit >= 0 then  -- all that an index could still show is over the limit
  for platform in pairs(platforms) do
    if room(platform) <= 0 and redis.call('SADD', P .. 'ended', platform) == 1 then
      for _, name in ipairs(redis.call('HKEYS', P .. 'open')) do
        local one, host, kind = string.match(name, '^([^|]*)|([^|]*)|([^|]*)$')
        if one == platform and kind == 'index' then drop_queue(platform, host, kind) end
      end
    end
  end
end
remember()
return new
