-- name: adopt
-- A new person's key; nothing if the person has a row.
insert into signoff.keys (person, wrapped, mail_hash) values ($1, $2, $3) on conflict (person) do nothing;

-- name: mail
-- A known person's new address; nothing for one who was erased.
update signoff.keys set mail_hash = $2 where person = $1 and erased_at is null;

-- name: mails
-- As `mail`, for many.
update signoff.keys k set mail_hash = w.mail_hash
from unnest($1::text[], $2::bytea[]) as w (person, mail_hash)
where k.person = w.person and k.erased_at is null
returning k.person;

-- name: unaddressed
-- People who get another address, or none: first nobody has theirs, so that two can swap.
update signoff.keys set mail_hash = null where person = any ($1::text[]) and mail_hash is not null;

-- name: people_for
select person, mail_hash from signoff.keys where mail_hash = any ($1::bytea[]);

-- name: person_for
select person from signoff.keys where mail_hash = $1;

-- name: wrapped
select person, wrapped from signoff.keys where person = any ($1::text[]);

-- name: others
-- Other sessions that have the keys open. What they are is hidden from the application's role, not that they are there.
select count(*) from pg_stat_activity where datname = current_database() and usename is not null and pid <> $1;

-- name: all
-- Every key there is, kept as it is until the transaction ends.
select person, wrapped from signoff.keys where wrapped is not null order by person for update;

-- name: kept
-- What is kept of everybody who was not erased.
select person, wrapped, mail_hash from signoff.keys where erased_at is null order by person;

-- name: rewrap
update signoff.keys set wrapped = $2, mail_hash = $3 where person = $1;

-- name: open
-- Those of these people who have a key.
select person from signoff.keys where person = any ($1::text[]) and wrapped is not null order by person;

-- name: erase
update signoff.keys set wrapped = null, mail_hash = null, erased_at = clock_timestamp()
where person = $1 and erased_at is null;

-- name: count_erasure
update signoff.erasures set number = number + 1;

-- name: erasures
select number from signoff.erasures;

-- name: forget
-- The row's old version holds the key until it is cleaned away; what is only marked as free still holds its bytes.
vacuum full signoff.keys;

-- name: next_log_file
select pg_switch_wal();

-- name: write_out
checkpoint;
