-- name: pending
-- What is still to be done for one case, in the order of its events.
select id, stream, version, position, kind, payload
from signoff.effects
where stream = $1 and delivered_at is null
order by position, id;

-- name: undelivered
-- The same for all cases, oldest first.
select id, stream, version, position, kind, payload
from signoff.effects
where delivered_at is null
order by position, id
limit $1;

-- name: find
-- One effect, if it is still to be delivered.
select id, stream, version, position, kind, payload
from signoff.effects
where id = $1 and delivered_at is null;

-- name: settle
-- The first outcome stays.
update signoff.effects set delivered_at = clock_timestamp(), outcome = $2::json
where id = $1 and delivered_at is null;
