-- What workers that are known to be dead held waits again, at once. arg: names, each what comes
-- before the last part of the worker's own name. Gives 1 when that is all, 0 to be called again.
local dead = {}
for _, name in ipairs(arg.names) do dead[name] = true end
for _, worker in ipairs(redis.call('ZRANGE', P .. 'alive', 0, -1)) do
  if dead[string.match(worker, '^(.*):[^:]*$')] and not take_over(worker) then return 0 end
end
return 1
