-- name: owe
insert into signoff.wakes (position, stream, process, due_at)
select *, clock_timestamp() + $4 from unnest($1::bigint[], $2::text[], $3::text[]);

-- name: take
-- Leases what is due to one caller: whoever dies with it leaves it to the next, a lease later.
update signoff.wakes set due_at = clock_timestamp() + $2
where position in (
    select position from signoff.wakes where due_at <= clock_timestamp()
    order by due_at, position limit $1 for update skip locked
)
returning position, stream, process;

-- name: settle
delete from signoff.wakes where position = any($1::bigint[]);

-- name: postpone
-- The older a row, the longer the pause, from a second to five minutes.
update signoff.wakes
set due_at = clock_timestamp() + least(greatest(clock_timestamp() - since, interval '1 second'), interval '5 minutes')
where position = any($1::bigint[]);

-- name: hurry
update signoff.wakes set due_at = clock_timestamp()
where due_at > clock_timestamp() and ($1::bigint[] is null or position = any($1));

-- name: owed
-- All that is owed, oldest first.
select position, stream, process from signoff.wakes order by position;
