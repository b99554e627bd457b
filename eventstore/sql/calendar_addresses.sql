-- name: make
-- The address of a person, in the place of the one before.
insert into signoff.calendar_addresses (person, secret) values ($1, $2)
on conflict (person) do update set secret = excluded.secret, made_at = clock_timestamp();

-- name: revoke
-- Takes an address back; the answer is whether there was one.
with gone as (delete from signoff.calendar_addresses where person = $1 returning 1) select exists (select from gone);

-- name: made_at
-- Since when a person has an address.
select made_at from signoff.calendar_addresses where person = $1;

-- name: person
-- Whose address it is.
select person from signoff.calendar_addresses where secret = $1;
