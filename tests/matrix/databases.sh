# shellcheck shell=bash
#
# Databases; the servers listen on sockets in the task's directory.

program sqlite3 sqlite3 "150000 rows, joins, full text search, JSON, vacuum"
task <<'END'
bash "$NP_INTEGRATION/cases/sqlite3.sh"
END
aside file.db

program postgresql postgresql "initdb, pgbench with four clients, joins, dump; server in C and PL/pgSQL"
task <<'END'
bin=$(echo /usr/lib/postgresql/*/bin); export PATH=$PATH:$bin
chmod 755 .; mkdir d; d=$PWD/d; ! [ "$(id -u)" -eq 0 ] || chown nobody: d
cd d
"${UNPRIVILEGED[@]}" initdb -D "$d/db" -U me -A trust --locale=C.UTF-8 --no-sync \
    --no-instructions >log 2>&1
np_serve "${UNPRIVILEGED[@]}" postgres -D "$d/db" -k "$d" -h '' \
    -c fsync=off -c log_min_messages=error
sql() { psql -XqAt -h "$d" -U me -d "${1:-postgres}"; }
np_wait_for pg_isready -q -h "$d" -U me
pgbench -h "$d" -U me -i -s 1 -q postgres >>log 2>&1
pgbench -h "$d" -U me -n -c 4 -j 2 -t 150 --random-seed 3 postgres \
    | grep actually
sql <<'E'
select count(*), sum(abalance) - (select sum(bbalance) from pgbench_branches)
  from pgbench_accounts;
create table t as select i, md5(i::text) m, array[i, i * 2] a,
  jsonb_build_object('i', i) j from generate_series(1, 60000) i;
create index on t(m); create index on t using gin (j);
select count(*) from t x join t y on x.m = y.m where x.j ->> 'i' like '%7';
select md5(string_agg(m, ',' order by i desc)) from t;
do $$ declare s text := ''; begin for i in 1 .. 3000 loop
  s := s || i; end loop; raise notice '%', length(s); end $$;
select sum(a[2]) over (order by i rows 3 preceding) from t limit 3;
E
pg_dump -h "$d" -U me -t t postgres | grep -v '^\\\|^--' | md5sum
stop_servers -INT
cd ..; rm -r d
END

program mariadb mariadb-server "a new data directory, 20000 rows, joins, stored procedure, dump"
task <<'END'
mkdir d; d=$PWD/d; user=
chmod 755 .
mariadb-install-db --no-defaults --datadir="$d/db" --auth-root-authentication-method=normal \
    --user="$(id -un)" --skip-test-db >log 2>&1
np_serve mariadbd --no-defaults --datadir="$d/db" --socket="$d/s" --skip-networking \
    --user="$(id -un)" --innodb-buffer-pool-size=32M --innodb-flush-log-at-trx-commit=0 \
    --pid-file="$d/pid" --log-error="$d/err" --plugin-maturity=experimental
np_wait_for mariadb-admin --no-defaults -S "$d/s" ping
sql() { mariadb --no-defaults -N -S "$d/s" "$@"; }
sql <<'E'
create database x; use x;
create table t(i int primary key, m varchar(99), key(m)) engine=innodb;
insert into t select seq, md5(seq) from seq_1_to_20000;
create table u engine=aria as select * from t where i % 3 = 0;
select count(*), md5(group_concat(t.m order by t.i)) from t join u using (m) where t.i < 900;
update t set m = concat(m, 'x') where i % 7 = 0; delete from t where i % 5 = 0;
select count(*), sum(i), min(m), max(m) from t;
delimiter //
create procedure p(n int) begin declare i int default 0; declare s longtext default '';
  while i < n do set i = i + 1; set s = concat(s, i); end while; select length(s); end //
delimiter ;
call p(3000); select json_arrayagg(i) from t where i < 30;
E
for i in {1..20}; do sql -e 'select count(*) from x.t a join x.u b on a.m < b.m
    where a.i < 60 and b.i < 200' & done | sort | uniq -c
mariadb-dump --no-defaults -S "$d/s" --skip-comments x | md5sum
mariadb-admin --no-defaults -S "$d/s" shutdown; wait "${NP_SERVERS[0]}"
rm -r d log server.log
END
limit 240

program redis "redis-server redis-tools" "60000 keys, deletes, Lua, redis-benchmark, save"
note "Debian's redis-server is linked with jemalloc: that is what the ratios are relative to"
task <<'END'
bash "$NP_INTEGRATION/cases/redis.sh"
END
aside '*'

program memcached memcached "two clients, 9000 keys each, deletes"
task <<'END'
chmod 755 .; port=$(free_port)
cat >a.py <<'E'
import socket, sys, hashlib
s = socket.create_connection(("127.0.0.1", int(sys.argv[1]))); f = s.makefile("rb"); me = sys.argv[2].encode()
def put(k, v): s.sendall(b"set %s 0 0 %d\r\n%s\r\n" % (k, len(v), v)); return f.readline()
ok = sum(put(b"%sk%d" % (me, i), b"v" * (i * 7919 % 900)) == b"STORED\r\n" for i in range(9000))
s.sendall(b"".join(b"delete %sk%d noreply\r\n" % (me, i) for i in range(0, 9000, 3)))
n = 0
for i in range(9000):
    s.sendall(b"get %sk%d\r\n" % (me, i))
    l = f.readline()
    if l.startswith(b"VALUE"):
        n += len(f.readline()) - 2; f.readline()
print(ok, n); s.sendall(b"incr x 1\r\nversion\r\nquit\r\n"); print(len(f.read()))
E
np_serve memcached -u nobody -l 127.0.0.1 -p $port -U 0 -t 4 -m 64
np_wait_for bash -c ": </dev/tcp/127.0.0.1/$port"
python3 -S a.py $port b >b & python3 -S a.py $port a; wait $!
stop_servers
END
aside server.log

program slapd "slapd ldap-utils" "a directory of 2000 entries in LMDB, searches"
task <<'END'
mkdir db; cat >c <<E
include /etc/ldap/schema/core.schema
modulepath /usr/lib/ldap
moduleload back_mdb
database mdb
maxsize 100000000
suffix "o=x"
rootdn "cn=a,o=x"
rootpw p
directory $PWD/db
index cn,sn eq,sub
E
{ printf 'dn: o=x\nobjectClass: organization\no: x\n\n'
seq 2000 | sed 's/.*/dn: cn=n&,o=x\nobjectClass: person\ncn: n&\nsn: s&\n/'; } >l
slapadd -f c -l l 2>/dev/null
np_serve slapd -d 0 -f c -h "ldapi://$(sed 's|/|%2F|g' <<<"$PWD/s")"
find_entry() { ldapsearch -x -LLL -H "ldapi://$(sed 's|/|%2F|g' <<<"$PWD/s")" -b o=x "$@"; }
np_wait_for find_entry -s base
find_entry '(sn=*77*)' cn | sha256sum; for i in {1..30}; do find_entry "(cn=n$i)" sn; done
stop_servers
END
aside 'db/*' server.log s c

program lmdb lmdb-utils "load, dump and copy of 60000 pairs"
task <<'END'
mkdir a b
{ printf 'VERSION=3\nformat=print\ntype=btree\nmapsize=100000000\nHEADER=END\n'
seq -w 60000 | sed 's/.*/ k&\n value & &/'; echo DATA=END; } | mdb_load a
mdb_dump -p a | md5sum; mdb_copy -c a b; mdb_stat b
END
aside '*/*.mdb'

program rrdtool "rrdtool fonts-dejavu-core" "2000 updates, fetch, a graph"
task <<'END'
rrdtool create a.rrd -b 1000000000 -s 60 DS:x:GAUGE:120:U:U RRA:AVERAGE:0.5:1:3000 \
    RRA:MAX:0.5:10:300
for i in {1..20}; do
    rrdtool update a.rrd $(seq $((i * 100)) $((i * 100 + 99)) \
        | awk '{ print 1000000000 + $1 * 60 ":" $1 * 7919 % 1009 }')
done
rrdtool fetch a.rrd AVERAGE -s 1000010000 -e 1000100000 | md5sum
rrdtool graph a.png -s 1000010000 -e 1000100000 DEF:x=a.rrd:x:AVERAGE LINE2:x#ff0000:x
sha256sum a.png
END
aside a.rrd
