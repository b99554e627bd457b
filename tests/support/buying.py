"""A process of one event, to test the ledger through the real decider: plans, requests, orders, invoices of a case."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Literal
from uuid import UUID, uuid4

from activities.decide import Decider
from application.records import append_record
from domain.kernel.cases.case import Case
from domain.kernel.command import Command
from domain.kernel.effects import ClaimQuery
from domain.kernel.events import Event, Registry
from domain.kernel.facts import Facts
from domain.kernel.holdings import Holdings
from domain.kernel.ledger import LinePeriod, Transfer
from domain.kernel.policy import Policy
from domain.kernel.postings import Postings
from domain.kernel.process import Process
from domain.kernel.value import Value
from domain.kernel.values.calendar import ALWAYS, Calendar
from domain.kernel.values.money import Money
from domain.organisation import policies, record
from domain.organisation.events import BudgetLineSet, CalendarSet, PersonJoined, PositionSet, UnitSet
from domain.organisation.model import BudgetLine, Organisation, Position, Unit
from eventstore import log
from eventstore.database import Pool
from workflows.messages import Perform, Performed

START = date(2026, 1, 1)


def thb(amount: int | str) -> Money:
    return Money.model_validate(f"{amount} THB")


class Step(Value):
    """What to do, one after another: with a line and period, or with a transfer of this case."""

    do: Literal["plan", "reserve", "commit", "spend", "release", "spend-directly", "refund", "move"]
    line: str = "tools"
    period: str = "2027"
    amount: Money | None = None
    of: int | None = None
    to: tuple[str, str] | None = None


class Buy(Value):
    steps: tuple[Step, ...]


class More(Buy):
    """Goes on with a case."""


class CloseRequest(Value):
    """Gives back all that is still held."""


class MoneyMoved(Event):
    transfers: tuple[Transfer, ...]


class Buying(Value):
    case: Case
    holdings: Holdings = Holdings()


def _decide(state: Buying, command: Command, payload: Value, facts: Facts) -> Sequence[Event]:
    del command
    postings = Postings(facts, state.holdings)
    if isinstance(payload, CloseRequest):
        postings.release_all()
    elif isinstance(payload, Buy):
        for step in payload.steps:
            _carry_out(postings, step)
    return [MoneyMoved(transfers=postings.transfers)]


def _carry_out(postings: Postings, step: Step) -> None:
    where, amount = (step.line, step.period), step.amount or thb(0)
    match step.do:
        case "commit" | "spend" | "release" if step.of:
            getattr(postings, step.do)(step.of, step.amount)
        case "reserve" | "spend-directly":
            postings.require_available(*where, amount)
            getattr(postings, step.do.replace("-", "_"))(*where, amount)
        case "move" if step.to:
            postings.require_available(*where, amount)
            postings.move(LinePeriod(*where), LinePeriod(*step.to), amount)
        case "plan":
            postings.plan(*where, amount)
        case _:
            postings.refund(*where, amount)


def _needs(state: Buying, _command: Command, payload: Value) -> Sequence[ClaimQuery | LinePeriod]:
    steps = payload.steps if isinstance(payload, Buy) else ()
    asked = [LinePeriod(step.line, step.period) for step in steps]
    return [*state.holdings.keys(), *asked, *(LinePeriod(*step.to) for step in steps if step.to)]


def _transfers(_before: Buying, event: Event, _after: Buying) -> Sequence[Transfer]:
    return event.transfers if isinstance(event, MoneyMoved) else ()


def _evolve(state: Buying, event: Event) -> Buying:
    return Buying(case=state.case, holdings=state.holdings.after(_transfers(state, event, state)))


BUYING: Process[Buying] = Process(
    name="buying",
    workflow="Buying",
    start=frozenset({"buy"}),
    commands={"buy": Buy, "more": More, "close-request": CloseRequest},
    events=Registry([MoneyMoved]),
    initial=lambda case: Buying(case=Case(id=case, process="buying", requester="e1")),
    decide=_decide,
    evolve=_evolve,
    is_terminal=lambda _state: False,
    case=lambda state: state.case,
    stage=lambda _state: "open",
    effects=lambda _before, _event, _after: (),
    needs=_needs,
    transfers=_transfers,
)

LINES = {
    "tools": BudgetLine(id="tools", name={"en": "Tools"}, unit="dev", owner="e1", currency="THB"),
    "travel": BudgetLine(id="travel", name={"en": "Travel"}, unit="it", owner="e1", currency="THB", control="warn"),
    "staff": BudgetLine(id="staff", name={"en": "Staff"}, unit="dev", owner="e1", currency="THB", periods="month"),
    "cloud": BudgetLine(id="cloud", name={"en": "Cloud"}, unit="it", owner="e1", currency="USD", control="ignore"),
}
UNITS = {"dev": "it", "it": "company", "company": None, "ops": "company"}


def organisation(**lines: BudgetLine) -> Organisation:
    """One person, the units dev < it < company and ops < company, and the lines of LINES with those given instead."""
    events = _records({**LINES, **lines})
    return record.fold(Organisation(), events)


def _records(lines: Mapping[str, BudgetLine]) -> list[Event]:
    calendar = Calendar(**{**ALWAYS.model_dump(), "id": "always"})
    units = [Unit(id=unit, name={"en": unit}, parent=parent) for unit, parent in UNITS.items()]
    position = Position(id="p1", title={"en": "Chief"}, unit="company", grade=1)
    joined = PersonJoined(person="e1", position="p1", calendar="always", language="en", start=None, effective=START)
    return [
        CalendarSet(calendar=calendar, effective=START),
        *(UnitSet(unit=unit, effective=START) for unit in units),
        PositionSet(position=position, effective=START),
        joined,
        *(BudgetLineSet(line=line, effective=START) for line in lines.values()),
    ]


class Shop:
    """The process over a real log: `buy`, `more` and `close` answer as the decider does."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.decider = Decider(pool, {"buying": BUYING})

    @classmethod
    async def opened(cls, pool: Pool, **lines: BudgetLine) -> "Shop":
        made = cls(pool)
        await made.record(record.STREAM, *_records({**LINES, **lines}))
        policy = Policy(version=1, name="test", processes={}, ladders={})
        await made.record(policies.STREAM, policies.PolicyPublished(version=1, policy=policy, published_by="e1"))
        return made

    async def record(self, stream: str, *events: Event) -> None:
        async with self.pool.acquire() as conn:
            version = await log.stream_version(conn, stream)
        await append_record(
            self.pool,
            stream=stream,
            process=stream,
            expected_version=version,
            events=events,
            actor="os:test",
            command_id=uuid4(),
        )

    async def buy(self, case: str, *steps: dict[str, Any], command_id: UUID | None = None) -> Performed:
        return await self._perform(case, "buy", {"steps": steps}, command_id)

    async def more(self, case: str, *steps: dict[str, Any], command_id: UUID | None = None) -> Performed:
        return await self._perform(case, "more", {"steps": steps}, command_id)

    async def close(self, case: str) -> Performed:
        return await self._perform(case, "close-request", {}, None)

    async def _perform(self, case: str, name: str, payload: dict[str, Any], command_id: UUID | None) -> Performed:
        return await self.decider.perform(self.request(case, name, payload, command_id))

    def request(self, case: str, name: str, payload: dict[str, Any], command_id: UUID | None = None) -> Perform:
        command = Command(
            case=case,
            process="buying",
            name=name,
            command_id=command_id or uuid4(),
            actor="e1",
            payload=payload,
            at=datetime.now(UTC),
        )
        return Perform(command=command, known=0 if name == "buy" else None)


def step(do: str, amount: int | str | None = None, **more: Any) -> dict[str, Any]:
    """A step as JSON; amounts are in THB."""
    given = {} if amount is None else {"amount": f"{amount} THB"}
    return {"do": do, **given, **more}
