-- name: entrust
-- Remembers what Signoff is about to send; safe to repeat.
insert into signoff.errands (command_id, fingerprint) values ($1, $2) on conflict do nothing;

-- name: entrusted
-- Whether exactly this was entrusted.
select exists (select from signoff.errands where command_id = $1 and fingerprint = $2);
