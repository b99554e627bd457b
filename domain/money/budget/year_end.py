"""The year's end, computed: what becomes of each line and each open commitment, and the totals that prove it (BUD-09).

Pure: rehearsed and run with the same function. It looks at what is free now and at what was decided before, so a second
run moves only what the first could not have known.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from domain.kernel.budget_control import budget_line
from domain.kernel.effects import Claim, HeldClaim
from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.ledger import LinePeriod, Transfer
from domain.kernel.money_events import BINDS, bound_key
from domain.kernel.postings import Postings
from domain.kernel.value import Value
from domain.kernel.values.grouping import grouped
from domain.kernel.values.money import Money
from domain.kernel.values.rounding import require_payable, split
from domain.money.budget.state import BudgetState
from domain.money.budget.values import Commitment, LineEnd, LineId, LineTotal, YearEnd

Decision = Literal["carry", "carry-without", "re-encumber", "cancel"]
ZERO = Decimal(0)


class CommitmentDecision(Value):
    """What becomes of what a case holds of a line."""

    case: Annotated[str, Field(max_length=200)]
    line: LineId
    decision: Decision
    price: Money | None = None


class LineDecision(Value):
    """For a line whose rule is `ask`: how much is carried; for one that is overspent: whether that is forgiven."""

    line: LineId
    carry: Money | None = None
    forgive: bool = False


class EndYear(Value):
    """What is decided for the year's end. `otherwise` is for commitments that are not named."""

    commitments: Annotated[tuple[CommitmentDecision, ...], Field(max_length=2_000)] = ()
    otherwise: Decision | None = None
    lines: Annotated[tuple[LineDecision, ...], Field(max_length=2_000)] = ()


@dataclass(frozen=True)
class _Asked:
    """`holders` are by the key of a claim the cases that hold money there."""

    facts: Facts
    state: BudgetState
    lines: Mapping[str, LineDecision]
    holders: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, facts: Facts, state: BudgetState, payload: EndYear) -> "_Asked":
        held = grouped((one.claim.key, one.stream) for one in facts.claims if one.claim.kind == BINDS)
        holders = {key: frozenset(cases) for key, cases in held.items()}
        return cls(facts, state, {each.line: each for each in payload.lines}, holders)


def target_of(key: LinePeriod) -> LinePeriod:
    """Where what is carried goes: the next year, or its first month."""
    year = str(int(key.period[:4]) + 1)
    return LinePeriod(key.line, year + ("-01" if "-" in key.period else ""))


def ending(state: BudgetState) -> tuple[LinePeriod, ...]:
    """The lines and periods whose year ends: those of the budget's year."""
    return tuple(key for key in state.line_periods if key.period[:4] == state.budget.year)


def compute(facts: Facts, state: BudgetState, payload: EndYear) -> tuple[YearEnd, tuple[Transfer, ...]]:
    """What the year's end does, and its transfers. Raises Refused `undecided`, `no-price`, `transfers-open`."""
    _refuse_open_transfers(state)
    commitments = tuple(_commitments(facts, state, payload))
    asked = _Asked.of(facts, state, payload)
    _refuse_undecided(asked)
    postings = Postings(facts, state.holdings)
    capped: dict[str, Decimal] = {}
    bound = grouped((LinePeriod(one.line, one.period), one) for one in commitments)
    ends = tuple(_post(asked, postings, key, bound.get(key, ()), capped) for key in ending(state))
    moved = grouped((one.line, one) for one in postings.transfers)
    by_line = grouped((end.line, end) for end in ends)
    totals = tuple(_total(asked, moved.get(line, ()), line, mine) for line, mine in by_line.items())
    result = YearEnd(lines=ends, commitments=commitments, totals=totals)
    if not result.proven:
        raise ValueError("the totals of the year's end do not agree")  # a mistake of ours: nothing is recorded
    return result, postings.transfers


def _refuse_open_transfers(state: BudgetState) -> None:
    asked = [id_ for id_, move in state.transfers.items() if move.state == "asked"]
    if asked:
        template = "{transfers} are not answered yet; their owners agree or decline first."
        raise Refused("transfers-open", template, transfers=", ".join(asked))


def _commitments(facts: Facts, state: BudgetState, payload: EndYear) -> Iterator[Commitment]:
    """What other cases hold, unless an earlier run told them. Raises Refused `undecided` with those left."""
    told = {(one.case, one.line, one.period) for one in (state.year_end.commitments if state.year_end else ())}
    decided = {(one.case, one.line): one for one in payload.commitments}
    keys = {bound_key(key): key for key in ending(state)}
    undecided: list[str] = []
    for held in facts.claims:
        key = keys.get(held.claim.key)
        if held.claim.kind != BINDS or key is None or (held.stream, *key) in told or held.claim.amount is None:
            continue
        known = decided.get((held.stream, key.line))
        decision = known.decision if known else payload.otherwise
        if decision is None:
            undecided.append(f"{held.stream}: {held.claim.amount} on {key.line} {key.period}")
            continue
        price = _price(facts, held, key, known) if known else None
        if (decision == "re-encumber") != (price is not None):
            template = "{case} is re-encumbered at a price, and only then one is stated."
            raise Refused("no-price", template, case=held.stream)
        yield Commitment(
            case=held.stream, process=held.claim.item, line=key.line, period=key.period, amount=held.claim.amount,
            decision=decision, price=price,
        )  # fmt: skip
    if undecided:
        template = "{count} open commitments are undecided: {summary}"
        raise Refused("undecided", template, count=len(undecided), summary="; ".join(undecided[:5]), all=undecided)


def _price(facts: Facts, held: HeldClaim, key: LinePeriod, known: CommitmentDecision) -> Money | None:
    """The share of this period in the price: one price is for all that the case holds of the line this year.

    Raises Refused `bad-price`.
    """
    if known.price is None:
        return None
    mine = [one.claim for one in facts.claims if one.stream == held.stream and _is_of(one.claim, key)]
    amounts = [one.amount.amount for one in mine if one.amount]
    if known.price.currency != budget_line(facts, key.line).currency or known.price.amount <= 0:
        template = "{case} is re-encumbered at a price above zero in the currency of {line}."
        raise Refused("bad-price", template, case=held.stream, line=key.line)
    shares = split(require_payable(known.price), amounts)
    return shares[[one.key for one in mine].index(held.claim.key)]


def _is_of(claim: Claim, key: LinePeriod) -> bool:
    line, _, period = claim.key.rpartition("|")
    return claim.kind == BINDS and (line, period[:4]) == (key.line, key.period[:4])


def _refuse_undecided(asked: _Asked) -> None:
    """A line whose rule is `ask` needs an answer while something is free on it, in its currency, zero or more."""
    for each in asked.lines.values():
        if each.carry and (
            each.carry.currency != budget_line(asked.facts, each.line).currency or each.carry.amount < 0
        ):
            template = "What is carried on {line} is zero or more, in the currency of the line."
            raise Refused("bad-carry", template, line=each.line)
    free = {key.line for key in ending(asked.state) if _free(asked, key) > 0}
    lines = sorted(free - asked.lines.keys())
    open_ = [line for line in lines if budget_line(asked.facts, line).carry_over == "ask"]
    if open_:
        template = "Say how much is carried on {lines}; zero lets it lapse."
        raise Refused("undecided", template, lines=", ".join(open_))


def _post(
    asked: _Asked, postings: Postings, key: LinePeriod, commitments: Iterable[Commitment], capped: dict[str, Decimal]
) -> LineEnd:
    """The transfers of one line and period with its commitments, and what they are."""
    target, currency = target_of(key), asked.facts.balances[key].currency
    free = _free(asked, key)
    along = sum((_along(one) for one in commitments), ZERO)
    forgiven = _forgiven(asked, key.line, free)
    carried = _carried(asked, key.line, free, capped) if free > 0 else free + forgiven
    lapsed = free - carried if free > 0 else ZERO
    if along:
        postings.move(key, target, Money(amount=along, currency=currency))
    if carried:
        postings.move(key, target, Money(amount=carried, currency=currency))
    if given := forgiven - lapsed:
        postings.plan(*key, Money(amount=given, currency=currency))
    return LineEnd(
        line=key.line, period=key.period, target=target.period, currency=currency, free=free, carried=carried,
        with_commitments=along, lapsed=lapsed, forgiven=forgiven,
    )  # fmt: skip


def _free(asked: _Asked, key: LinePeriod) -> Decimal:
    """What no case holds. What went along with a commitment whose case has not moved it yet is on its way back."""
    holders = asked.holders.get(bound_key(key), frozenset())
    told = asked.state.year_end.commitments if asked.state.year_end else ()
    waiting = [one for one in told if (one.line, one.period) == key and one.case in holders]
    return asked.facts.balances[key].available + sum((_along(one) for one in waiting), ZERO)


def _along(commitment: Commitment) -> Decimal:
    """The budget that goes along with a commitment."""
    if commitment.decision == "carry":
        return commitment.amount.amount
    return commitment.price.amount if commitment.price is not None else ZERO


def _forgiven(asked: _Asked, line: str, free: Decimal) -> Decimal:
    known = asked.lines.get(line)
    return -free if free < 0 and known is not None and known.forgive else ZERO


def _carried(asked: _Asked, line: str, free: Decimal, capped: dict[str, Decimal]) -> Decimal:
    """How much of the unspent goes on, by the line's rule; a cap is for all periods and runs together."""
    known = budget_line(asked.facts, line)
    if known.carry_over == "lapse":
        return ZERO
    most = known.carry_cap.amount if known.carry_cap else None
    if known.carry_over == "ask":
        answer = asked.lines.get(line)
        wanted = answer.carry.amount if answer and answer.carry else ZERO
        most = wanted if most is None else min(wanted, most)
    if most is None:
        return free
    used = capped.setdefault(line, _carried_before(asked.state, line))
    taken = max(min(free, most - used), ZERO)
    capped[line] = used + taken
    return taken


def _carried_before(state: BudgetState, line: str) -> Decimal:
    ends = state.year_end.lines if state.year_end else ()
    return sum((end.carried for end in ends if end.line == line and end.carried > 0), ZERO)


def _total(asked: _Asked, transfers: Sequence[Transfer], line: str, mine: Sequence[LineEnd]) -> LineTotal:
    """What was free on the old and the new periods of a line, and what is then, by the balances themselves."""
    keys = dict.fromkeys(LinePeriod(line, period) for end in mine for period in (end.period, end.target))
    balances = [asked.facts.balances[key] for key in keys]
    return LineTotal(
        line=line,
        before=sum((each.available for each in balances), ZERO),
        after=sum((each.after(transfers).available for each in balances), ZERO),
        lapsed=sum((end.lapsed for end in mine), ZERO),
        forgiven=sum((end.forgiven for end in mine), ZERO),
    )
