"""The process `actuals`: one decision, and the case is over."""

from collections.abc import Iterator, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from domain.kernel.budget_control import YEAR_CLOSED
from domain.kernel.cases.case import Status
from domain.kernel.command import Command
from domain.kernel.decision_context import DecisionContext
from domain.kernel.definition import CommandSpec, Definition, Opened, process_of
from domain.kernel.effects import Claim, ClaimQuery, Release
from domain.kernel.events import Event
from domain.kernel.handle import close
from domain.kernel.ledger import LinePeriod
from domain.kernel.money_events import MoneyState, MovesMoney, bound_key
from domain.kernel.postings import Postings
from domain.kernel.process import Process
from domain.kernel.routing.case_roles import CaseRole
from domain.kernel.value import Value
from domain.kernel.values.message import N_
from domain.kernel.values.money import Money
from domain.money.actuals.content import DOCUMENT, PARAMETERS, REVERSED, Booked, Booking, ImportActuals, booked, item_of

TOGETHER = 1_000
"""Rows in one event."""


class Stage(StrEnum):
    BOOKED = "booked"


class Document(Value):
    """What is kept of a row beside its transfer."""

    number: str
    line: str
    day: date
    amount: Money
    reverses: str | None = None
    text: str | None = None


class ActualsImported(Opened):
    sentence = N_("{requester} booked {count} rows of {file}")
    file: str
    count: int


class ActualsBooked(MovesMoney):
    sentence = N_("rows {first} to {last} are booked")
    first: int
    last: int
    documents: tuple[Document, ...]


class ActualsState(MoneyState):
    count: int = 0


def import_actuals(ctx: DecisionContext[ActualsState], payload: ImportActuals) -> None:
    """Raises Refused `bad-rows` with every wrong row."""
    facts, by = ctx.facts, ctx.command.actor
    rows = booked(facts, payload, by)
    ctx.add(
        ActualsImported(
            requester=by, title=N_("Bookings of {file}", file=payload.file), unit=facts.organisation.unit_of(
                by, facts.organisation.day_of(by, facts.now)), at=facts.now, file=payload.file, count=len(rows),
        )
    )  # fmt: skip
    for n in range(0, len(rows), TOGETHER):
        ctx.add(_booked(ctx, rows[n : n + TOGETHER]))
    close(ctx, status=Status.APPROVED, reason="it is booked")


def _booked(ctx: DecisionContext[ActualsState], rows: Sequence[Booked]) -> ActualsBooked:
    transfers = []
    holdings = ctx.state.holdings
    for row in rows:
        postings = Postings(ctx.facts, holdings, day=row.booking.day)
        foreign = row.booking.amount.currency != row.amount.currency
        original: dict[str, Any] = {"original": row.booking.amount, "rate": row.booking.rate} if foreign else {}
        post = postings.refund if row.booking.reverses else postings.spend_directly
        transfers.append(post(*row.key, row.amount, **original))
        holdings = postings.holdings
    places = [row.booking.row for row in rows]
    documents = tuple(_document(row) for row in rows)
    return ActualsBooked(transfers=tuple(transfers), first=places[0], last=places[-1], documents=documents)


def _document(row: Booked) -> Document:
    known = row.booking
    return Document(
        number=known.document, line=item_of(row), day=known.day, amount=row.amount, reverses=known.reverses,
        text=known.text,
    )  # fmt: skip


def claims(_before: ActualsState, event: Event) -> Sequence[Claim | Release]:
    """A number is booked once, ever, and reversed once: the claims stay when the case is over."""
    if not isinstance(event, ActualsBooked):
        return []
    taken = [
        Claim(kind=DOCUMENT, key=each.number, item=each.line, exclusive=True, amount=each.amount)
        for each in event.documents
    ]
    undone = [Claim(kind=REVERSED, key=each.reverses, exclusive=True) for each in event.documents if each.reverses]
    return [*taken, *undone]


def needs(_state: ActualsState, _command: Command, payload: Value) -> Sequence[ClaimQuery | LinePeriod]:
    if not isinstance(payload, ImportActuals):
        return []
    keys = tuple(dict.fromkeys(key for row in payload.rows for key in _periods(row)))
    numbers = dict.fromkeys(row.document for row in payload.rows)
    undone = dict.fromkeys(row.reverses for row in payload.rows if row.reverses)
    return [
        *keys,
        *(ClaimQuery(kind=YEAR_CLOSED, key=bound_key(key)) for key in keys),
        *(ClaimQuery(kind=DOCUMENT, key=number) for number in {**numbers, **undone}),
        *(ClaimQuery(kind=REVERSED, key=number) for number in undone),
    ]


def _periods(row: Booking) -> Iterator[LinePeriod]:
    """Whether the line is planned by years or months is not known here."""
    yield LinePeriod(row.line, f"{row.day:%Y}")
    yield LinePeriod(row.line, f"{row.day:%Y-%m}")


def evolve(state: ActualsState, event: Event) -> ActualsState:
    if isinstance(event, ActualsImported):
        return state.model_copy(update={"count": event.count})
    return state


ACTUALS: Process[ActualsState] = process_of(
    Definition(
        name="actuals",
        state=ActualsState,
        stages=Stage,
        commands=(
            CommandSpec(
                name="import-actuals", payload=ImportActuals, by=(CaseRole.EMPLOYEE,), rule=import_actuals, opens=True,
                to=frozenset({Stage.BOOKED}), label=N_("book actuals"),
                help=N_("Books what was booked elsewhere. All rows or none; a document number is taken once, ever."),
            ),
        ),
        events=(ActualsImported, ActualsBooked),
        evolve=evolve,
        outcome=lambda _state: Stage.BOOKED,
        claims=claims,
        needs=needs,
        parameters=PARAMETERS.defaults,
        fields={"text": ("text",)},
        holds_money=False,
    )
)  # fmt: skip
