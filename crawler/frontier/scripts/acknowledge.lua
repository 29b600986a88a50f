-- Ends what is in the lake. arg: done of {fp, token, platform, listing_key, pictures of {fp, host,
-- key, url}}, and closed hosts. What is out anew with another worker is left alone.
for _, one in ipairs(arg.done) do
  local fp, given = one[1], one[2]
  if owner(fp) == given or redis.call('HGET', P .. 'stale', fp) == given then
    want_pictures(one[3], one[4], one[5])
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
