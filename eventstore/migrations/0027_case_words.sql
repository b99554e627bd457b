-- Full text of cases: what everybody who sees a case reads in it, and its words. See docs/adr/0041.

create table signoff.case_words (
    generation bigint not null,
    case_id text collate "C" not null,
    opened bigint not null,   -- position of the first event: the order of what is found
    body text not null,       -- in small letters; never what is sealed
    words tsvector not null,  -- words of letters and digits; of Thai, which has no spaces, each two letters that follow
    primary key (generation, case_id)
);

create index case_words_newest on signoff.case_words (generation, opened);
create index case_words_words on signoff.case_words using gin (words);

grant select, insert, update, delete on signoff.case_words to signoff_app;

-- Every table of a view has generations: what is added later needs no new function.
create or replace function signoff.analyze_views() returns void language plpgsql security definer
set search_path = pg_catalog as $$
declare
    shown text;
begin
    for shown in
        select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid
        where c.relnamespace = 'signoff'::regnamespace and c.relkind = 'r' and a.attname = 'generation'
            and c.relname not in ('views', 'dead_letters')
    loop
        execute format('analyze signoff.%I', shown);
    end loop;
end $$;
