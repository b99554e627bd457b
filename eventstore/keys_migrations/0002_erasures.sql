-- How many erasures there were: every program compares it before it shows a name that it remembers (KRN-52).

create table signoff.erasures (
    one boolean primary key default true check (one),
    number bigint not null
);

insert into signoff.erasures (number) select count(*) from signoff.keys where erased_at is not null;

grant select on signoff.erasures to signoff_app;
grant update (number) on signoff.erasures to signoff_app;
