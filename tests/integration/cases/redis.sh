# shellcheck shell=bash
# needs: redis-server redis-cli redis-benchmark

# shellcheck source=tests/integration/servers.sh
. "$NP_INTEGRATION/servers.sh"
set -e
np_serve redis-server --port 0 --unixsocket "$PWD/s" --save '' --dir "$PWD" \
    --appendonly no --enable-debug-command local
cli() { redis-cli -s "$PWD/s" "$@"; }
np_wait_for cli ping

# keys of many sizes; two of three deleted in an order that looks random
seq 1 60000 | awk '{ v = sprintf("%" ($1 * 7919 % 700 + 1) "d", $1)
    gsub(" ", "x", v); print "SET key:" $1, v }' | cli --pipe | tail -n 1
seq 1 40000 | awk '{ print "DEL key:" ($1 * 17389 % 60000 + 1) }' \
    | cli --pipe | tail -n 1
cli dbsize
cli --scan | sort | sha256sum
cli eval "local n = 0 for i = 1, 60000 do
    n = n + redis.call('strlen', 'key:' .. i) end return n" 0
for i in $(seq 1 300); do
    echo "HSET h$((i % 20)) f$i $((i * i))"
    echo "ZADD z $((i * 7919 % 1000)) m$i"
    echo "RPUSH l$((i % 10)) v$i"
done | cli | sha256sum
cli zrange z 0 20 withscores
cli sort l3 alpha | sha256sum

# the load of redis-benchmark, its figures dropped; what it leaves is counted
redis-benchmark -s "$PWD/s" -q -n 60000 -c 20 -P 16 -r 5000 -d 300 \
    -t set,get,incr,lpush,lpop,sadd,hset,zadd,mset >/dev/null
redis-benchmark -s "$PWD/s" -q -n 60000 -c 20 -P 16 -r 60000 \
    del key:__rand_int__ >/dev/null
cli exists counter:000000000000 nosuch
cli llen mylist
cli memory purge
cli save
cli debug reload
cli dbsize >/dev/null
cli flushall async
cli dbsize
cli shutdown nosave
np_wait_end "${NP_SERVERS[0]}"
