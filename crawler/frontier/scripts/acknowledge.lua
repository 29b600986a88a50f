-- Ends what is in the lake. arg: done of {fp, token, platform, listing_key, pictures of {fp, host,
-- key, url}}, and closed hosts. What is out anew with another worker is left alone.
local hosts = {}
for _, one in ipairs(arg.done) do
  local fp, given = one[1], one[2]
  if owner(fp) == given or redis.call('HGET', P .. 'stale', fp) == given then
    for _, picture in ipairs(one[5]) do
      if not is_closed(picture[2]) and see(picture[1]) then
        enqueue(picture[1], one[3], picture[2], 'image', picture[3], picture[4], 0, '')
      end
      if redis.call('HEXISTS', P .. 'data', picture[1]) == 1 then
        redis.call('SADD', P .. 'want:' .. picture[1], one[4])
      end
    end
    finish(fp)
  end
end
for _, host in ipairs(arg.closed) do
  redis.call('SADD', P .. 'closed', host)
  redis.call('ZREM', P .. 'ready', host)
  for _, name in ipairs(redis.call('HKEYS', P .. 'open')) do
    local platform, one, kind = string.match(name, '^([^|]*)|([^|]*)|([^|]*)$')
    if one == host then drop_queue(platform, one, kind) end
  end
end
remember()
return redis.call('HLEN', P .. 'own')
