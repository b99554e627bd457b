"""`signoff demo --year`: a year of the example company across all processes, played at recorded instants.

The stories are those by which every process is proved (`tests/conformance/examples`): each begins on its day of the
past year and is told with the clock of that day, through the one function that decides. What comes by itself comes as
it would have: deadlines act at their instants, and what a case tells another is delivered. At the end open cases get
workflows, and the stack stays for `signoff up`.
"""

import re
import time
from collections import Counter, deque
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4, uuid5

from rich.console import Console

from activities.decide import Decider
from activities.deliver import Deliverer
from application.administration.example_company import import_company
from application.commands import compose
from application.commands.recover import recover
from application.send import as_received
from application.services import Services
from cli.demo.company import ACTOR, embedded
from domain.kernel.cases.case import Case, Deadline, Task
from domain.kernel.command import SYSTEM, Command, fingerprint
from domain.kernel.errors import Refused
from eventstore import chain, log, system_commands
from readmodels import case_at
from workflows.messages import Ack, Perform

STORIES = "tests.conformance.example"
YEAR = timedelta(days=365)
OFTEN = 3
"""How often a story is told in the year, each time for another case."""
ONCE = frozenset({"review_cycle", "training_programme"})
"""Processes that open cases for many people, told in the last turn only: who works a year has not a hundred reviews."""
FRAME = datetime(2026, 12, 1, 3, tzinfo=UTC)
"""The day on which the stories were written to begin; days and years in what they say move with them."""
_DAY, _YEAR = re.compile(r"\d{4}-\d{2}-\d{2}"), re.compile(r"20\d\d(?=$|-Q[1-4]$)")
PLANNED = "20000000 THB"
"""What each budget line has in each year."""
MOST_DEADLINES = 400
"""Of one case: a ladder that never ends is not played to its end."""
_IDS = UUID("b8d0c7de-6f0e-5c36-9d5b-8d9d7f0b51a2")


class AtTheTime:
    """Decides and delivers at an instant that is set: the sender of this year's deliveries, too."""

    def __init__(self, services: Services) -> None:
        self.now = datetime.now(UTC)
        self.told: Counter[str] = Counter()
        self._services = services
        self._decider = Decider(services.pool, services.processes)
        self._deliverer = Deliverer(services.pool, self, services.keys)  # type: ignore[arg-type]
        self._waiting: deque[UUID] = deque()
        self._delivering = False

    async def send(self, command: Command, *, start: bool = False, attempt: int = 1, patience: Any = None) -> Ack:
        """Raises Refused."""
        del start, attempt, patience
        if command.channel == "effect":
            async with self._services.pool.acquire() as conn:
                await system_commands.entrust(conn, command.command_id, fingerprint(as_received(command)))
        done = await self._decider.perform(Perform(command=command.model_copy(update={"at": self.now}), known=0))
        if done.refusal is not None:
            raise done.refusal.raised()
        if command.channel == "effect":
            self.told[command.case] += 1
        self._waiting.extend(effect.id for effect in done.effects)
        await self._deliver()
        return Ack(case=command.case, version=done.version, position=done.position, repeated=done.repeated)

    async def _deliver(self) -> None:
        if self._delivering:
            return
        self._delivering = True
        try:
            while self._waiting:
                await self._deliverer.deliver(self._waiting.popleft())
        finally:
            self._delivering = False


def moved(value: Any, days: timedelta, years: int) -> Any:
    """What a story says, for a story that begins on another day."""
    match value:
        case dict():
            return {name: moved(each, days, years) for name, each in value.items()}
        case list() | tuple():
            return [moved(each, days, years) for each in value]
        case str() if _DAY.fullmatch(value[:10]) and value[10:11] in ("", "T"):
            return (date.fromisoformat(value[:10]) + days).isoformat() + value[10:]
        case str() if _YEAR.match(value):
            return str(int(value[:4]) + years) + value[4:]
    return value


class YearPlay:
    """A case of the year: what its story asks of it (`tests.conformance.example.Play`)."""

    def __init__(self, services: Services, at: AtTheTime, process: str, id_: str, begins: datetime) -> None:
        self.id, self.now, self.begins, self.steps = id_, begins, begins, 0
        self._services, self._at, self._process = services, at, services.processes[process]
        self.state: Any = self._process.initial(id_)

    @property
    def case(self) -> Case:
        return self._process.case(self.state)

    @property
    def today(self) -> date:
        """Of the story."""
        return (FRAME + (self.now - self.begins)).date()

    def task(self, kind: str | None = None) -> Task:
        return next(task for task in self.case.tasks.values() if kind in (None, task.kind))

    def moved(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        """What the story says, as it says it on this case's day."""
        days, years = self.begins.date() - FRAME.date(), self.begins.year - FRAME.year
        return {name: moved(each, days, years) for name, each in payload.items()}

    async def give(self, name: str, payload: Mapping[str, Any], by: str) -> None:
        """A person's command; a few minutes pass. Raises Refused."""
        self.steps += 1
        self._at.now = self.now = self.now + timedelta(minutes=7)
        actor = compose.Actor(person=by, channel="web", authenticated="demo")
        id_ = uuid5(_IDS, f"{self.id} {self.steps}")
        if name in self._process.start:
            made = await compose.start(
                self._services, self._process.name, dict(payload), actor, name=name, case=self.id, command_id=id_
            )
        else:
            made = await compose.command(
                self._services, self.id, name, dict(payload), actor, command_id=id_, known={self.id: self._process.name}
            )
        await self._at.send(made)
        await self.read()

    async def pass_until(self, instant: datetime) -> None:
        """Time passes: each deadline acts at its instant."""
        for _ in range(MOST_DEADLINES):
            if self.case.hold or not (due := self._next()) or due.at > instant:
                break
            self._at.now = self.now = max(self.now, due.at)
            await self._due(due)
        self._at.now = self.now = max(self.now, instant)

    def deadline(self, kind: str) -> Deadline | None:
        return min((one for one in self.case.deadlines if one.kind == kind), key=lambda one: one.at, default=None)

    def _next(self) -> Deadline | None:
        return min(self.case.deadlines, key=lambda one: one.at, default=None)

    async def _due(self, due: Deadline) -> None:
        payload = {"kind": due.kind, "key": due.key, "at": due.at.isoformat()}
        await self._at.send(
            Command(
                case=self.id, process=self._process.name, name="deadline", actor=SYSTEM, channel="timer",
                authenticated="workflow", payload=payload, command_id=uuid4(),
            )
        )  # fmt: skip
        await self.read()

    async def read(self) -> None:
        async with self._services.pool.acquire() as conn:
            self.state, _ = await case_at(conn, self._services.processes, self.id)


class YearDemo:
    def __init__(self, services: Services, out: Console, *, verbose: bool = False) -> None:
        self._services, self._out, self._verbose, self._began = services, out, verbose, time.monotonic()
        self._at = AtTheTime(services)
        self._today = datetime.now(UTC)

    async def run(self) -> int:
        """Returns how many problems the verification found."""
        stories = import_module(STORIES)
        done = await import_company(self._services, actor=ACTOR)
        self._line(f"Siam Orchard Foods: {done.people} people, {done.events} events, policy version {done.policy}")
        told: Counter[str] = Counter()
        await self._plan(stories)
        listed = [
            (process, story)
            for process, one in stories.EXAMPLES.items() if process != "budget"
            for story in one.stories
        ]  # fmt: skip
        for turn in range(OFTEN):
            for number, (process, story) in enumerate(listed):
                if process in ONCE and turn < OFTEN - 1:
                    continue
                share = (turn + (number + 1) / (len(listed) + 1)) / OFTEN
                begins = self._today - YEAR + YEAR * share * 0.98
                told[await self._tell(stories, process, story, turn, begins)] += 1
            self._line(f"turn {turn + 1} of {OFTEN}: {told['whole']} stories told to their end, {told['part']} in part")
        await self._catch_up()
        started = (await recover(self._services)).started
        self._line(f"{started} open cases have their workflows")
        async with self._services.pool.acquire() as conn:
            report = await chain.verify(conn)
        for problem in report.problems:
            self._line(f"[red]{problem.stream} version {problem.version}: {problem.what}[/]")
        self._out.print(f"verified: {report.events} events, {report.streams} streams, {len(report.problems)} problems")
        return len(report.problems)

    async def _plan(self, stories: Any) -> None:
        """Every unit with budget lines has a budget in force in each year that the stories touch."""
        organisation = await self._services.organisation()
        lines: dict[str, list[str]] = {}
        for line in organisation.budget_lines.values():
            top = next((u for u in reversed(organisation.units_above(line.unit)) if u != "company"), line.unit)
            lines.setdefault(top, []).append(line.id)
        done = 0
        for year in (self._today.year, self._today.year + 1):
            for unit, theirs in lines.items():
                day = datetime(year, 1, 1, 3, tzinfo=UTC) - timedelta(days=45)
                play = YearPlay(self._services, self._at, "budget", f"budget-{unit}-{year}", min(day, self._today))
                owner = organisation.budget_lines[theirs[0]].owner
                rows = [{"line": line, "period": str(year), "amount": PLANNED} for line in theirs]
                try:
                    draft = {"unit": unit, "year": str(year), "reason": "As last year", "rows": rows}
                    await play.give("draft-budget", draft, owner)
                    for step in stories.approvals(play):
                        await play.give(step.name, step.payload, step.by)
                    done += 1
                except Refused as stopped:
                    self._stopped(play.id, stopped)
        self._line(f"{done} budgets are in force")

    def _stopped(self, case: str, why: Exception) -> None:
        """Why a story goes no further: the office is fuller than it knows, or its day is no working day here."""
        if self._verbose:
            self._out.print(f"[dim]        {case} stops: {str(why)[:110]}[/]", soft_wrap=True)

    async def _tell(self, stories: Any, process: str, story: str, turn: int, begins: datetime) -> str:
        """`whole`, or `part` where the rest is still to come or the office, fuller than the story knows, says no."""
        id_ = f"{process}-{story}-{turn + 1}".replace("_", "-").replace(" ", "-")
        play, first = YearPlay(self._services, self._at, process, id_, begins), True
        try:
            for step in stories.EXAMPLES[process].stories[story](play):
                if first and not isinstance(step, stories.Sent):
                    return "another's"  # it begins with the word of a case that this one is a part of
                first = False
                match step:
                    case stories.Sent(name, payload, by):
                        await play.give(name, play.moved(payload), by)
                    case stories.Due(kind):
                        due = play.deadline(kind)
                        await play.pass_until(due.at if due else play.now)
                    case stories.Wait(span):
                        await play.pass_until(play.now + span)
                    case stories.Told():
                        await play.read()
                if play.now > self._today:
                    return "part"
        except (Refused, RuntimeError, LookupError, AssertionError, KeyError, IndexError, AttributeError) as stopped:
            self._stopped(id_, stopped)
            await self._take_back(play)
            return "part"
        return "whole"

    async def _take_back(self, play: YearPlay) -> None:
        """What goes no further is taken back by who asked for it, where that is possible: it is not late for ever."""
        try:
            await play.read()
            if play.case.requester and play.case.closed is None:
                await play.give("withdraw", {"reason": "It is not needed any more."}, play.case.requester)
        except (Refused, LookupError) as stopped:
            self._stopped(play.id, stopped)

    async def _catch_up(self) -> None:
        """What was due in open cases until now has acted."""
        async with self._services.pool.acquire() as conn:
            streams = [
                (stream, name) for stream, name, _ in await log.streams(conn) if name in self._services.processes
            ]
        passed = 0
        for stream, name in streams:
            play = YearPlay(self._services, self._at, name, stream, self._today - YEAR)
            await play.read()
            if self._services.processes[name].is_terminal(play.state):
                continue
            passed += 1
            try:
                await play.pass_until(self._today)
            except Refused as stopped:
                self._stopped(stream, stopped)
        self._line(f"{passed} cases were open; what was due in them has acted")

    def _line(self, text: str) -> None:
        self._out.print(f"[dim]{time.monotonic() - self._began:5.1f} s[/]  {text}", soft_wrap=True)


async def run_year(home: Path, *, verbose: bool = False) -> int:
    """The stack under `home` has the year afterwards; `verbose` says where stories stop.

    Raises Refused `office-there`, `no-stories`.
    """
    if (home / "postgres").exists():
        template = "There is an office in {home} already; name another folder with --home, or move it away."
        raise Refused("office-there", template, home=str(home))
    try:
        import_module(STORIES)
    except ImportError:
        raise Refused(
            "no-stories", "The year is played from a checkout of the project, where its stories are."
        ) from None
    async with AsyncExitStack() as exits:
        _, services = await exits.enter_async_context(embedded(home))
        problems = await YearDemo(services, Console(highlight=False), verbose=verbose).run()
    return 1 if problems else 0
