-- name: begin
-- A new sign-in.
insert into signoff.sessions (id, sign_in, person, authenticated, provider_session, provider_subject, id_token)
values ($1, $2, $3, $4, $5, $6, $7);

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
    insert into signoff.sessions
        (id, sign_in, person, authenticated, begun_at, provider_session, provider_subject, id_token)
    select $2, sign_in, person, authenticated, begun_at, provider_session, provider_subject, id_token
    from replaced returning 1
)
select exists (select from made);

-- name: end_sign_in
delete from signoff.sessions where sign_in = $1;

-- name: end_person
delete from signoff.sessions where person = $1;

-- name: id_token
-- The sealed ID token of a sign-in; it is the same under each of its ids.
select id_token from signoff.sessions where sign_in = $1 limit 1;

-- name: end_there
-- Ends what began with one session at the provider ($2), or with any of a subject's ($3). Where both are named, the
-- subject counts only for sessions of which the provider did not name its own.
delete from signoff.sessions
where authenticated = $1 and (provider_session = $2
    or (provider_subject = $3 and ($2::bytea is null or provider_session is null)));

-- name: use_logout
-- Whether a logout token is used for the first time.
insert into signoff.logout_tokens (id, until) values ($1, $2) on conflict (id) do nothing returning true;

-- name: forget_logouts
delete from signoff.logout_tokens where until < clock_timestamp();

-- name: forget
-- What is too old to open anything.
delete from signoff.sessions where begun_at < clock_timestamp() - $1::interval;
