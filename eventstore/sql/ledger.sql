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
select b.line, b.period, b.currency, bool_or(b.planned) as planned, sum(b.plan) as plan,
    sum(b.transferred) as transferred, sum(b.carried) as carried, sum(b.available) as available,
    sum(b.reserved) as reserved, sum(b.committed) as committed, sum(b.actual) as actual
from signoff.balances b
join unnest($1::text[], $2::text[], $3::text[]) w (line, period, currency) using (line, period, currency)
group by b.line, b.period, b.currency;
