"""The money of the seats on the budget line (HIR-12): reserved at approval, committed at acceptance, given back once.

After each command what the case holds is brought to what its seats and offers are to hold; what is too much is free
again. It grows only where it was decided and checked: at the approval of the requisition and of an offer.
"""

from calendar import monthrange
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from domain.kernel.budget_control import budget_line
from domain.kernel.command import Command
from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.ledger import Account, Granularity, LinePeriod, granularity_of, period_of
from domain.kernel.postings import Postings
from domain.kernel.routing.route import route_of
from domain.kernel.value import Value
from domain.kernel.values.money import Money
from domain.kernel.values.rounding import rounded
from domain.kernel.year_end import MoveCommitment
from domain.people.hiring import commands as c
from domain.people.hiring import events as e
from domain.people.hiring.lookups import Wire, number, parameter
from domain.people.hiring.state import Funding, HiringState, Offer, OfferStatus, Requisition, Terms

MODES = ("none", "warn", "stop")
_COVERED = frozenset({OfferStatus.APPROVED, OfferStatus.EXTENDED, OfferStatus.ACCEPTED})
_ZERO = Decimal(0)
_Amounts = dict[str, Decimal]


def granularity(facts: Facts, requisition: Requisition) -> Granularity | None:
    """How the line is planned that is to pay; None if no money is held for this hiring.

    Raises Refused `unmapped`, `line-without-currency`, `two-currencies` if the policy stops what has no money.
    """
    mode = _mode(facts)
    if mode == "none":
        return None
    known = facts.organisation.budget_lines.get(requisition.budget_line)
    currency = requisition.salary_band.max.currency
    if mode == "warn" and (known is None or known.currency != currency):
        return None
    line = budget_line(facts, requisition.budget_line)
    if line.currency != currency:
        template = "Budget line {line} is in {left}, the salary in {right}; name a line in the currency of the salary."
        raise Refused("two-currencies", template, line=line.id, left=str(line.currency), right=currency)
    return line.periods


def keys(state: HiringState, command: Command, payload: Value) -> list[LinePeriod]:
    """The balances that a decision may move: this year's, those in which offers begin, and what is held."""
    found = list(state.holdings.keys())
    if isinstance(payload, MoveCommitment):
        found += [LinePeriod(payload.line, payload.period), LinePeriod(payload.line, payload.target)]
    lines = _lines(state)
    if not lines:
        return list(dict.fromkeys(found))
    now = command.at or datetime.now(UTC)
    years = {(now + timedelta(days=days)).year for days in (-1, 0, 1)}  # it may be another day where the owner is
    years |= {offer.terms.start_date.year for offer in state.offers.values()}
    if isinstance(payload, c.SubmitOffer | c.ResubmitOffer) and payload.start_date:
        years.add(payload.start_date.year)
    found += [key for line, periods in lines.items() for key in _of_years(line, years, periods)]
    return list(dict.fromkeys(found))


def _lines(state: HiringState) -> dict[str, Granularity]:
    """The line that pays, and the one to be approved instead, with how they are planned."""
    lines: dict[str, Granularity] = {}
    if state.funding and state.funding.share:
        lines[state.funding.line] = granularity_of(next(iter(state.funding.share)))
    if state.requisition and state.periods:
        lines[state.requisition.budget_line] = state.periods
    return lines


def fund(ctx: Wire) -> None:
    """The requisition is approved: its seats are reserved. Raises Refused `over-budget`, `no-plan` (BUD-06)."""
    funding = _funding(ctx)
    if funding or ctx.state.funding:
        _move(ctx, funding, _grown(funding))


def check(ctx: Wire, step: str) -> None:
    """Whether the line can bear it, asked when the money step approves; nothing is reserved before the last step."""
    route = route_of(ctx.facts.policy, "hiring", "requisition")
    if any(known.name == step and known.authority for known in route.steps):
        funding = _funding(ctx)
        _posted(ctx, funding, _grown(funding))


def cover(ctx: Wire, offer: str) -> None:
    """An offer is approved: its seat holds what the offer costs in its own periods too. Raises Refused as `fund`."""
    funding = ctx.state.funding
    if funding is None:
        return
    shares = _shares(ctx.facts, funding.line, ctx.state.offers[offer].terms)
    _move(ctx, funding.model_copy(update={"offers": {**funding.offers, offer: shares}}), shares)


def settle(ctx: Wire) -> None:
    """What this command left without ground is free again; what was accepted is committed."""
    funding = ctx.state.funding
    if funding is None:
        return
    live = {offer.id for offer in ctx.state.offers_in(*_COVERED)}
    kept = {offer: shares for offer, shares in funding.offers.items() if offer in live}
    after = funding.model_copy(update={"offers": kept}) if ctx.case.closed is None else None
    _move(ctx, after, ())


def move_commitment(ctx: Wire, payload: MoveCommitment) -> None:
    """A year ends: what the seats hold of `period` is held of `target` from now on, or given back (BUD-09).

    A salary is what was agreed, so what is bound again at a price is held as it is. The way back undoes a move.
    Raises Refused `nothing-held`, so that it can be told twice without harm.
    """
    funding = ctx.state.funding
    held = [each.left for each in ctx.state.holdings.open if each.key == LinePeriod(payload.line, payload.period)]
    moved = _turned(funding, payload) if funding and held else None
    if funding is None or moved is None:
        raise Refused("nothing-held", "Nothing is bound in {period} here.", period=payload.period)
    after = funding.model_copy(update={"moved": moved})
    postings, _ = _posted(ctx, after, (), {payload.target: sum(held, _ZERO)})
    ctx.add(e.HiringMoneyMoved(transfers=postings.transfers, funding=after))


def _turned(funding: Funding, payload: MoveCommitment) -> dict[str, str] | None:
    """Which period stands for which afterwards; None if there is no move to undo."""
    if payload.target > payload.period:
        return {**funding.moved, payload.period: "" if payload.decision == "cancel" else payload.target}
    if funding.moved.get(payload.target) != payload.period:
        return None
    return {period: target for period, target in funding.moved.items() if period != payload.target}


def _move(ctx: Wire, funding: Funding | None, grow: Collection[str]) -> None:
    postings, over = _posted(ctx, funding, grow)
    if postings.transfers or funding != ctx.state.funding:
        ctx.add(e.HiringMoneyMoved(transfers=postings.transfers, funding=funding, over=over))


def _posted(
    ctx: Wire, funding: Funding | None, grow: Collection[str], brought: Mapping[str, Decimal] | None = None
) -> tuple[Postings, tuple[str, ...]]:
    """The transfers to what `funding` asks for, and the periods in which the line does not have it.

    `brought` is what another period gives to one, so that it need not be asked for.
    """
    postings = Postings(ctx.facts, ctx.state.holdings)
    _spend_filled(ctx, postings)
    line = funding.line if funding else ""
    for held in postings.holdings.open:
        if held.line != line:
            postings.release(held.number)
    if funding is None:
        return postings, ()
    reserved, committed = (_moved(funding, amounts) for amounts in _wanted(ctx.state, funding))
    grow = {funding.period(period) for period in grow}
    ask: _Amounts = {}
    for period in sorted({*reserved, *committed, *(held.period for held in postings.holdings.open)}):
        wish = (reserved.get(period, _ZERO), committed.get(period, _ZERO))
        spare = (brought or {}).get(period, _ZERO)
        _bring(postings, LinePeriod(line, period), wish, ask if period in grow else None, spare)
    return postings, _reserve(ctx, postings, line, ask)


def _moved(funding: Funding, amounts: _Amounts) -> _Amounts:
    """The amounts by the periods that hold them since the turn of a year; what was cancelled is left out."""
    found: _Amounts = {}
    for period, amount in amounts.items():
        if holder := funding.period(period):
            found[holder] = found.get(holder, _ZERO) + amount
    return found


def _bring(
    postings: Postings, key: LinePeriod, wish: tuple[Decimal, Decimal], ask: _Amounts | None, spare: Decimal
) -> None:
    """Brings what is held of a period to `wish`, reserved and committed; what is to be added goes into `ask`.

    Where nothing may be asked for, what comes back from a commitment, and `spare` of another period, stays
    reserved for the seat as far as it goes.
    """
    reserved, committed = wish
    had = _sum(postings, key, Account.RESERVED) + _sum(postings, key, Account.COMMITTED)
    if ask is None:
        reserved = min(reserved, max(had + spare - committed, _ZERO))
    _commit(postings, key, committed)
    _release(postings, key, Account.COMMITTED, _sum(postings, key, Account.COMMITTED) - committed)
    missing = reserved - _sum(postings, key, Account.RESERVED)
    if missing < 0:
        _release(postings, key, Account.RESERVED, -missing)
    elif missing and ask is not None:
        ask[key.period] = missing
    elif missing:
        postings.reserve(*key, _money(postings, key, missing))


def _commit(postings: Postings, key: LinePeriod, wanted: Decimal) -> None:
    """Commits up to `wanted`, out of what is reserved first: an acceptance is a fact, whatever the line has left."""
    missing = wanted - _sum(postings, key, Account.COMMITTED)
    if missing <= 0:
        return
    lacking = missing - _sum(postings, key, Account.RESERVED)
    if lacking > 0:
        postings.reserve(*key, _money(postings, key, lacking))
    for number_, amount in _parts(postings, key, Account.RESERVED, missing):
        postings.commit(number_, amount)


def _release(postings: Postings, key: LinePeriod, account: Account, amount: Decimal) -> None:
    for number_, part in _parts(postings, key, account, amount):
        postings.release(number_, part)


def _parts(postings: Postings, key: LinePeriod, account: Account, amount: Decimal) -> list[tuple[int, Money]]:
    """What is taken of each transfer, oldest first, to make up `amount`."""
    parts = []
    for held in postings.holdings.on(account):
        taken = min(held.left, amount) if held.key == key else _ZERO
        if taken > 0:
            parts.append((held.number, Money(amount=taken, currency=held.currency)))
            amount -= taken
    return parts


def _reserve(ctx: Wire, postings: Postings, line: str, ask: _Amounts) -> tuple[str, ...]:
    """Reserves after all is checked. Raises Refused where the policy and the line stop it."""
    wanted = {period: _money(postings, LinePeriod(line, period), amount) for period, amount in ask.items()}
    checks = [postings.check_available(line, period, amount) for period, amount in wanted.items()]
    if _mode(ctx.facts) == "stop":
        for each in checks:
            each.required()
    for period, amount in wanted.items():
        postings.reserve(line, period, amount)
    return tuple(each.period for each in checks if each.outcome != "ok")


def _spend_filled(ctx: Wire, postings: Postings) -> None:
    """A seat that is filled is paid by payroll: spent as far as this case goes, or free for what payroll books."""
    funding = ctx.state.funding
    if funding is None or parameter(ctx.facts, "money_when_filled") != "spent":
        return
    for offer in ctx.state.offers_in(OfferStatus.FILLED):
        for period, share in funding.offers.get(offer.id, {}).items():
            key = LinePeriod(funding.line, funding.period(period))
            for number_, part in _parts(postings, key, Account.COMMITTED, share.amount):
                postings.spend(number_, part)


def _wanted(state: HiringState, funding: Funding) -> tuple[_Amounts, _Amounts]:
    """What is to be reserved and committed, by period. A freeze that gives money back leaves what may be accepted."""
    reserved: _Amounts = {}
    committed: _Amounts = {}
    frozen = state.frozen is not None and state.frozen.release_money
    seat: Mapping[str, Money] = {} if frozen else funding.share
    for offer in state.taken():
        if offer.status is OfferStatus.ACCEPTED:
            _add(committed, funding.offers.get(offer.id, {}))
        elif offer.status is not OfferStatus.FILLED:
            _add(reserved, _most(seat, _of_open(offer, funding, frozen=frozen)))
    for _ in range(funding.seats - len(state.taken())):
        _add(reserved, seat)
    return reserved, committed


def _of_open(offer: Offer, funding: Funding, *, frozen: bool) -> Mapping[str, Money]:
    asked = offer.status is OfferStatus.EXTENDED or (offer.status is OfferStatus.APPROVED and not frozen)
    return funding.offers.get(offer.id, {}) if asked else {}


def _most(left: Mapping[str, Money], right: Mapping[str, Money]) -> Mapping[str, Money]:
    return {
        period: max((side[period] for side in (left, right) if period in side), key=lambda each: each.amount)
        for period in {**left, **right}
    }


def _funding(ctx: Wire) -> Funding | None:
    """What the requisition asks for as it stands: its seats at the top of the band, from today to the year's end."""
    state, facts, requisition = ctx.state, ctx.facts, ctx.state.the_requisition
    if granularity(facts, requisition) is None:
        return None
    line, before = requisition.budget_line, state.funding
    known = before.offers if before and before.line == line else {}
    today = facts.organisation.day_of(facts.organisation.budget_lines[line].owner, facts.now)
    return Funding(
        line=line,
        seats=requisition.seats,
        share=_remaining(facts, line, requisition.salary_band.max, today),
        offers={
            offer.id: known.get(offer.id) or _shares(facts, line, offer.terms) for offer in state.offers_in(*_COVERED)
        },
        moved=before.moved if before and before.line == line else {},
    )


def _shares(facts: Facts, line: str, terms: Terms) -> dict[str, Money]:
    return _remaining(facts, line, terms.salary, terms.start_date)


def _remaining(facts: Facts, line: str, salary: Money, start: date) -> dict[str, Money]:
    """A monthly salary with on-cost from `start` to the end of its year, by period; a month begun counts by days."""
    monthly = salary.amount * (1 + number(facts, "on_cost_rate"))
    found: dict[str, Money] = {}
    for month in range(start.month, 13):
        days = monthrange(start.year, month)[1]
        worked = days - start.day + 1 if month == start.month else days
        share = rounded(Money.model_construct(amount=monthly * worked / days, currency=salary.currency))
        period = period_of(date(start.year, month, 1), budget_line(facts, line).periods)
        found[period] = found[period] + share if period in found else share
    return {period: share for period, share in found.items() if share.amount}


def _grown(funding: Funding | None) -> set[str]:
    """The periods in which an approval may take more: those of the seats, and of offers on this line."""
    if funding is None:
        return set()
    return {*funding.share, *(period for shares in funding.offers.values() for period in shares)}


def _of_years(line: str, years: Iterable[int], periods: Granularity) -> list[LinePeriod]:
    if periods == "year":
        return [LinePeriod(line, str(year)) for year in sorted(years)]
    return [LinePeriod(line, f"{year}-{month:02}") for year in sorted(years) for month in range(1, 13)]


def _mode(facts: Facts) -> str:
    """Raises Refused `policy-parameter`."""
    mode = parameter(facts, "money")
    if mode not in MODES:
        template = "The policy's parameter money of hiring is {mode}; publish one with none, warn or stop."
        raise Refused("policy-parameter", template, mode=mode)
    return mode


def _sum(postings: Postings, key: LinePeriod, account: Account) -> Decimal:
    return sum((held.left for held in postings.holdings.on(account) if held.key == key), _ZERO)


def _add(amounts: _Amounts, shares: Mapping[str, Money]) -> None:
    for period, share in shares.items():
        amounts[period] = amounts.get(period, _ZERO) + share.amount


def _money(postings: Postings, key: LinePeriod, amount: Decimal) -> Money:
    return Money(amount=amount, currency=str(budget_line(postings.facts, key.line).currency))
