# shellcheck shell=bash
# needs: sqlite3

sqlite3 -batch file.db <<'END'
pragma journal_mode = wal;
create table t(id integer primary key, name text, amount real, data blob);
with recursive n(i) as (select 1 union all select i + 1 from n
    where i < 150000)
insert into t select i, printf('name %d', i * 7919 % 150001), i % 1009 / 3.0,
    zeroblob(i % 90) from n;
create index t_name on t(name);
delete from t where id * 31 % 10 < 7;
update t set name = name || ' changed', data = zeroblob(500) where id % 5 = 0;
select count(*), sum(amount), min(name), max(name), sum(length(data)) from t;
select count(*) from t a join t b on b.name = 'name ' || a.id;
select substr(name, 1, 7) g, count(*), group_concat(id % 10) from t
    where id < 2000 group by g order by g limit 5;
vacuum;
pragma integrity_check;
create virtual table docs using fts5(body);
insert into docs select name || ' ' || id from t;
select count(*) from docs where docs match '12*';
select json_group_array(json_object('id', id, 'name', name)) from
    (select * from t order by id limit 5);
select nosuch from t;
END
echo "sqlite3: $?"
sqlite3 -batch file.db .dump | sha256sum
