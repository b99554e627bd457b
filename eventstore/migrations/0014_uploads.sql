-- Who brought which file. A hash is in proofs and timelines: knowing it must not be enough to attach, and so to read, what
-- somebody else has stored (KRN-43, KRN-54).

create table signoff.uploads (
    hash bytea not null check (octet_length(hash) = 32),
    person text collate "C" not null,
    at timestamptz not null default clock_timestamp(),
    primary key (hash, person)
);

-- Until now whoever attached a file had brought it.
insert into signoff.uploads (hash, person, at)
select decode(payload -> 'attachment' ->> 'sha256', 'hex'), actor, min(recorded_at)
from signoff.events where type = 'Attached'
group by 1, 2;

create trigger append_only before update or delete or truncate on signoff.uploads
    for each statement execute function signoff.refuse_change();
alter table signoff.uploads enable always trigger append_only;

grant select, insert on signoff.uploads to signoff_app;
