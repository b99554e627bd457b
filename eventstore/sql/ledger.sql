-- name: lock
-- The balances of these lines and periods, locked in the order of their keys (migrations/0023_ledger.sql).
select line, period, currency, planned, plan, transferred, carried, available, reserved, committed, actual
from signoff.lock_balances($1, $2, $3, $4);

-- name: append
-- An append that moves money: the events and their transfers in one call.
select a.outcome, a.version, a.positions, a.hashes, a.recorded_at, a.taken,
    case when a.outcome = 'appended' then signoff.post_transfers($1, a.positions, a.recorded_at, $24, $25, $26, $27, $28,
        $29, $30, $31, $32, $33, $34, $35, $36, $37, $38) end as posted
from signoff.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
    $22, $23) a;

-- name: read
-- These balances, not locked; what nothing was ever posted to is left out.
select b.line, b.period, b.currency, bool_or(b.planned) as planned, sum(b.plan) as plan, sum(b.transferred) as transferred,
    sum(b.carried) as carried, sum(b.available) as available, sum(b.reserved) as reserved, sum(b.committed) as committed,
    sum(b.actual) as actual
from signoff.balances b
join unnest($1::text[], $2::text[], $3::text[]) w (line, period, currency) using (line, period, currency)
group by b.line, b.period, b.currency;

-- name: balances
-- By line and period: those of a line, a period (a year holds its months), below a unit, of a project; $5 and $6 are the
-- clocks, recorded and effective, $7 a mark to begin with. Rows that only waited to be locked hold nothing, and are left out.
select b.line, b.period, b.currency, bool_or(b.planned) as planned, sum(b.plan) as plan, sum(b.transferred) as transferred,
    sum(b.carried) as carried, sum(b.available) as available, sum(b.reserved) as reserved, sum(b.committed) as committed,
    sum(b.actual) as actual
from signoff.balances_at($1, $2, $3, $4, $5, $6, $7) b
group by b.line, b.period, b.currency
order by b.line, b.period, b.currency;

-- name: by_unit
-- The same by unit: each with all below it, by the shape of the organisation when the money moved (BUD-15).
select u.unit as line, b.period, b.currency, bool_or(b.planned) as planned, sum(b.plan) as plan, sum(b.transferred) as transferred,
    sum(b.carried) as carried, sum(b.available) as available, sum(b.reserved) as reserved, sum(b.committed) as committed,
    sum(b.actual) as actual
from (
    select b.units, b.period, b.currency, bool_or(b.planned) as planned, sum(b.plan) as plan, sum(b.transferred) as transferred,
    sum(b.carried) as carried, sum(b.available) as available, sum(b.reserved) as reserved, sum(b.committed) as committed,
    sum(b.actual) as actual
    from signoff.balances_at($1, $2, $3, $4, $5, $6, $7) b
    group by b.units, b.period, b.currency
) b
cross join lateral unnest(string_to_array(trim(both '/' from b.units), '/')) u (unit)
where $3::text is null or u.unit = $3
group by u.unit, b.period, b.currency
order by u.unit, b.period, b.currency;

-- name: by_project
-- The same by project; what is of none is left out.
select b.project as line, b.period, b.currency, bool_or(b.planned) as planned, sum(b.plan) as plan, sum(b.transferred) as transferred,
    sum(b.carried) as carried, sum(b.available) as available, sum(b.reserved) as reserved, sum(b.committed) as committed,
    sum(b.actual) as actual
from signoff.balances_at($1, $2, $3, $4, $5, $6, $7) b
where b.project <> ''
group by b.project, b.period, b.currency
order by b.project, b.period, b.currency;

-- name: transfers
-- The transfers of a line and period ($1, $2; null for any), or of some streams ($3), as recorded until $4, in order.
select stream, number, position, recorded_at, effective, line, period, currency, source, target, amount, units, project,
    replaces, original, original_currency, rate
from signoff.transfers
where ($1::text is null or line = $1) and ($2::text is null or period = $2 or left(period, 4) = $2)
    and ($3::text[] is null or stream = any ($3)) and ($4::timestamptz is null or recorded_at <= $4)
order by position, number;

-- name: effective_days
-- The first and the last day that anything counts from; today in an empty ledger.
select coalesce(min(effective), current_date), coalesce(max(effective), current_date) from signoff.transfers;

-- name: unlike
-- The balances that are not the sums of their transfers. Empty rows that only waited to be locked are none.
select coalesce(b.line, t.line) as line, coalesce(b.period, t.period) as period
from (select * from signoff.balances b where row(b.planned, b.plan, b.transferred, b.carried, b.available, b.reserved,
    b.committed, b.actual) <> row(false, 0, 0, 0, 0, 0, 0, 0)) b
full join signoff.sums_of_transfers(null, null, null, null, null, null, null) t
    using (line, period, currency, units, project)
where row(b.planned, b.plan, b.transferred, b.carried, b.available, b.reserved, b.committed, b.actual)
    is distinct from row(t.planned, t.plan, t.transferred, t.carried, t.available, t.reserved, t.committed, t.actual)
order by 1, 2;

-- name: strangers
-- Streams that transfers are kept for but that have no events.
select distinct stream from signoff.transfers t where not exists (select from signoff.streams s where s.stream = t.stream);

-- name: stop_writers
-- Alone with the log until the transaction ends: no append is under way, none begins.
select pg_advisory_xact_lock(7446, 1);

-- name: forget_balances
delete from signoff.balances;

-- name: forget_transfers
delete from signoff.transfers;

-- name: forget_marks
delete from signoff.balance_marks;

-- name: mark_before
-- The newest mark that an instant can be told from.
select max(at) from signoff.balance_marks where at <= $1;

-- name: many_between
-- Whether more than $3 transfers were recorded between a mark (or null) and an instant that is over by Postgres's clock.
select $2 < clock_timestamp() and count(*) > $3 from (
    select from signoff.transfers where recorded_at <= $2 and ($1::timestamptz is null or recorded_at > $1) limit $3 + 1
) t;

-- name: mark
-- Keeps the balances as of $1, which are those of the mark $2 (or null) and what came after it.
insert into signoff.balance_marks
select $1::timestamptz, b.line, b.period, b.currency, b.units, b.project, bool_or(b.planned), sum(b.plan),
    sum(b.transferred), sum(b.carried), sum(b.available), sum(b.reserved), sum(b.committed), sum(b.actual)
from signoff.balances_at(null, null, null, null, $1, null, $2) b
group by b.line, b.period, b.currency, b.units, b.project
on conflict do nothing;

-- name: marks
select distinct at from signoff.balance_marks order by at;

-- name: unlike_mark
-- The balances of the mark $1 that are not those of the mark before it ($2, or null) and what came between.
select coalesce(m.line, t.line) as line, coalesce(m.period, t.period) as period
from (select * from signoff.balance_marks where at = $1) m
full join (
    select b.line, b.period, b.currency, b.units, b.project, bool_or(b.planned) as planned, sum(b.plan) as plan,
        sum(b.transferred) as transferred, sum(b.carried) as carried, sum(b.available) as available,
        sum(b.reserved) as reserved, sum(b.committed) as committed, sum(b.actual) as actual
    from signoff.balances_at(null, null, null, null, $1, null, $2) b
    group by b.line, b.period, b.currency, b.units, b.project
) t using (line, period, currency, units, project)
where row(m.planned, m.plan, m.transferred, m.carried, m.available, m.reserved, m.committed, m.actual)
    is distinct from row(t.planned, t.plan, t.transferred, t.carried, t.available, t.reserved, t.committed, t.actual)
order by 1, 2;

-- name: post
-- The transfers of one event, as its append posted them.
select signoff.post_transfers($1, array[$2::bigint], $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
    $18);

-- name: grid
-- What places hold by period: $8 are the lines that count, $9 what a place is (line, unit with all below it, project,
-- all), $10 the places asked for; the rest as in `balances`.
select case $9 when 'line' then b.line when 'unit' then u.unit when 'project' then b.project else '' end as line,
    b.period, b.currency, bool_or(b.planned) as planned, sum(b.plan) as plan, sum(b.transferred) as transferred,
    sum(b.carried) as carried, sum(b.available) as available, sum(b.reserved) as reserved, sum(b.committed) as committed,
    sum(b.actual) as actual
from (
    select x.line, x.units, x.project, x.period, x.currency, bool_or(x.planned) as planned, sum(x.plan) as plan,
        sum(x.transferred) as transferred, sum(x.carried) as carried, sum(x.available) as available,
        sum(x.reserved) as reserved, sum(x.committed) as committed, sum(x.actual) as actual
    from signoff.balances_at($1, $2, $3, $4, $5, $6, $7) x
    where x.line = any ($8::text[]) and ($9 <> 'line' or x.line = any ($10::text[]))
    group by 1, 2, 3, 4, 5
) b
left join lateral (
    select unit from unnest(string_to_array(trim(both '/' from b.units), '/')) unit
    where $9 = 'unit' and unit = any ($10::text[])
) u on true
where $9 in ('line', 'all') or ($9 = 'unit' and u.unit is not null) or ($9 = 'project' and b.project = any ($10::text[]))
group by 1, 2, 3
order by 1, 2, 3;

-- name: lines_under
-- The lines of which money was in or below the unit $2 in the year $1, by the shape of the day (BUD-15).
select distinct line from signoff.balances
where left(period, 4) = $1 and strpos(units, '/' || $2 || '/') > 0;

-- name: spent_by_month
-- What was spent of these lines for a year, by the month it counts from; below a unit $3, of a project $4; $5 and $6 are
-- the clocks.
select to_char(effective, 'YYYY-MM') as month, currency, sum(case when target = 'actual' then amount else -amount end) as spent
from signoff.transfers
where line = any ($1::text[]) and (period = $2 or left(period, 4) = $2) and 'actual' in (source, target)
    and ($3::text is null or strpos(units, '/' || $3 || '/') > 0)
    and ($4::text is null or project = $4)
    and ($5::timestamptz is null or recorded_at <= $5) and ($6::date is null or effective <= $6)
group by 1, 2
order by 1, 2;

-- name: cases_on_lines
-- The cases that reserved, committed or spent money of these lines in a year, with their process.
select distinct t.line, t.stream, s.process
from signoff.transfers t join signoff.streams s using (stream)
where t.line = any ($1::text[]) and (t.period = $2 or left(t.period, 4) = $2)
    and (t.source in ('reserved', 'committed', 'actual') or t.target in ('reserved', 'committed', 'actual'));

-- name: movements
-- What a number is made of, newest first: of the line $1 in the period $2, on any of the accounts $3, known at $4,
-- counted until $5; at most $6.
select t.stream, t.number, t.position, t.recorded_at, t.effective, t.line, t.period, t.currency, t.source, t.target, t.amount,
    t.units, t.project, t.replaces, t.original, t.original_currency, t.rate, e.type
from signoff.transfers t join signoff.events e using (position)
where t.line = $1 and (t.period = $2 or left(t.period, 4) = $2)
    and (t.source = any ($3::text[]) or t.target = any ($3::text[]))
    and ($4::timestamptz is null or t.recorded_at <= $4) and ($5::date is null or t.effective <= $5)
order by t.position desc, t.number desc
limit $6;

-- name: held
-- What these cases hold on each line, and the last day that moved their money.
select stream, line, currency, max(effective) as moved_on,
    coalesce(sum(case when target = 'reserved' then amount when source = 'reserved' then -amount end), 0) as reserved,
    coalesce(sum(case when target = 'committed' then amount when source = 'committed' then -amount end), 0) as committed,
    coalesce(sum(case when target = 'actual' then amount when source = 'actual' then -amount end), 0) as actual
from signoff.transfers where stream = any ($1::text[])
group by stream, line, currency
order by stream, line, currency;
