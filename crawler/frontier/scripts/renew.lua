-- A worker says that it lives, and what died is taken from it. arg: worker, lease_s, is_new,
-- mine (with is_unsure: the targets it knows to be out, when an answer of ours may be lost), and
-- closing (hosts that it is about to close). Gives 1, or 0 if the worker was taken for dead.
local alive = P .. 'alive'
local beat = tonumber(redis.call('GET', P .. 'beat') or now)
redis.call('SET', P .. 'beat', string.format('%.6f', now))
local until_at = string.format('%.6f', now + arg.lease_s)
if now - beat > arg.lease_s / 2 then  -- nobody could renew: we were away, not they
  for _, name in ipairs(redis.call('ZRANGE', alive, 0, -1)) do
    redis.call('ZADD', alive, until_at, name)
  end
end
if not arg.is_new and not redis.call('ZSCORE', alive, arg.worker) then return 0 end
redis.call('ZADD', alive, until_at, arg.worker)
for _, host in ipairs(arg.closing) do
  if redis.call('HGET', P .. 'h:' .. host, 'closer') == arg.worker then
    redis.call('HSET', P .. 'h:' .. host, 'closing', until_at)
  end
end
if arg.is_unsure then
  local mine = {}
  for _, fp in ipairs(arg.mine) do mine[fp] = true end
  for _, fp in ipairs(redis.call('SMEMBERS', P .. 'lease:' .. arg.worker)) do
    if not mine[fp] then requeue(fp) end
  end
end
for _, dead in ipairs(redis.call('ZRANGEBYSCORE', alive, '-inf', now, 'LIMIT', 0, 1)) do
  take_over(dead)
end
drop_part()
return 1
