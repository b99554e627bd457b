-- Signing out at the provider and from there: what a session keeps of the one at the provider. Its ID token is sealed
-- for its person; the provider's names for session and subject are keyed hashes, for they may be addresses.

alter table signoff.sessions
    add column provider_session bytea,
    add column provider_subject bytea,
    add column id_token bytea;

create index sessions_by_provider_session on signoff.sessions (provider_session);
create index sessions_by_provider_subject on signoff.sessions (provider_subject);

-- Logout tokens that were used, as long as they could be used again. `id` is the SHA-256 of a token's own id.
create table signoff.logout_tokens (
    id bytea primary key check (octet_length(id) = 32),
    until timestamptz not null
);
create index logout_tokens_by_time on signoff.logout_tokens (until);

grant select, insert, delete on signoff.logout_tokens to signoff_app;

-- How people want their mail are facts now, in streams of their own; whoever had chosen before chooses again.
drop table signoff.mail_preferences;

-- What is told to somebody who stands in for the person who was told it: once for each reader, whomever it is for.
create table signoff.mail_parts_for_others (
    effect uuid not null,
    reader text collate "C" not null,
    person text collate "C" not null,
    mail uuid not null references signoff.mails,
    primary key (effect, reader),
    foreign key (effect, person) references signoff.notifications
);
create index mail_parts_for_others_of_mail on signoff.mail_parts_for_others (mail);

-- Delegations whose delegate was told what was open when they began.
create table signoff.mail_delegations (
    delegation text collate "C" primary key,
    at timestamptz not null
);

-- Of a link to a decision that its person makes for somebody else.
alter table signoff.mail_links add column on_behalf_of text collate "C";

grant select, insert on signoff.mail_parts_for_others, signoff.mail_delegations to signoff_app;
