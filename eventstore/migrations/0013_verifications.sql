-- When the whole log was verified and what was found: operations see whether anybody looks (`signoff verify`).
create table signoff.verifications (
    at timestamptz primary key default clock_timestamp(),
    events bigint not null,
    streams bigint not null,
    problems bigint not null,
    with_checkpoint boolean not null  -- compared with signed heads too: only so a cut end is noticed
);

grant select, insert on signoff.verifications to signoff_app;
