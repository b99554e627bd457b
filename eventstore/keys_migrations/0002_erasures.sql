-- How many erasures there were: every program compares it before it shows a name that it remembers (KRN-52).

create table signoff.erasures (
    one boolean primary key default true check (one),
    number bigint not null
);

insert into signoff.erasures (number) select count(*) from signoff.keys where erased_at is not null;

grant select on signoff.erasures to signoff_app;
grant update (number) on signoff.erasures to signoff_app;

-- Erasing has what still holds the key written anew. Where the owner may not grant this, `signoff erase` says what remains.
do $$
begin
    grant pg_checkpoint to signoff_app;
    grant execute on function pg_switch_wal() to signoff_app;
exception when insufficient_privilege then
    null;
end $$;
