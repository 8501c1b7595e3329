-- rows in memory: an index, a join, an aggregate and a delete
create table t(id integer primary key, name text, amount integer);
with recursive n(i) as (select 1 union all select i + 1 from n
    where i < (select n from size))
  insert into t select i, printf('name %d', i * 7919 % 1000003), i % 1009
    from n;
create index t_name on t(name);
select count(*), sum(amount), min(name), max(name) from t;
select amount % 100, count(*), max(name) from t group by 1 order by 3 limit 3;
delete from t where id % 3 = 0;
select count(*) from t a join t b on b.name = 'name ' || a.id;
