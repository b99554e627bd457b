-- name: claims
-- Who holds these (kind, key), oldest first.
select c.kind, c.key, c.stream, c.item, c.exclusive, c.amount, c.currency, c.since
from signoff.claims c
join unnest($1::text[], $2::text[]) as q (kind, key) on c.kind = q.kind and c.key = q.key
order by c.since, c.stream, c.item;

-- name: lock
-- Decisions that ask for these keys with a lock are made one after another, until the transaction ends.
select pg_advisory_xact_lock(hashtextextended(k, 7446)) from unnest($1::text[]) as k;

-- name: stop_writers
-- Alone with the log until the transaction ends: no append is under way, none begins.
select pg_advisory_xact_lock(7446, 1);

-- name: forget
delete from signoff.claims;

-- name: apply
-- The claims of one event of a stream, as append applies them; the answer is an exclusive claim that is taken, or null.
select signoff.apply_claims($1, $2, $3, $4, $5, $6, $7, $8);

-- name: held
-- All claims of a stream, or of all.
select stream, kind, key, item, exclusive, amount, currency, since from signoff.claims where $1::text is null or stream = $1;
