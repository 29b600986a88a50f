-- What a lost batch had claimed waits again. arg: claims of {fp, batch}.
for _, one in ipairs(arg.claims) do
  if redis.call('HGET', P .. 'claimed', one[1]) == one[2] then
    requeue(one[1])
    redis.call('HDEL', P .. 'claimed', one[1])
  end
end
return 1
