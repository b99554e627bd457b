-- What does not go on, as workers see it, and what verifications found: operations see both, and why.

-- Work of a case that failed more than once; the row goes when it succeeds. Who tries it again writes it again.
create table signoff.failing (
    stream text collate "C" not null,
    activity text not null,
    command text,
    error text not null,  -- the class, never its text: that may hold personal values
    attempts bigint not null,
    since timestamptz not null default clock_timestamp(),
    tried_at timestamptz not null default clock_timestamp(),
    primary key (stream, activity)
);

create index failing_tried on signoff.failing (tried_at);

grant select, insert, update, delete on signoff.failing to signoff_app;

alter table signoff.verifications add column stream text collate "C";  -- the case that was verified alone; null for all

create table signoff.verification_problems (
    at timestamptz not null references signoff.verifications,
    stream text collate "C" not null,
    version bigint not null,
    what text not null
);

create index verification_problems_at on signoff.verification_problems (at);

grant select, insert on signoff.verification_problems to signoff_app;
