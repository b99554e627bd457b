"""The loop that every process runs in: take commands, fold what the store returned, wait for the next deadline.

It can start from any folded state. Starting, continuing as new, a reset, and rebuilding after a lost cluster are the
same path: the first thing `run` does is to load the stream.
"""

import asyncio
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any, ClassVar, TypeVar
from uuid import UUID, uuid5

from pydantic import ValidationError
from temporalio import workflow
from temporalio.common import RetryPolicy, SearchAttributeKey, SearchAttributeUpdate
from temporalio.exceptions import ActivityError, ApplicationError
from temporalio.exceptions import TimeoutError as ActivityTimedOut

from domain.kernel.cases.case import Case, Deadline
from domain.kernel.command import SYSTEM, TEMPORAL_ACCESS, Command, impostor
from domain.kernel.errors import Refused
from domain.kernel.fold import Fold
from domain.kernel.handle import due_at, is_overdue, precheck, waiting_on
from domain.kernel.showing.describe import describe
from domain.processes import PROCESSES
from workflows import names
from workflows import search_attributes as sa
from workflows.messages import (
    Ack,
    EffectToDo,
    Load,
    Loaded,
    Outcome,
    Perform,
    Performed,
    Refusal,
    Signal,
    Start,
)
from workflows.operator_notes import current_details

T = TypeVar("T")

DEADLINES = UUID("5f0d4a52-7a0e-5c53-9d53-0a4c1a1f7d10")
"""Namespace of the command ids of deadlines: the same deadline of the same case is the same command, ever."""

GATHERING = timedelta(seconds=2)
"""How long search attributes may lag behind a case. Visibility is eventually consistent anyway; pages never read it."""

LOCAL_PATIENCE = timedelta(seconds=4)
"""How long a local activity may try before a regular one, visible in the UI, takes over with unlimited retries."""

AT_ONCE = 20
"""How many cases one case begins together: a cycle that opens a page of them starves nobody."""

FIRST_COMMAND = timedelta(minutes=1)
"""How long a workflow that was started without a command waits for one. Edges start with update-with-start."""

LOCAL_FAILED = (ActivityError, ApplicationError, ActivityTimedOut)
"""What a failed local activity raises. One that ran out of time raises `ActivityError` live and the SDK's own
`TimeoutError` at its replay: where only one is caught the two part ways, and the case stands still for good."""

REGULAR = timedelta(seconds=10)
"""How long one try of a regular activity may take: after a worker's death this is what its cases wait."""

FOREVER = RetryPolicy(initial_interval=timedelta(milliseconds=200), maximum_interval=timedelta(seconds=20))
BRIEFLY = RetryPolicy(initial_interval=timedelta(milliseconds=50), maximum_attempts=4)


class Loop:
    """What a named process workflow inherits: the handlers must stand in one base class, `run` on the named one."""

    process: ClassVar[str]

    def __init__(self) -> None:
        self._fold = Fold(PROCESSES[self.process], workflow.info().workflow_id)
        self._lock = asyncio.Lock()
        self._loaded = False
        self._asked = False
        self._effects: dict[UUID, asyncio.Task[None]] = {}
        self._starting = asyncio.Semaphore(AT_ONCE)
        self._fired: set[UUID] = set()
        self._shown: dict[SearchAttributeKey[Any], Any] = {}
        self._show_at: datetime | None = None

    # --- what the outside may say -------------------------------------------------------------------------------

    @workflow.update(name=names.COMMAND)
    async def on_update(self, command: Command) -> Ack:
        await workflow.wait_condition(lambda: self._loaded)
        done = await self._perform(self._addressed(command))
        if done.refusal:
            raise _as_error(done.refusal)
        return Ack(case=self._case.id, version=done.version, position=done.position, repeated=done.repeated)

    @on_update.validator
    def check_update(self, command: Command) -> None:
        """Refuses at once, without history, what the folded state excludes. A repeated command always passes.

        So does a task that is not known here: it may have been offered by a decision beside this workflow.
        """
        try:
            self._addressed(command)
            if not self._loaded or command.command_id in self._fold.commands:
                return
            precheck(self._case, command)
        except Refused as refused:
            if refused.code == "no-such-task":
                return
            raise _as_error(Refusal.of(refused)) from refused

    @workflow.signal(name=names.COMMAND)
    async def on_signal(self, message: dict[str, Any]) -> None:
        """The same for operators. Nobody waits for an answer, so a refusal is recorded in the case."""
        await workflow.wait_condition(lambda: self._loaded)
        try:
            signal = Signal.model_validate(message)
        except ValidationError as error:
            workflow.logger.warning("signal not understood", extra={"problems": error.error_count()})
            return
        command = Command(
            case=self._case.id,
            process=self.process,
            name=signal.name,
            command_id=signal.command_id or workflow.uuid4(),
            actor=signal.actor,
            channel="signal",
            authenticated=TEMPORAL_ACCESS,
            payload=signal.payload,
        )
        await self._perform(command, record_refusal=True)

    @workflow.signal(name=names.LOOK)
    async def on_look(self) -> None:
        """A decision was made beside this workflow (docs/adr/0021): fold it, deliver its effects, arm the timer anew.

        The effects come with the page even if a command that ran meanwhile brought the events.
        """
        await workflow.wait_condition(lambda: self._loaded)
        async with self._lock:
            await self._load()

    @workflow.query(name=names.STATE)
    def on_query(self) -> dict[str, Any]:
        if not self._loaded:
            raise ApplicationError("the case is being read from the log; ask again", type="Loading")
        return describe(self._fold.process, self._fold.state, self._fold.version)

    @workflow.query(name=names.SEEN)
    def on_seen(self) -> int:
        """The version that is folded: a cheap answer, for what waits until this workflow had its turn."""
        return self._fold.version

    # --- the loop -----------------------------------------------------------------------------------------------

    async def _run(self, start: Start) -> Outcome:
        await self._load()
        self._loaded = True
        await self._first_command()
        while self._fold.version > 0 and not self._over():
            if self._history_full(start):
                await workflow.wait_condition(workflow.all_handlers_finished)
                workflow.continue_as_new(start)
            await self._wait_for_news(start)
        await workflow.wait_condition(lambda: workflow.all_handlers_finished() and not self._effects)
        self._upsert()
        case = self._case
        status = case.closed.value if case.closed else ("nothing recorded" if not self._fold.version else "finished")
        return Outcome(case=case.id, stage=self._stage(), status=status, version=self._fold.version)

    async def _first_command(self) -> None:
        """A case without events waits for the command that opens it; one that was refused leaves nothing behind."""
        try:
            await workflow.wait_condition(lambda: self._fold.version > 0 or self._asked, timeout=FIRST_COMMAND)
        except TimeoutError:
            workflow.logger.warning("no first command came")
        await workflow.wait_condition(lambda: self._fold.version > 0 or workflow.all_handlers_finished())

    async def _wait_for_news(self, start: Start) -> None:
        """Until the case is over, the history is full, or what comes next (deadline or showing) has come."""
        deadline, show_at = self._next_deadline(), self._show_at

        def news() -> bool:
            due = self._next_deadline()
            sooner = due is not None and show_at is not None and due.at < show_at
            changed = sooner if show_at else (due != deadline or self._show_at is not None)
            return self._over() or self._history_full(start) or changed

        if show_at and (deadline is None or show_at <= deadline.at):
            if not await _before(show_at, news, "show operators where the case stands"):
                self._upsert()
        elif deadline is None:
            await workflow.wait_condition(news)
        elif not await _before(deadline.at, news, f"{deadline.kind} {deadline.key}"):
            await self._fire(deadline.kind, deadline.key, deadline.at)

    async def _fire(self, kind: str, key: str, at: datetime) -> None:
        command_id = self._deadline_id(kind, key, at)
        self._fired.add(command_id)
        done = await self._perform(
            Command(
                case=self._case.id,
                process=self.process,
                name="deadline",
                command_id=command_id,
                actor=SYSTEM,
                channel="timer",
                authenticated="workflow",
                payload={"kind": kind, "key": key, "at": at.isoformat()},
            )
        )
        if done.refusal and done.refusal.code == "on-hold":
            self._fired.discard(command_id)  # a hold came first: it is due again when the case goes on
        elif done.refusal:
            workflow.logger.warning("deadline refused", extra={"code": done.refusal.code, "kind": kind})

    # --- activities ---------------------------------------------------------------------------------------------

    async def _load(self) -> None:
        more = True
        while more:
            request = Load(case=self._case.id, process=self.process, after=self._fold.version)
            page = await self._activity(names.LOAD, request, Loaded, "load the case from the log")
            self._fold.apply(page.events)
            self._deliver(page.effects)
            more = page.more
        self._show()

    async def _perform(self, command: Command, *, record_refusal: bool = False) -> Performed:
        """One command at a time: the state that `decide` meets is the one the previous command left."""
        self._asked = True
        async with self._lock:
            request = Perform(
                command=command.model_copy(update={"at": workflow.now()}),
                known=self._fold.version,
                record_refusal=record_refusal,
            )
            summary = f"{command.name} by {command.actor}"
            done = await self._activity(names.PERFORM, request, Performed, summary)
            self._fold.apply(done.events)
            self._deliver(done.effects)
            self._show()
            return done

    async def _activity(self, name: str, request: Any, result: type[T], summary: str) -> T:
        """Local first: four times faster. When Postgres stays away, a regular one waits where operators can see it."""
        try:
            done: T = await workflow.execute_local_activity(
                name,
                request,
                result_type=result,
                schedule_to_close_timeout=LOCAL_PATIENCE,
                retry_policy=BRIEFLY,
                summary=summary,
            )
        except LOCAL_FAILED:
            done = await workflow.execute_activity(
                name,
                request,
                result_type=result,
                start_to_close_timeout=REGULAR,
                retry_policy=FOREVER,
                summary=summary,
            )
        return done

    def _deliver(self, effects: tuple[EffectToDo, ...]) -> None:
        for effect in effects:
            if effect.id not in self._effects:
                self._effects[effect.id] = asyncio.create_task(self._deliver_one(effect))

    async def _deliver_one(self, effect: EffectToDo) -> None:
        async with self._starting if effect.kind == "start" else nullcontext():
            await workflow.execute_activity(
                names.DELIVER,
                effect.id,
                start_to_close_timeout=timedelta(seconds=60),
                retry_policy=FOREVER,
                summary=effect.summary,
            )
        del self._effects[effect.id]

    # --- what operators see -------------------------------------------------------------------------------------

    def _show(self) -> None:
        """Details at once; search attributes a moment later, so that a burst of decisions is one entry (ADR 13)."""
        workflow.set_current_details(current_details(self._fold.process, self._fold.state))
        if not self._shown:
            self._upsert()
        elif self._show_at is None and self._attributes() != self._shown:
            self._show_at = workflow.now() + GATHERING

    def _upsert(self) -> None:
        """Upserts only what changed: each upsert is an event in the history and a write in the visibility store."""
        self._show_at = None
        now = self._attributes()
        changed: list[SearchAttributeUpdate[Any]] = [
            key.value_unset() if value is None else key.value_set(value)
            for key, value in now.items()
            if key not in self._shown or self._shown[key] != value
        ]
        if self._fold.version and changed:
            workflow.upsert_search_attributes(changed)
            self._shown = now

    def _attributes(self) -> dict[SearchAttributeKey[Any], Any]:
        case = self._case
        return {
            sa.PROCESS: self.process,
            sa.STAGE: self._stage(),
            sa.UNIT: case.unit,
            sa.WAITING_ON: list(waiting_on(case)),
            sa.DUE_AT: due_at(case),
            sa.OVERDUE: is_overdue(case),
            sa.ON_HOLD: case.hold is not None,
        }

    def _addressed(self, command: Command) -> Command:
        """The command with this case and process, which an operator may leave out.

        Raises Refused `wrong-case`, `not-the-system`: timers are in here, none comes from outside.
        """
        if command.channel == "timer":
            raise impostor(command)
        if command.case not in ("", self._case.id) or command.process not in ("", self.process):
            raise Refused(
                "wrong-case",
                "This command is for {case}, but was sent to {here}; send it to its own case.",
                case=command.case[:120],
                here=self._case.id,
            )
        return command.model_copy(update={"case": self._case.id, "process": self.process})

    # --- small questions ----------------------------------------------------------------------------------------

    @property
    def _case(self) -> Case:
        return self._fold.process.case(self._fold.state)

    def _stage(self) -> str:
        return self._fold.process.stage(self._fold.state)

    def _over(self) -> bool:
        return self._fold.process.is_terminal(self._fold.state)

    def _history_full(self, start: Start) -> bool:
        info = workflow.info()
        if start.history_limit is not None:
            return info.get_current_history_length() >= start.history_limit
        return info.is_continue_as_new_suggested()

    def _deadline_id(self, kind: str, key: str, at: datetime) -> UUID:
        return uuid5(DEADLINES, f"{self._case.id}|{kind}|{key}|{at.isoformat()}")

    def _next_deadline(self) -> Deadline | None:
        """The earliest one that was not fired yet; one that was refused must not be fired again and again."""
        if self._case.hold:
            return None
        waiting = (d for d in self._case.deadlines if self._deadline_id(d.kind, d.key, d.at) not in self._fired)
        return min(waiting, key=lambda deadline: deadline.at, default=None)


async def _before(instant: datetime, news: Callable[[], bool], what: str) -> bool:
    """Whether there was news before `instant`. The timer's summary says to operators what it waits for."""
    wait = instant - workflow.now()
    if wait <= timedelta(0):
        return False
    try:
        await workflow.wait_condition(news, timeout=wait, timeout_summary=f"{what} at {instant:%Y-%m-%d %H:%M:%S} UTC")
    except TimeoutError:
        return False
    return True


def _as_error(refusal: Refusal) -> ApplicationError:
    refused = refusal.raised()
    return ApplicationError(refused.message, refusal.model_dump(mode="json"), type=names.REFUSED, non_retryable=True)
