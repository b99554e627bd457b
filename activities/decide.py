"""Decide and append in one Postgres transaction (steps 3 to 5 of the path of a decision).

This is the only way by which events of cases reach the log (KRN-01).
"""

from collections import OrderedDict
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from activities.books import Shelf
from domain.kernel.case_events import CommandRefused
from domain.kernel.command import Command, fingerprint
from domain.kernel.effects import Claim, Release
from domain.kernel.errors import Refused
from domain.kernel.events import Event, Stored, encode
from domain.kernel.facts import Facts
from domain.kernel.fold import Fold
from domain.kernel.handle import precheck
from domain.kernel.payloads import parse_payload
from domain.kernel.process import Process
from domain.kernel.value import Value
from eventstore import effects as outbox
from eventstore import log
from eventstore.database import Connection, Pool
from workflows.messages import EffectToDo, Perform, Performed, Refusal

ATTEMPTS = 5
"""How often a decision is made anew when someone else appended to the case in between."""

CACHED_CASES = 2_000


class Decider:
    """Turns commands into facts. Holds what it folded, so that a decision reads only what is new."""

    def __init__(self, pool: Pool, processes: Mapping[str, Process[Any]]) -> None:
        self._pool = pool
        self._processes = processes
        self._books = Shelf()
        self._folds: OrderedDict[str, Fold[Any]] = OrderedDict()

    async def perform(self, request: Perform) -> Performed:
        """Accepted, repeated or refused; never an exception for a rule. Database errors are raised, to be retried."""
        for _ in range(ATTEMPTS):
            async with self._pool.acquire() as conn, conn.transaction():
                done = await self._once(conn, request)
            if done is not None:
                self._remember(request, done)
                return done
        raise RuntimeError(f"case {request.command.case} changed {ATTEMPTS} times while one command was decided")

    def _remember(self, request: Perform, done: Performed) -> None:
        """Only after the commit: a fold must never be ahead of the log."""
        fold = self._folds.get(request.command.case)
        if fold and done.events and done.events[0].version <= fold.version + 1:
            fold.apply(done.events)

    async def _once(self, conn: Connection, request: Perform) -> Performed | None:
        """One attempt. None if the stream moved on meanwhile."""
        command = request.command
        seen = await log.find_command(conn, command.command_id)
        if seen:
            return await self._repeated(conn, request, seen)
        fold = await self.fold(conn, command.process, command.case)
        try:
            events, effects, claims = await self._decide(conn, fold, command)
        except Refused as refused:
            if not (request.record_refusal and fold.version):
                return await self._refused(conn, request, refused)
            events = [CommandRefused(command=command.name, code=refused.code, message=refused.message[:500])]
            effects, claims = [], []
            return await self._append(conn, request, fold, events, effects, claims, refused)
        return await self._append(conn, request, fold, events, effects, claims)

    async def _decide(
        self, conn: Connection, fold: Fold[Any], command: Command
    ) -> tuple[list[Event], list[log.NewEffect], list[Claim | Release]]:
        process, state = fold.process, fold.state
        payload = parse_payload(process, command.name, command.payload)
        _allowed_now(process, fold, command)
        facts = await self.facts(conn, process, state, command, payload)
        events = list(process.decide(state, command, payload, facts))
        effects: list[log.NewEffect] = []
        claims: list[Claim | Release] = []
        for index, event in enumerate(events):
            after = process.evolve(state, event)
            effects += _new_effects(command.command_id, index, process.effects(state, event, after))
            claims += process.claims(state, event)
            state = after
        return events, effects, claims

    async def facts(
        self, conn: Connection, process: Process[Any], state: Any, command: Command, payload: Value
    ) -> Facts:
        """What the decision rests on, read in the transaction that records it."""
        organisation, policies, delegations = await self._books.read(conn)
        if not organisation.people:
            raise Refused("no-organisation", "There is no organisation yet; import one with: signoff org import FILE")
        policy = policies.pinned(process.case(state).policy)
        queries = process.needs(state, command, payload)
        claims = await log.claims(conn, queries) if queries else []
        return Facts(
            now=command.at or datetime.now(UTC),
            organisation=organisation,
            policy=policy,
            claims=tuple(claims),
            delegations=delegations,
        )

    async def _append(
        self,
        conn: Connection,
        request: Perform,
        fold: Fold[Any],
        events: list[Event],
        effects: list[log.NewEffect],
        claims: list[Claim | Release],
        refused: Refused | None = None,
    ) -> Performed | None:
        command = request.command
        outcome = await log.append(
            conn,
            stamp(command),
            expected_version=fold.version,
            events=[new_event(event) for event in events],
            effects=effects,
            claims=claims,
        )
        match outcome:
            case log.Appended(repeated=False):
                return Performed(
                    refusal=Refusal.of(refused) if refused else None,
                    events=await self._newer(conn, request, outcome.events),
                    effects=_todo(effects),
                    version=outcome.events[-1].version if events else fold.version,
                    position=outcome.events[-1].position if events else fold.position,
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
                return None

    async def _newer(self, conn: Connection, request: Perform, appended: list[Stored]) -> tuple[Stored, ...]:
        """All events the workflow has not folded: usually just the new ones."""
        if appended and appended[0].version == request.known + 1:
            return tuple(appended)
        return tuple(await log.read_stream(conn, request.command.case, after=request.known))

    async def _refused(self, conn: Connection, request: Perform, refused: Refused) -> Performed:
        missed = await log.read_stream(conn, request.command.case, after=request.known)
        return Performed(refusal=Refusal.of(refused), events=tuple(missed))

    async def _repeated(self, conn: Connection, request: Perform, seen: log.Recorded) -> Performed:
        """The same id again: the first result if the content is the same too (KRN-19)."""
        command = request.command
        if seen.fingerprint != fingerprint(command):
            reused = Refused(
                "command-id-reused",
                "Command id {command_id} was already used for something else; send a new decision with a new id.",
                command_id=str(command.command_id),
            )
            return await self._refused(conn, request, reused)
        newer = await log.read_stream(conn, command.case, after=request.known)
        todo = [
            EffectToDo(id=e.id, kind=e.kind, summary=summary(e.kind, e.payload))
            for e in await outbox.pending(conn, command.case)
        ]
        return Performed(
            repeated=True, events=tuple(newer), effects=tuple(todo), version=seen.version, position=seen.position
        )

    async def fold(self, conn: Connection, process: str, case: str) -> Fold[Any]:
        """The case as the log has it now."""
        fold = self._folds.pop(case, None) or Fold(self._processes[process], case)
        fold.apply(await log.read_stream(conn, case, after=fold.version))
        self._folds[case] = fold
        while len(self._folds) > CACHED_CASES:
            self._folds.popitem(last=False)
        return fold


def _allowed_now(process: Process[Any], fold: Fold[Any], command: Command) -> None:
    opens = command.name in process.start
    if opens and fold.version:
        raise Refused("case-exists", "Case {case} exists already; choose another id.", case=command.case)
    if not opens and not fold.version:
        raise Refused("no-such-case", "There is no case {case}.", case=command.case)
    if fold.version:
        precheck(process.case(fold.state), command)


def _new_effects(command_id: UUID, index: int, effects: Any) -> list[log.NewEffect]:
    """Effect ids derive from the command and the place of the event, so that a retry gives the same ids."""
    return [
        log.NewEffect(
            id=uuid5(command_id, f"effect {index}.{n}"),
            event_index=index,
            kind=effect.kind,
            payload=effect.model_dump(mode="json"),
        )
        for n, effect in enumerate(effects)
    ]


def _todo(effects: list[log.NewEffect]) -> tuple[EffectToDo, ...]:
    return tuple(EffectToDo(id=e.id, kind=e.kind, summary=summary(e.kind, e.payload)) for e in effects)


def summary(kind: str, payload: Mapping[str, Any]) -> str:
    """One line for operators, ids only."""
    match kind:
        case "notify":
            return f"notify {', '.join(payload['to'])}"[:200]
        case _:
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
