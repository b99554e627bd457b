-- Mail: what was sent to whom and how the server answered. Addresses and texts are never kept; see docs/adr/0025.

-- One row for each mail: of one notification, or of a digest that gathers several for one person.
create table signoff.mails (
    id uuid primary key,  -- also the Message-ID, so that a repetition is recognised by those who get it
    person text collate "C" not null,
    kind text not null check (kind in ('single', 'digest', 'daily')),
    state text not null default 'waiting' check (state in ('waiting', 'claimed', 'sent', 'bounced', 'failed', 'skipped')),
    attempts integer not null default 0,
    next_try timestamptz not null,  -- of a claimed one: until when its sender may take
    answer text,                    -- 250, 451, 550: what the server said; or a word of ours: no-address, over, stale
    made_at timestamptz not null,
    settled_at timestamptz
);
create index mails_due on signoff.mails (next_try) where state in ('waiting', 'claimed');
create index mails_undelivered on signoff.mails (made_at) where state in ('waiting', 'claimed', 'bounced', 'failed');

-- Which notifications a mail tells. `at` is the notification's: gathering goes on from the newest.
create table signoff.mail_parts (
    effect uuid not null,
    person text collate "C" not null,
    mail uuid not null references signoff.mails,
    at timestamptz not null,
    primary key (effect, person),
    foreign key (effect, person) references signoff.notifications
);
create index mail_parts_of_mail on signoff.mail_parts (mail);
create index mail_parts_newest on signoff.mail_parts (at);
create index notifications_by_time on signoff.notifications (at);

-- A link to one decision, for one person. It is spent when a command with its id is in the log.
create table signoff.mail_links (
    id uuid primary key,
    person text collate "C" not null,
    case_id text collate "C" not null,
    task text collate "C" not null,
    content_hash text not null,  -- of the content that the mail showed
    expires_at timestamptz not null
);

-- How people want their mail; without a row: at once, in the language that the organisation has for them.
create table signoff.mail_preferences (
    person text collate "C" primary key,
    sending text not null check (sending in ('at-once', 'daily', 'never')),
    language text
);

grant select, insert, update on signoff.mails, signoff.mail_preferences to signoff_app;
grant select, insert on signoff.mail_parts, signoff.mail_links to signoff_app;
