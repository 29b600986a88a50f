-- Takes up what the lake has, after the store lost all: it is known and done. arg: done of {fp,
-- platform, host, kind, listing_key, pictures as in acknowledge}; hold and let_go, platforms.
-- Pictures of a platform that is held wait, whatever pages there are: some may still be recalled.
for _, platform in ipairs(arg.hold) do
  if redis.call('SADD', P .. 'recalling', platform) == 1 then
    redis.call('HINCRBY', P .. 'pages', platform, 1)
  end
end
for _, one in ipairs(arg.done) do
  local fp, platform, host, kind = one[1], one[2], one[3], one[4]
  if see(fp) then
    redis.call('HINCRBY', P .. 'done', field(platform, host, kind), 1)
    if kind == 'listing' then redis.call('HINCRBY', P .. 'listings', platform, 1) end
  else
    finish(fp)
  end
  want_pictures(platform, one[5], one[6])
end
for _, platform in ipairs(arg.let_go) do
  if redis.call('SREM', P .. 'recalling', platform) == 1
    and redis.call('HINCRBY', P .. 'pages', platform, -1) <= 0 then unlock(platform) end
end
remember()
return 1
