-- The ledger: money as transfers between the accounts of a budget line and period, written in the statement that appends
-- the events that cause them. See docs/adr/0034. Balances are the sums of transfers, kept so that they can be locked.

create table signoff.transfers (
    stream text collate "C" not null,
    number integer not null,  -- counts the transfers of a case
    position bigint not null,  -- of the event
    recorded_at timestamptz not null,
    effective date not null,
    line text collate "C" not null,
    period text collate "C" not null,
    currency text collate "C" not null,
    source text collate "C" not null,
    target text collate "C" not null,
    amount numeric not null check (amount >= 0),
    units text collate "C" not null,  -- the unit of the line and those above it on that day, as /dev/it/company/
    project text collate "C" not null,  -- or ''
    replaces integer,
    original numeric,
    original_currency text collate "C",
    rate numeric,
    primary key (stream, number),
    check (source <> target),
    foreign key (stream, replaces) references signoff.transfers (stream, number)
);

create index transfers_of_line on signoff.transfers (line, period, position);
create index transfers_recorded on signoff.transfers using brin (recorded_at) with (pages_per_range = 32, autosummarize = on);

-- A line that was moved to another unit has a row for each place it was in: roll-ups never rewrite the past (BUD-15).
create table signoff.balances (
    line text collate "C" not null,
    period text collate "C" not null,
    currency text collate "C" not null,
    units text collate "C" not null,
    project text collate "C" not null,
    planned boolean not null default false,
    plan numeric not null default 0,
    transferred numeric not null default 0,
    carried numeric not null default 0,
    available numeric not null default 0,
    reserved numeric not null default 0,
    committed numeric not null default 0,
    actual numeric not null default 0,
    primary key (line, period, currency, units, project),
    check (plan + transferred + carried = available + reserved + committed + actual)
) with (fillfactor = 50);  -- rows of busy lines are updated in their page

-- All balances as they were known at an instant that was asked for, so that the next question about it or a later one
-- does not add up everything before it. Made only of instants that no append can write to any more.
create table signoff.balance_marks (
    at timestamptz not null,
    line text collate "C" not null,
    period text collate "C" not null,
    currency text collate "C" not null,
    units text collate "C" not null,
    project text collate "C" not null,
    planned boolean not null,
    plan numeric not null,
    transferred numeric not null,
    carried numeric not null,
    available numeric not null,
    reserved numeric not null,
    committed numeric not null,
    actual numeric not null,
    primary key (at, line, period, currency, units, project)
);

-- The balances of lines and periods, locked until the transaction ends. Callers give the keys in order, so that they wait
-- for each other and never in a circle. A balance that nothing was ever posted to gets an empty row, to be locked as well:
-- two requests meet there too. The sums are read by a statement of its own, whose snapshot is taken after the wait, and
-- sees a row that the one before added. One key after another, because such statements are planned once per session.
create function signoff.lock_balances(p_lines text[], p_periods text[], p_currencies text[], p_units text[])
returns table (line text, period text, currency text, planned boolean, plan numeric, transferred numeric,
    carried numeric, available numeric, reserved numeric, committed numeric, actual numeric)
language plpgsql as $$
#variable_conflict use_column
begin
    for i in 1 .. cardinality(p_lines) loop
        loop
            perform 1 from signoff.balances b
            where b.line = p_lines[i] and b.period = p_periods[i] and b.currency = p_currencies[i]
            order by b.units, b.project
            for update;
            exit when found;
            insert into signoff.balances (line, period, currency, units, project)
            values (p_lines[i], p_periods[i], p_currencies[i], p_units[i], '')
            on conflict do nothing;
        end loop;
        return query
            select b.line, b.period, b.currency, bool_or(b.planned), sum(b.plan), sum(b.transferred), sum(b.carried),
                sum(b.available), sum(b.reserved), sum(b.committed), sum(b.actual)
            from signoff.balances b
            where b.line = p_lines[i] and b.period = p_periods[i] and b.currency = p_currencies[i]
            group by b.line, b.period, b.currency;
    end loop;
end $$;

-- What a transfer adds to an account: positive where money came from a plan, another line or year, or is given to one.
create function signoff.adds(p_account text, p_source text, p_target text, p_amount numeric)
returns numeric language sql immutable parallel safe as $$
    select case p_account
        when p_target then case when p_account in ('plan', 'transferred', 'carried') then -p_amount else p_amount end
        when p_source then case when p_account in ('plan', 'transferred', 'carried') then p_amount else -p_amount end
        else 0 end
$$;

-- What transfers add up to, by balance: those of a line, a period (a year holds its months), below a unit, of a project,
-- recorded by an instant and after a mark, effective by a day; null for any.
create function signoff.sums_of_transfers(
    p_line text, p_period text, p_unit text, p_project text, p_recorded timestamptz, p_effective date, p_mark timestamptz
) returns table (line text, period text, currency text, units text, project text, planned boolean, plan numeric,
    transferred numeric, carried numeric, available numeric, reserved numeric, committed numeric, actual numeric)
language sql stable as $$
    select t.line, t.period, t.currency, t.units, t.project,
        bool_or(t.source in ('plan', 'transferred', 'carried') or t.target in ('plan', 'transferred', 'carried')),
        sum(signoff.adds('plan', t.source, t.target, t.amount)),
        sum(signoff.adds('transferred', t.source, t.target, t.amount)),
        sum(signoff.adds('carried', t.source, t.target, t.amount)),
        sum(signoff.adds('available', t.source, t.target, t.amount)),
        sum(signoff.adds('reserved', t.source, t.target, t.amount)),
        sum(signoff.adds('committed', t.source, t.target, t.amount)),
        sum(signoff.adds('actual', t.source, t.target, t.amount))
    from signoff.transfers t
    where (p_line is null or t.line = p_line)
        and (p_period is null or t.period = p_period or left(t.period, 4) = p_period)
        and (p_unit is null or strpos(t.units, '/' || p_unit || '/') > 0)
        and (p_project is null or t.project = p_project)
        and (p_recorded is null or t.recorded_at <= p_recorded)
        and (p_effective is null or t.effective <= p_effective)
        and (p_mark is null or t.recorded_at > p_mark)
    group by 1, 2, 3, 4, 5
$$;

-- The same at any of the two clocks: without one from the balances as they are kept, else from a mark (or null) and the
-- transfers after it. A balance may have a row from both.
create function signoff.balances_at(
    p_line text, p_period text, p_unit text, p_project text, p_recorded timestamptz, p_effective date, p_mark timestamptz
) returns table (line text, period text, currency text, units text, project text, planned boolean, plan numeric,
    transferred numeric, carried numeric, available numeric, reserved numeric, committed numeric, actual numeric)
language sql stable as $$
    select b.line, b.period, b.currency, b.units, b.project, b.planned, b.plan, b.transferred, b.carried, b.available,
        b.reserved, b.committed, b.actual
    from signoff.balances b
    where p_recorded is null and p_effective is null
        and (p_line is null or b.line = p_line)
        and (p_period is null or b.period = p_period or left(b.period, 4) = p_period)
        and (p_unit is null or strpos(b.units, '/' || p_unit || '/') > 0)
        and (p_project is null or b.project = p_project)
        and row(b.planned, b.available, b.reserved, b.committed, b.actual) <> row(false, 0, 0, 0, 0)
    union all
    select t.line, t.period, t.currency, t.units, t.project, t.planned, t.plan, t.transferred, t.carried, t.available,
        t.reserved, t.committed, t.actual
    from signoff.sums_of_transfers(p_line, p_period, p_unit, p_project, p_recorded, p_effective, p_mark) t
    where p_recorded is not null or p_effective is not null
    union all
    select m.line, m.period, m.currency, m.units, m.project, m.planned, m.plan, m.transferred, m.carried, m.available,
        m.reserved, m.committed, m.actual
    from signoff.balance_marks m
    where m.at = p_mark
        and (p_line is null or m.line = p_line)
        and (p_period is null or m.period = p_period or left(m.period, 4) = p_period)
        and (p_unit is null or strpos(m.units, '/' || p_unit || '/') > 0)
        and (p_project is null or m.project = p_project)
$$;

-- Records the transfers of one append, beside signoff.append in the same statement, and adds each to its balance.
-- `p_events` says which of its events each belongs to, from 0. What came from another line or year must have left there
-- in the same append. One after another, because such statements are planned once per session.
create function signoff.post_transfers(
    p_stream text, p_positions bigint[], p_recorded_at timestamptz, p_events integer[], p_numbers integer[],
    p_effective date[], p_lines text[], p_periods text[], p_currencies text[], p_sources text[], p_targets text[],
    p_amounts text[], p_units text[], p_projects text[], p_replaces integer[], p_originals text[],
    p_original_currencies text[], p_rates text[]
) returns boolean language plpgsql as $$
begin
    for i in 1 .. cardinality(p_events) loop
        insert into signoff.transfers (stream, number, position, recorded_at, effective, line, period, currency, source,
            target, amount, units, project, replaces, original, original_currency, rate)
        values (p_stream, p_numbers[i], p_positions[p_events[i] + 1], p_recorded_at, p_effective[i], p_lines[i],
            p_periods[i], p_currencies[i], p_sources[i], p_targets[i], p_amounts[i]::numeric, p_units[i], p_projects[i],
            p_replaces[i], p_originals[i]::numeric, p_original_currencies[i], p_rates[i]::numeric);
        insert into signoff.balances as b (line, period, currency, units, project, planned, plan, transferred, carried,
            available, reserved, committed, actual)
        values (p_lines[i], p_periods[i], p_currencies[i], p_units[i], p_projects[i],
                p_sources[i] in ('plan', 'transferred', 'carried') or p_targets[i] in ('plan', 'transferred', 'carried'),
                signoff.adds('plan', p_sources[i], p_targets[i], p_amounts[i]::numeric),
                signoff.adds('transferred', p_sources[i], p_targets[i], p_amounts[i]::numeric),
                signoff.adds('carried', p_sources[i], p_targets[i], p_amounts[i]::numeric),
                signoff.adds('available', p_sources[i], p_targets[i], p_amounts[i]::numeric),
                signoff.adds('reserved', p_sources[i], p_targets[i], p_amounts[i]::numeric),
                signoff.adds('committed', p_sources[i], p_targets[i], p_amounts[i]::numeric),
                signoff.adds('actual', p_sources[i], p_targets[i], p_amounts[i]::numeric))
        on conflict (line, period, currency, units, project) do update set
            planned = b.planned or excluded.planned,
            plan = b.plan + excluded.plan,
            transferred = b.transferred + excluded.transferred,
            carried = b.carried + excluded.carried,
            available = b.available + excluded.available,
            reserved = b.reserved + excluded.reserved,
            committed = b.committed + excluded.committed,
            actual = b.actual + excluded.actual;
    end loop;
    if (p_sources && array['transferred', 'carried'] or p_targets && array['transferred', 'carried']) and exists (
        select from unnest(p_currencies, p_sources, p_targets, p_amounts) t (currency, source, target, amount)
        group by t.currency
        having sum(signoff.adds('transferred', t.source, t.target, t.amount::numeric)) <> 0
            or sum(signoff.adds('carried', t.source, t.target, t.amount::numeric)) <> 0
    ) then
        raise exception 'a transfer of % has no counterpart', p_stream using errcode = 'integrity_constraint_violation';
    end if;
    return true;
end $$;

grant select, insert, delete on signoff.transfers, signoff.balance_marks to signoff_app;
grant select, insert, update, delete on signoff.balances to signoff_app;
