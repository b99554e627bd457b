"""The least that spends: a request that reserves on one budget line, through the whole of `perform`."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import count
from uuid import uuid4

from activities.decide import Decider
from application.records import append_record
from domain.kernel.cases.case import Case
from domain.kernel.command import Command
from domain.kernel.events import Event, Registry
from domain.kernel.facts import Facts
from domain.kernel.holdings import Holdings
from domain.kernel.ledger import LinePeriod, Transfer
from domain.kernel.policy import Policy
from domain.kernel.postings import Postings
from domain.kernel.process import Process
from domain.kernel.value import Value
from domain.kernel.values.calendar import ALWAYS
from domain.kernel.values.money import Money
from domain.organisation import policies, record
from domain.organisation.events import BudgetLineSet, CalendarSet, PersonJoined, PositionSet, UnitSet
from domain.organisation.model import BudgetLine, Position, Unit
from eventstore.database import Pool
from workflows.messages import Perform

PERIOD = "2027"
PLAN = Money.model_validate("1000000000000 THB")
AMOUNT = Money.model_validate("1 THB")
_DAY = date(2026, 1, 1)


class Request(Value):
    """Reserves `amount` on a line; `plan` gives the line its budget before."""

    line: str
    amount: Money = AMOUNT
    plan: bool = False


class Requested(Event):
    transfers: tuple[Transfer, ...]


class Spending(Value):
    case: Case
    holdings: Holdings = Holdings()


def _decide(state: Spending, _command: Command, payload: Value, facts: Facts) -> Sequence[Event]:
    assert isinstance(payload, Request)
    postings = Postings(facts, state.holdings)
    if payload.plan:
        postings.plan(payload.line, PERIOD, PLAN)
    else:
        postings.require_available(payload.line, PERIOD, payload.amount)
        postings.reserve(payload.line, PERIOD, payload.amount)
    return [Requested(transfers=postings.transfers)]


def _transfers(_before: Spending, event: Event, _after: Spending) -> Sequence[Transfer]:
    return event.transfers if isinstance(event, Requested) else ()


SPENDING: Process[Spending] = Process(
    name="bench-spending",
    workflow="BenchSpending",
    start=frozenset({"request"}),
    commands={"request": Request},
    events=Registry([Requested]),
    initial=lambda case: Spending(case=Case(id=case, process="bench-spending", requester="e1")),
    decide=_decide,
    evolve=lambda state, event: state.model_copy(
        update={"holdings": state.holdings.after(_transfers(state, event, state))}
    ),
    is_terminal=lambda _state: False,
    case=lambda state: state.case,
    stage=lambda _state: "open",
    effects=lambda _before, _event, _after: (),
    needs=lambda _state, _command, payload: [LinePeriod(payload.line, PERIOD)] if isinstance(payload, Request) else [],
    transfers=_transfers,
)


class Requests:
    """Sends requests as a worker does; each is a case of its own."""

    def __init__(self, pool: Pool) -> None:
        self._decider = Decider(pool, {SPENDING.name: SPENDING})
        self._pool = pool
        self._run = uuid4().hex[:6]
        self._numbers = count()

    async def prepare(self, lines: int) -> list[str]:
        """An organisation with so many lines, each with a plan; their names."""
        names = [f"line-{n}" for n in range(lines)]
        await self._record(record.STREAM, _organisation(names))
        policy = Policy(version=1, name="bench", processes={}, ladders={})
        await self._record(policies.STREAM, [policies.PolicyPublished(version=1, policy=policy, published_by="e1")])
        for name in names:
            await self.send(name, plan=True)
        return names

    async def send(self, line: str, *, plan: bool = False) -> None:
        command = Command(
            case=f"request-{self._run}-{next(self._numbers)}",
            process=SPENDING.name,
            name="request",
            actor="e1",
            payload={"line": line, "plan": plan},
            at=datetime.now(UTC),
        )
        done = await self._decider.perform(Perform(command=command, known=0))
        if done.refusal:
            raise RuntimeError(done.refusal.code)

    async def _record(self, stream: str, events: Sequence[Event]) -> None:
        await append_record(
            self._pool,
            stream=stream,
            process=stream,
            expected_version=0,
            events=events,
            actor="os:bench",
            command_id=uuid4(),
        )


def _organisation(lines: Sequence[str]) -> list[Event]:
    """Three levels of units; every tenth line is in the same unit of the lowest."""
    units = [Unit(id="company", name={"en": "company"})]
    units += [Unit(id=f"d{n}", name={"en": f"d{n}"}, parent="company") for n in range(10)]
    units += [Unit(id=f"t{n}", name={"en": f"t{n}"}, parent=f"d{n % 10}") for n in range(100)]
    position = Position(id="p1", title={"en": "Chief"}, unit="company", grade=1)
    return [
        CalendarSet(calendar=ALWAYS, effective=_DAY),
        *(UnitSet(unit=unit, effective=_DAY) for unit in units),
        PositionSet(position=position, effective=_DAY),
        PersonJoined(person="e1", position="p1", calendar=ALWAYS.id, language="en", start=None, effective=_DAY),
        *(
            BudgetLineSet(
                line=BudgetLine(id=name, name={"en": name}, unit=f"t{n % 100}", owner="e1", currency="THB"),
                effective=_DAY,
            )
            for n, name in enumerate(lines)
        ),
    ]
