-- Decides once which targets of a sealed batch are the batch's. arg: batch, items of {fp, token}.
-- Gives '1' or '0' a target, and the same again for the same batch.
local key = P .. 'batch:' .. arg.batch
local said = redis.call('GET', key)
if said then return said end
local found = {}
for i, one in ipairs(arg.items) do
  local fp, given = one[1], one[2]
  local token, worker = owner(fp)
  local is_ours = false
  if token == given and worker ~= '' then
    let_go(fp, worker)
    is_ours = true
  elseif not token and redis.call('HGET', P .. 'stale', fp) == given then
    local data = cmsgpack.unpack(redis.call('HGET', P .. 'data', fp))
    redis.call('ZREM', queue(data[2], data[3], data[4]), data[1])
    redis.call('HDEL', P .. 'stale', fp)
    is_ours = true
  end
  if is_ours then
    redis.call('HSET', P .. 'own', fp, given .. '|')
    redis.call('HSET', P .. 'claimed', fp, arg.batch)
  end
  found[i] = is_ours and '1' or '0'
end
said = table.concat(found)
redis.call('SET', key, said, 'EX', 30 * 86400)
return said
