"""Decide and append in one Postgres transaction (steps 3 to 5 of the path of a decision).

This is the only way by which events of cases reach the log (KRN-01).
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from asyncpg import DeadlockDetectedError

from activities.failures import Passing, internal_error, is_passing
from activities.gate import Gate
from activities.record_cache import RecordCache, Records
from domain.kernel.cases.case_events import CommandRefused
from domain.kernel.command import SYSTEM, Command, fingerprint, impostor, reused
from domain.kernel.commands import Attach
from domain.kernel.effects import Claim, ClaimQuery, Effect, Notify, Release
from domain.kernel.errors import Refused
from domain.kernel.events import Event, EventRow, encode
from domain.kernel.facts import Facts
from domain.kernel.fold import Fold
from domain.kernel.handle import precheck
from domain.kernel.ledger import LinePeriod, is_period
from domain.kernel.payloads import parse_payload
from domain.kernel.process import Process
from domain.kernel.routing.route import PreviewStep
from domain.kernel.value import Value
from domain.organisation.freezing import refuse_frozen
from domain.organisation.model import Organisation
from domain.organisation.streams import refuse_bad_id
from eventstore import content, ledger, log, system_commands, wakes
from eventstore import effects as outbox
from eventstore.database import Connection, Pool
from eventstore.ledger import LedgerKey, Posted
from eventstore.notifications import Note, tell
from eventstore.wakes import Wake
from runtime import metrics, tracing
from workflows.messages import EffectToDo, Perform, Performed, Refusal

EFFECTS = UUID("0f4f1c6e-5d0a-5b0e-9a55-7b0d6f2c1e90")
"""Namespace of the ids of effects: the same effect of the same event is the same, ever."""

ATTEMPTS = 5
"""How often a decision is made anew when someone else appended to the case in between."""

CACHED_CASES = 500


class Contended(Passing):
    """Case {case} changed {attempts} times while one command was decided. Nothing was recorded; try again."""

    def __init__(self, case: str) -> None:
        super().__init__((self.__doc__ or "").format(case=case, attempts=ATTEMPTS))


class LogBehind(Passing):
    """The workflow of {case} knows version {known}, the log holds {version}: it was restored from an older copy."""

    def __init__(self, case: str, known: int, version: int) -> None:
        super().__init__((self.__doc__ or "").format(case=case, known=known, version=version))


class Decider:
    """Turns commands into facts. Holds what it folded, so that a decision reads only what is new."""

    def __init__(
        self,
        pool: Pool,
        processes: Mapping[str, Process[Any]],
        record_cache: RecordCache | None = None,
        *,
        gate: Gate | None = None,
    ) -> None:
        """`gate` stands before what comes through Temporal; None where the door itself asks."""
        self._pool = pool
        self._gate = gate
        self._processes = processes
        self._record_cache = record_cache or RecordCache()
        self._folds: OrderedDict[str, Fold[Any]] = OrderedDict()

    async def perform(self, request: Perform) -> Performed:
        """Accepted, repeated or refused; never an exception for a rule. What will pass is raised, to be retried.

        Any other error would come again at each try: the command is refused as `internal-error`, and its case goes on.
        """
        try:
            return await self._perform(request)
        except Exception as error:
            if is_passing(error):
                raise
            return await self._failed(request, error)

    async def _failed(self, request: Perform, error: Exception) -> Performed:
        """The refusal of a command that cannot be decided, with an alarm. One that was recorded is not refused."""
        self._folds.pop(request.command.case, None)
        async with self._pool.acquire() as conn, conn.transaction():
            command = request.command
            if seen := await log.find_command(conn, command.command_id, log.origin_of(command)):
                return await self._repeated(conn, request, seen)
            done = await self._refused(conn, request, await internal_error(conn, request.command, error))
        self._count(request, done)
        return done

    async def _perform(self, request: Perform) -> Performed:
        for _ in range(ATTEMPTS):
            try:
                [done] = await self._attempt([request])
            except DeadlockDetectedError:  # by money on a line that a process did not name in `needs`
                done = None
            if done is not None:
                self._count(request, done)
                return done
            told = [name for name, process in self._processes.items() if not process.reads_recorded]
            metrics.CONFLICTS.labels(metrics.known(request.command.process, told)).inc()
        raise Contended(request.command.case)

    async def perform_all(self, requests: Sequence[Perform]) -> list[Performed]:
        """The same for several cases with one commit. Each is decided on its own: a refusal writes nothing.

        No case twice: its second decision would be folded before the first is committed. In the order of the cases, so
        that two callers do not wait for each other; who does nevertheless (by a claim) decides one after another.
        """
        try:
            done = await self._attempt(requests)
        except DeadlockDetectedError:
            done = [None] * len(requests)
        except Exception as error:
            if is_passing(error):
                raise
            done = [None] * len(requests)  # one after another, so that only the one which fails is refused
        for request, made in zip(requests, done, strict=True):
            if made is not None:
                self._count(request, made)
        return [made or await self.perform(request) for request, made in zip(requests, done, strict=True)]

    def _count(self, request: Perform, done: Performed) -> None:
        """What a workflow asked for, its sender waits for, and counts the code of."""
        command = request.command
        process = self._processes.get(command.process)
        if process is not None and process.reads_recorded:
            return  # no series tells that there is such a case (DIS-09)
        outcome = "refused" if done.refusal else "repeated" if done.repeated else "accepted"
        metrics.DECISIONS.labels(
            process.name if process else metrics.OTHER,
            metrics.known(command.name, process.commands if process else ()),
            command.channel,
            outcome,
        ).inc()
        if done.refusal and (request.known is None or request.record_refusal):
            metrics.REFUSALS.labels(done.refusal.code).inc()

    async def _attempt(self, requests: Sequence[Perform]) -> list[Performed | None]:
        """One transaction. None for a request whose case moved on meanwhile."""
        async with self._pool.acquire() as conn, log.decision(conn):
            folds, records = await self._read(conn, [request.command for request in requests])
            _refuse_behind(requests, folds)
            also = Alongside()
            done = [
                await self._once(conn, request, fold, records, also)
                for request, fold in zip(requests, folds, strict=True)
            ]
            await tell(conn, also.notes)
            await wakes.owe(conn, also.wakes)
        for request, made in zip(requests, done, strict=True):
            if made and request.known is not None:
                self._remember(request, made)
        return done

    def _remember(self, request: Perform, done: Performed) -> None:
        """Only after the commit: a fold must never be ahead of the log."""
        fold = self._folds.get(request.command.case)
        if fold and done.events and done.events[0].version <= fold.version + 1:
            fold.apply(done.events)

    async def _once(
        self, conn: Connection, request: Perform, fold: Fold[Any], records: Records, also: "Alongside"
    ) -> Performed | None:
        """One attempt. None if the stream moved on meanwhile. The command id is looked up by the append itself."""
        command = request.command
        try:
            made = await self._decide(conn, fold, request, records)
        except Refused as refused:
            if seen := await log.find_command(conn, command.command_id, log.origin_of(command)):
                return await self._repeated(conn, request, seen)
            if not (request.record_refusal and fold.version):
                return await self._refused(conn, request, refused)
            return await self._append(conn, request, fold, _recorded(command, refused), also, refused)
        return await self._append(conn, request, fold, made, also)

    async def _read(self, conn: Connection, commands: Sequence[Command]) -> tuple[list[Fold[Any]], Records]:
        """The cases and the records as the log has them now."""
        folds = [
            self._folds.pop(command.case) if command.case in self._folds else self._fresh(command)
            for command in commands
        ]
        cases = [command.case for command in commands]
        news, records = await self._record_cache.read(
            conn, {case: fold.version for case, fold in zip(cases, folds, strict=True)}
        )
        for case, fold in zip(cases, folds, strict=True):
            fold.apply(news.get(case, ()))
            self._folds[case] = fold
        while len(self._folds) > CACHED_CASES:
            self._folds.popitem(last=False)
        return folds, records

    def _fresh(self, command: Command) -> Fold[Any]:
        return Fold(self._processes[command.process], command.case)

    async def _decide(self, conn: Connection, fold: Fold[Any], request: Perform, records: Records) -> "Made":
        process, state, command = fold.process, fold.state, request.command
        await _refuse_impostor(conn, request)
        if self._gate:
            self._gate.require_sent_by_us(request, records.policies)
        payload = parse_payload(process, command.name, command.payload)
        _allowed_now(process, fold, command)
        facts = await self._facts(conn, process, state, command, payload, records)
        made = Made(list(process.decide(state, command, payload, facts)))
        _refuse_moved(fold, command)
        if isinstance(payload, Attach):
            await content.require(conn, payload, command.actor)
        for index, event in enumerate(made.events):
            after = process.evolve(state, event)
            made.ask(command, fold.version, index, process.effects(state, event, after), day=facts.now.date())
            made.claims += process.claims(state, event)
            made.transfers += [Posted(index, transfer) for transfer in process.transfers(state, event, after)]
            state = after
        refuse_frozen(records.organisation, process.case(fold.state), process.case(state))
        return made

    async def rehearse(self, command: Command) -> None:
        """Raises Refused as `perform` would refuse it now, and records nothing. What is in the log already passes."""
        async with self._pool.acquire() as conn:
            [fold], records = await self._read(conn, [command])
            try:
                await self._decide(conn, fold, Perform(command=command, known=None), records)
            except Refused:
                if await log.find_command(conn, command.command_id, log.origin_of(command)) is None:
                    raise

    async def preview(self, command: Command) -> Sequence[PreviewStep]:
        """Who would decide the case that `command` opens, from the facts of the real run (KRN-41)."""
        process = self._processes[command.process]
        payload, empty = parse_payload(process, command.name, command.payload), process.initial(command.case)
        async with self._pool.acquire() as conn:
            records = await self._record_cache.records(conn)
            facts = await self._facts(conn, process, empty, command, payload, records)
        return process.preview(payload, facts, command.actor)

    async def _facts(
        self, conn: Connection, process: Process[Any], state: Any, command: Command, payload: Value, records: Records
    ) -> Facts:
        """What the decision rests on, read in the transaction that records it."""
        if not records.organisation.people:
            raise Refused("no-organisation", "There is no organisation yet; operations import it first.")
        needs = process.needs(state, command, payload)
        queries = [need for need in needs if isinstance(need, ClaimQuery)]
        claims = await log.claims(conn, queries) if queries else []
        keys = [need for need in needs if isinstance(need, LinePeriod)]
        hold = ledger.lock if conn.is_in_transaction() else ledger.read  # who records nothing waits for nothing
        balances = await hold(conn, _existing(keys, records.organisation)) if keys else {}
        clock = datetime.now(UTC)
        return Facts(
            now=command.at or clock,
            recorded=clock,
            organisation=records.organisation,
            policy=records.policies.pinned(process.case(state).policy),
            claims=tuple(claims),
            balances=dict(balances),
            delegations=records.delegations,
            registers=records.registers,
            hops=records.policies.hops,
        )

    async def _append(
        self,
        conn: Connection,
        request: Perform,
        fold: Fold[Any],
        made: "Made",
        also: "Alongside",
        refused: Refused | None = None,
    ) -> Performed | None:
        command = request.command
        with metrics.timed(metrics.APPENDS), tracing.span("append") as span:
            span.tell(case=command.case, command=command.name)
            outcome = await log.append(
                conn,
                stamp(command),
                expected_version=fold.version,
                events=[new_event(event) for event in made.events],
                effects=made.effects,
                claims=made.claims,
                transfers=made.transfers,
            )
        match outcome:
            case log.Appended(repeated=False):
                also.notes += made.notes
                if request.known is None and outcome.events:
                    also.wakes.append(Wake(outcome.events[-1].position, command.case, command.process))
                return Performed(
                    refusal=Refusal.of(refused) if refused else None,
                    events=await self._newer(conn, request, outcome.events),
                    effects=_todo(made.effects),
                    version=outcome.events[-1].version if made.events else fold.version,
                    position=outcome.events[-1].position if made.events else fold.position,
                )
            case log.ClaimTaken():
                taken = Refused(
                    "claim-taken",
                    "Case {holder} already holds this ({kind}); wait for it or agree with its people.",
                    holder=outcome.holder,
                    kind=outcome.kind,
                )
                return await self._refused(conn, request, taken)
            case _:
                seen = await log.find_command(conn, command.command_id, log.origin_of(command))
                return await self._repeated(conn, request, seen) if seen else None

    async def _newer(
        self, conn: Connection, request: Perform, appended: Sequence[EventRow] = ()
    ) -> tuple[EventRow, ...]:
        """All events the workflow has not folded: usually just the new ones."""
        if request.known is None or (appended and appended[0].version == request.known + 1):
            return tuple(appended)
        return tuple(await log.read_stream(conn, request.command.case, after=request.known))

    async def _refused(self, conn: Connection, request: Perform, refused: Refused) -> Performed:
        return Performed(refusal=Refusal.of(refused), events=await self._newer(conn, request))

    async def _repeated(self, conn: Connection, request: Perform, seen: log.Recorded) -> Performed:
        """The same id again: the first result if the content is the same too (KRN-19)."""
        command = request.command
        if seen.fingerprint != fingerprint(command):
            return await self._refused(conn, request, reused(command.command_id))
        newer = await self._newer(conn, request)
        todo = [
            EffectToDo(id=e.id, kind=e.kind, summary=summary(e.kind, e.payload))
            for e in await outbox.pending(conn, command.case)
        ]
        return Performed(repeated=True, events=newer, effects=tuple(todo), version=seen.version, position=seen.position)


@dataclass
class Made:
    """What a command leads to: events, what other cases are asked, what people are told, what the case claims."""

    events: list[Event]
    effects: list[log.NewEffect] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    claims: list[Claim | Release] = field(default_factory=list)
    transfers: list[Posted] = field(default_factory=list)

    def ask(self, command: Command, before: int, index: int, effects: Sequence[Effect], *, day: date) -> None:
        """Takes the effects of the event at `index` of those after version `before`.

        Their ids derive from the event's place in the log, which no other event has whatever id its sender gave it, and
        from the command: in a log that was restored, another event at this place asks for something else.
        """
        for n, effect in enumerate(effects):
            effect_id = uuid5(EFFECTS, f"{command.case}/{before + 1 + index}/{n}/{command.command_id}")
            if isinstance(effect, Notify):
                about, digest = effect.about.model_dump(mode="json"), day if effect.digest else None
                people = dict.fromkeys(effect.to)
                self.notes += [Note(effect_id, person, command.case, effect.task, about, digest) for person in people]
            else:
                payload = effect.model_dump(mode="json")
                self.effects.append(log.NewEffect(effect_id, event_index=index, kind=effect.kind, payload=payload))


@dataclass
class Alongside:
    """What a transaction writes once for all its decisions: what people are told, which workflows must look."""

    notes: list[Note] = field(default_factory=list)
    wakes: list[Wake] = field(default_factory=list)


def _refuse_behind(requests: Sequence[Perform], folds: Sequence[Fold[Any]]) -> None:
    """A workflow that remembers what the log does not hold must not go on: what it decides would rest on nothing."""
    for request, fold in zip(requests, folds, strict=True):
        if (request.known or 0) > fold.version:
            raise LogBehind(request.command.case, request.known or 0, fold.version)


def _recorded(command: Command, refused: Refused) -> Made:
    """A refusal that nobody waits for, as a fact of the case."""
    return Made([CommandRefused(command=command.name, code=refused.code, message=refused.message[:500])])


def _existing(keys: Sequence[LinePeriod], organisation: Organisation) -> list[LedgerKey]:
    """Those of lines that exist and take money: the rules refuse the others, and nothing is kept for them."""
    known = [(key, organisation.budget_lines.get(key.line)) for key in keys]
    return [
        LedgerKey(key.line, key.period, line.currency, ledger.path(organisation.units_above(line.unit)))
        for key, line in known
        if line and line.currency and is_period(key.period)
    ]


async def _refuse_impostor(conn: Connection, request: Perform) -> None:
    """Nobody speaks as Signoff but Signoff: what it sends was entrusted to the log, its timers are the workflow's own.

    Whoever types an update or a signal into Temporal can claim any actor and channel. Raises Refused `not-the-system`.
    """
    command = request.command
    if command.channel == "timer" and request.known is not None:
        return
    if command.actor != SYSTEM and command.channel not in ("effect", "timer"):
        return
    if not await system_commands.entrusted(conn, command.command_id, fingerprint(command)):
        raise impostor(command)


def _refuse_moved(fold: Fold[Any], command: Command) -> None:
    """Asked last: only who may do it learns at which version the case is. Raises Refused `moved-on`."""
    if command.expected not in (None, fold.version):
        raise Refused(
            "moved-on",
            "Case {case} is at version {version} now; look at it again and decide anew.",
            case=command.case,
            version=fold.version,
        )


def _allowed_now(process: Process[Any], fold: Fold[Any], command: Command) -> None:
    opens = command.name in process.start
    if opens and fold.version:
        raise Refused("case-exists", "Case {case} exists already; choose another id.", case=command.case)
    if not opens and not fold.version:
        raise Refused("no-such-case", "There is no case {case}.", case=command.case)
    if opens:
        refuse_bad_id(command.case)
    if fold.version:
        precheck(process.case(fold.state), command)


def _todo(effects: list[log.NewEffect]) -> tuple[EffectToDo, ...]:
    return tuple(EffectToDo(id=e.id, kind=e.kind, summary=summary(e.kind, e.payload)) for e in effects)


def summary(kind: str, payload: Mapping[str, Any]) -> str:
    """One line for operators, ids only."""
    return f"{kind} {payload['case']}: {payload['command']}"[:200]


def new_event(event: Event) -> log.NewEvent:
    name, version, payload = encode(event)
    return log.NewEvent(
        type=name, schema_version=version, payload=payload, on_behalf_of=getattr(event, "on_behalf_of", None)
    )


def stamp(command: Command) -> log.Stamp:
    return log.Stamp(
        stream=command.case,
        process=command.process,
        command_id=command.command_id,
        fingerprint=fingerprint(command),
        actor=command.actor,
        channel=command.channel,
        correlation=command.correlation or uuid4(),
        causation=command.causation,
    )
