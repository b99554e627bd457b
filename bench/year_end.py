"""The end of a year of a budget with many lines, on which many cases hold money (BUD-09).

Real budgets and spending cases, decided and recorded as a worker does it; what Temporal adds is not measured here.
"""

import asyncio
import resource
import sys
import time
from collections.abc import Coroutine, Iterable, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from activities.decide import Decider
from application.records import append_record
from bench.environment import BenchEnvironment
from bench.plan import Plan
from bench.report import Line, Result
from domain.kernel import register
from domain.kernel.command import SYSTEM, Command, fingerprint
from domain.kernel.effects import TellCase
from domain.kernel.events import Event
from domain.kernel.policy import Approver, Ladder, Policy, ProcessPolicy, Route, Rung, Step
from domain.kernel.recording import RecordAsked
from domain.kernel.values.calendar import ALWAYS
from domain.money.budget.definition import BUDGET
from domain.money.spending.definition import SPENDING
from domain.organisation import policies, record
from domain.organisation.events import BudgetLineSet, CalendarSet, PersonJoined, PositionSet, RoleGranted, UnitSet
from domain.organisation.model import BudgetLine, Position, RoleHolding, Unit
from eventstore import ledger_books, system_commands
from eventstore.database import Pool, pool
from workflows.messages import Perform, Performed

DAY = date(2025, 1, 1)
BEFORE, AFTER = datetime(2026, 12, 1, 3, tzinfo=UTC), datetime(2027, 1, 11, 3, tzinfo=UTC)
OLD, NEW = "2026", "2027"
CONTROLLER, OWNER, CASE = "e1", "e2", "budget-1"
SECONDS, MEGABYTES = 60, 500
_AT_ONCE = 16


async def measure(environment: BenchEnvironment, plan: Plan) -> Result:
    """Raises RuntimeError if anything is refused, or if money is left in the year that ended."""
    async with AsyncExitStack() as exits:
        opened = await exits.enter_async_context(await pool(environment.bench_url, max_size=_AT_ONCE, reset=False))
        year = YearEnd(opened)
        environment.say(f"{plan.budget_lines:,} budget lines, {plan.commitments:,} commitments")
        lines = await year.prepare(plan.budget_lines)
        await year.hold(lines, plan.commitments)
        environment.say("the year ends")
        memory, began = _memory(), time.perf_counter()
        told = await year.run()
        decided = time.perf_counter() - began
        await year.tell(told)
        whole, grown = time.perf_counter() - began, _memory() - memory
        await year.require_moved(plan.commitments)
    work = f"year's end of {plan.budget_lines:,} lines, {plan.commitments:,} commitments"
    return Result(
        lines=[
            Line(f"{work}, decided", f"must be below {SECONDS} s", f"{decided:.1f} s"),
            Line(f"{work}, every case moved", f"must be below {SECONDS} s", f"{whole:.1f} s"),
            Line(f"{work}, memory", f"must be below {MEGABYTES} MB", f"{grown:.0f} MB"),
        ]
    )


class YearEnd:
    """One budget of a company, and the cases that hold money of it."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._decider = Decider(pool, {BUDGET.name: BUDGET, SPENDING.name: SPENDING})

    async def prepare(self, number: int) -> list[str]:
        """The organisation with so many lines, and a budget in force for them."""
        lines = [f"line-{n}" for n in range(number)]
        await self._record(record.STREAM, _organisation(lines))
        policy = policies.PolicyPublished(version=1, policy=_policy(), published_by=OWNER)
        await self._record(policies.STREAM, [policy])
        rows = [{"line": line, "period": OLD, "amount": "1000000 THB"} for line in lines]
        budget = {"unit": "company", "year": OLD, "currency": "THB", "rows": rows, "reason": "As agreed"}
        await self.send(CASE, "draft-budget", budget, by=OWNER)
        done = await self.send(CASE, "decide", {"task": f"{CASE}.1", "outcome": "approve"}, by=CONTROLLER)
        [asked] = [BUDGET.events.decode(row) for row in done.events if row.type == RecordAsked.__name__]
        assert isinstance(asked, RecordAsked)
        entries = [register.REGISTRY.lift(one.type, one.schema_version, one.payload) for one in asked.entries]
        await self._record(register.STREAM, entries)
        held = {"about": asked.about, "position": done.position + 1}
        await self.send(CASE, "note-recorded", held, by=SYSTEM)
        return lines

    async def hold(self, lines: Sequence[str], number: int) -> None:
        """So many requests, each of which holds money from its submission on."""
        wish = {"kind": "purchase", "what": "A thing", "amount": "100 THB", "period": OLD, "reason": "It is needed"}
        await self._all(
            self.send(
                f"buy-{n}", "request-spending",
                {**wish, "budget_line": lines[n % len(lines)], "supplier": f"Supplier {n}"}, by=f"e{3 + n % 97}",
            )
            for n in range(number)
        )  # fmt: skip

    async def run(self) -> list[TellCase]:
        """The decision of the year's end; whom it tells."""
        await self.send(CASE, "run-year-end", {"otherwise": "carry"}, by=CONTROLLER, at=AFTER)
        async with self._pool.acquire() as conn:
            rows = await conn.fetch("select payload from signoff.effects where stream = $1 and kind = 'tell'", CASE)
        return [TellCase.model_validate(row["payload"]) for row in rows]

    async def tell(self, told: Sequence[TellCase]) -> None:
        await self._all(self.send(one.case, one.command, dict(one.payload), by=SYSTEM, at=AFTER) for one in told)

    async def require_moved(self, number: int) -> None:
        """Raises RuntimeError unless everything that was held of the old year is held of the new one."""
        async with self._pool.acquire() as conn:
            found = await ledger_books.balances(conn, by="unit")
        held = {one.period: one.reserved for one in found if one.reserved}
        if held != {NEW: Decimal(number) * 100}:
            raise RuntimeError(f"held after the year's end: {held}")

    async def send(self, case: str, name: str, payload: dict[str, Any], *, by: str, at: datetime = BEFORE) -> Performed:
        """As a worker does it. Raises RuntimeError for a refusal."""
        process = BUDGET if case == CASE else SPENDING
        command = Command(
            case=case, process=process.name, name=name, actor=by, payload=payload, at=at,
            channel="effect" if by == SYSTEM else "cli",
        )  # fmt: skip
        if by == SYSTEM:
            async with self._pool.acquire() as conn:
                await system_commands.entrust(conn, command.command_id, fingerprint(command))
        done = await self._decider.perform(Perform(command=command, known=0))
        if done.refusal:
            raise RuntimeError(f"{name} of {case}: {done.refusal}")
        return done

    async def _all(self, sends: Iterable[Coroutine[Any, Any, Performed]]) -> None:
        gate = asyncio.Semaphore(_AT_ONCE)

        async def one(send: Coroutine[Any, Any, Performed]) -> None:
            async with gate:
                await send

        await asyncio.gather(*(one(send) for send in sends))

    async def _record(self, stream: str, events: Sequence[Event]) -> None:
        await append_record(
            self._pool, stream=stream, process=stream, expected_version=0, events=events, actor="os:bench",
            command_id=uuid4(),
        )  # fmt: skip


def _organisation(lines: Sequence[str]) -> list[Event]:
    """A controller, to whom a hundred people report; the first of them owns the lines."""
    people = [CONTROLLER, OWNER, *(f"e{n}" for n in range(3, 100))]
    top = Position(id="p1", title={"en": "Chair"}, unit="company", grade=12)
    return [
        CalendarSet(calendar=ALWAYS, effective=DAY),
        UnitSet(unit=Unit(id="company", name={"en": "Company"}), effective=DAY),
        *(
            PositionSet(position=top if n == 0 else top.model_copy(update={"id": f"p{n + 1}", "reports_to": "p1"}),
                        effective=DAY)
            for n in range(len(people))
        ),
        *(
            PersonJoined(
                person=person, position=f"p{n}", calendar=ALWAYS.id, language="en", start=None, effective=DAY
            )
            for n, person in enumerate(people, start=1)
        ),
        *(
            RoleGranted(holding=RoleHolding(role=role, person=person, unit="company"), effective=DAY)
            for role, person in (("finance-controller", CONTROLLER), ("budget-owner", OWNER))
        ),
        *(
            BudgetLineSet(
                line=BudgetLine(
                    id=line, name={"en": line}, unit="company", owner=OWNER, currency="THB", carry_over="carry"
                ),
                effective=DAY,
            )
            for line in lines
        ),
    ]  # fmt: skip


def _policy() -> Policy:
    """The controller approves everything."""
    step = Step(name="finance", title="Approved by finance", who=Approver(person=CONTROLLER))
    route = Route(steps=(step,), fallback=Approver(person=OWNER))
    processes = {name: ProcessPolicy(routes={"approval": route}) for name in (BUDGET.name, SPENDING.name)}
    ladder = Ladder(rungs=(Rung(at_percent=100, do="remind"),))
    return Policy(version=1, name="bench", processes=processes, ladders={"standard": ladder})


def _memory() -> float:
    """The most that this process ever had, in MB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1024 * 1024 if sys.platform == "darwin" else 1024)
