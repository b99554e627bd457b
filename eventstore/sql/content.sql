-- name: put
-- Keeps a file, and who brought it. The same file again is the same row.
with kept as (
    insert into signoff.content (hash, sealed_for, size, media_type, bytes) values ($1, $2, $3, $4, $5)
    on conflict (hash, sealed_for) do nothing
)
insert into signoff.uploads (hash, person) values ($1, $6) on conflict do nothing;

-- name: get
-- A file: as it is, and sealed for whom.
select sealed_for, size, media_type, bytes from signoff.content where hash = $1 order by sealed_for;

-- name: described
-- What is kept under a hash, without the bytes; nothing where this person did not bring it.
select size, media_type from signoff.content
where hash = $1 and exists (select from signoff.uploads where hash = $1 and person = $2)
order by sealed_for;

-- name: about
-- Those of these hashes (bytes) that are kept sealed for one of these people.
select distinct encode(hash, 'hex') as hash from signoff.content
where hash = any ($1::bytea[]) and sealed_for = any ($2::text[]);

-- name: attached
-- The events that attach a file with this hash (hex), oldest first.
select stream, version from signoff.events
where type = 'Attached' and payload -> 'attachment' ->> 'sha256' = $1
order by position;

-- name: referenced
-- What the events of a stream (NULL: of all) say is attached, oldest first.
select stream, version, payload -> 'attachment' ->> 'sha256' as hash, payload -> 'attachment' ->> 'size' as size
from signoff.events
where type = 'Attached' and ($1::text is null or stream = $1)
order by stream, version;
