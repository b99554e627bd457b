-- name: adopt
-- A new person's key; nothing if the person has a row.
insert into signoff.keys (person, wrapped, mail_hash) values ($1, $2, $3) on conflict (person) do nothing;

-- name: mail
-- A known person's new address; nothing for one who was erased.
update signoff.keys set mail_hash = $2 where person = $1 and erased_at is null;

-- name: person_for
select person from signoff.keys where mail_hash = $1;

-- name: wrapped
select person, wrapped from signoff.keys where person = any ($1::text[]);

-- name: erase
update signoff.keys set wrapped = null, mail_hash = null, erased_at = clock_timestamp()
where person = $1 and erased_at is null;

-- name: forget
-- The row's old version holds the key until it is cleaned away.
vacuum signoff.keys;
