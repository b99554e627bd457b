-- name: begin
-- A new sign-in.
insert into signoff.sessions (id, sign_in, person, authenticated) values ($1, $2, $3, $4);

-- name: find
-- The session behind an id, if it is neither too old nor idle for too long. `stale`: the id was replaced, and the moment
-- for requests under way is over. `due`: the id has been used long enough. `unseen`: worth writing down that it is used.
select sign_in, person, authenticated,
    coalesce(replaced_at < clock_timestamp() - $4::interval, false) as stale,
    replaced_at is null and made_at < clock_timestamp() - $5::interval as due,
    seen_at < clock_timestamp() - interval '1 minute' as unseen
from signoff.sessions
where id = $1 and begun_at > clock_timestamp() - $2::interval
    and exists (select from signoff.sessions s where s.sign_in = sessions.sign_in
                and s.seen_at > clock_timestamp() - $3::interval);

-- name: seen
update signoff.sessions set seen_at = clock_timestamp() where id = $1;

-- name: replace
-- A new id for a session; of several requests at once only one gets it, and the answer is whether this one did.
with replaced as (
    update signoff.sessions set replaced_at = clock_timestamp() where id = $1 and replaced_at is null returning *
), made as (
    insert into signoff.sessions (id, sign_in, person, authenticated, begun_at)
    select $2, sign_in, person, authenticated, begun_at from replaced returning 1
)
select exists (select from made);

-- name: end_sign_in
delete from signoff.sessions where sign_in = $1;

-- name: end_person
delete from signoff.sessions where person = $1;

-- name: forget
-- What is too old to open anything.
delete from signoff.sessions where begun_at < clock_timestamp() - $1::interval;
