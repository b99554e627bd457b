-- The bytes of attached files, by the hash of what they say. Events hold the hash; see docs/adr/0015.

create table signoff.content (
    hash bytea not null check (octet_length(hash) = 32),  -- SHA-256 of the file as it was attached
    sealed_for text collate "C" not null,  -- whose key opens the bytes; '' where they are kept as they are
    size bigint not null check (size > 0),
    media_type text not null,
    bytes bytea not null,
    stored_at timestamptz not null default clock_timestamp(),
    primary key (hash, sealed_for),
    check (sealed_for <> '' or (hash = sha256(bytes) and size = octet_length(bytes)))
);

alter table signoff.content alter column bytes set storage external;  -- most documents are compressed already

create trigger append_only before update or delete or truncate on signoff.content
    for each statement execute function signoff.refuse_change();
alter table signoff.content enable always trigger append_only;

-- Which cases a file belongs to.
create index events_attached on signoff.events ((payload -> 'attachment' ->> 'sha256')) where type = 'Attached';

grant select, insert on signoff.content to signoff_app;
