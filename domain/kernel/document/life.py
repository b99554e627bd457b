"""A document after its approval: published as version n of a register, in force, superseded by the next, or retired.

One case is one version. A revision is another case; the version in force stays until that one takes its place.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Generic

from pydantic import Field

from domain.kernel.cases.case import Status
from domain.kernel.cases.case_events import CaseClosed, ReviewApproved, ReviewOpened
from domain.kernel.commands import Text
from domain.kernel.decision_context import DecisionContext
from domain.kernel.definition.rows import CaseState, CommandSpec, Component, Reaction, S
from domain.kernel.document.spec import Standing
from domain.kernel.effects import Claim, Effect, Release, TellCase
from domain.kernel.errors import Refused
from domain.kernel.events import Event
from domain.kernel.handle import close
from domain.kernel.recording import Recorded, ask_record, recording_of
from domain.kernel.register import STREAM, EntryEnded, EntrySet, RegisterEntry, RegisterSpec
from domain.kernel.routing.case_roles import CaseRole
from domain.kernel.routing.eligibility import today_of
from domain.kernel.value import Value
from domain.kernel.values.content import as_logged
from domain.kernel.values.message import N_

PUBLICATION, RETIREMENT = "publication", "retirement"
"""What is being recorded."""
IN_FORCE, SUPERSEDED, RETIRED = "in_force", "superseded", "retired"
"""The stages of a version after `approved`. A process names them in its own enumeration of stages."""
UNDER_WAY = "under-way"
"""The kind of claim that lets one version of a document be under way at a time."""


class VersionPublished(Event):
    """The number is fixed here: no other version is under way. It counts once the register holds it."""

    sentence = N_("it is published as version {number}, from {effective} on")
    id: str
    number: int
    effective: date
    supersedes: str | None = None
    at: datetime


class VersionSuperseded(Event):
    sentence = N_("version {number} takes its place")
    number: int
    case: str


class RetirementAsked(Event):
    sentence = N_("{by} retires it")
    by: str
    reason: str
    at: datetime


class Retire(Value):
    """Ends the version in force; nothing takes its place."""

    reason: Text


class NoteSuperseded(Value):
    """Sent by the case of the next version: the register holds that one now."""

    number: Annotated[int, Field(ge=1)]
    case: Annotated[str, Field(max_length=80)]


class Life(Value):
    """A field of the state: the version's number once approved, and the case whose version it takes the place of."""

    number: int | None = None
    supersedes: str | None = None
    ended: str | None = None


def _nothing(*_: object) -> None:
    return None


@dataclass(frozen=True, kw_only=True)
class LifeSpec(Generic[S]):
    """What one process says of the life of its document. Its state has the fields `life` and `recording`.

    `entry(state)` is what the register holds. `effective(state)` is its first day, None for the day of its approval.
    `review` is the document's `name`, `noun` its `noun`. `editors` retire; `check_retire(tape)` raises Refused.
    """

    noun: str
    register: RegisterSpec[Any]
    entry: Callable[[S], RegisterEntry]
    effective: Callable[[S], date | None] = _nothing
    review: str = "document"
    editors: tuple[StrEnum, ...] = (CaseRole.REQUESTER,)
    check_retire: Callable[[DecisionContext[S]], None] = _nothing


def life(spec: LifeSpec[S]) -> Component[S]:
    """The component of that life; it stands beside `document(…)` and `recording()`."""
    in_force = frozenset({IN_FORCE})
    return Component(
        commands=(
            CommandSpec(
                name=f"retire-{spec.noun}", payload=Retire, by=spec.editors, rule=_retire(spec), when=in_force,
                label=N_("retire"), help=N_("Ends what is in force; nothing takes its place. It cannot be taken back."),
            ),
            CommandSpec(
                name="note-superseded", payload=NoteSuperseded, by=(CaseRole.SYSTEM,), rule=_note_superseded,
                to=frozenset({SUPERSEDED}), label=N_("superseded"), help=N_("The next version is in force."),
            ),
        ),
        events=(VersionPublished, VersionSuperseded, RetirementAsked),
        folds=(Recorded,),
        evolve=_evolve,
        on=(Reaction(ReviewApproved, _publish(spec)), Reaction(Recorded, _recorded)),
        stage=lambda state: IN_FORCE if _is_held(state, PUBLICATION) else None,
        ways=((Standing.APPROVED, IN_FORCE, "the register holds it"), (IN_FORCE, RETIRED, "the register ended it")),
        effects=_effects,
        claims=_claims(spec),
        problems=_problems,
    )  # fmt: skip


def outcome_of(state: CaseState) -> str | None:
    """For `Definition.outcome`: how the life of a version ended."""
    return life_of(state).ended


def life_of(state: CaseState) -> Life:
    found = getattr(state, "life")  # noqa: B009 - a field of the process's own state
    assert isinstance(found, Life)
    return found


def _publish(spec: LifeSpec[S]) -> Callable[[DecisionContext[S], ReviewApproved], None]:
    def rule(ctx: DecisionContext[S], event: ReviewApproved) -> None:
        if event.review != spec.review:
            return
        facts, entry = ctx.facts, spec.entry(ctx.state)
        today = today_of(facts, ctx.case.responsible or "")
        effective = max(spec.effective(ctx.state) or today, today)
        versions = facts.registers.of(spec.register.name).get(entry.id, ())
        known = versions[-1] if versions and versions[-1].end is None else None
        ctx.add(
            VersionPublished(
                id=entry.id, number=versions[-1].number + 1 if versions else 1, effective=effective,
                supersedes=known.case if known else None, at=facts.now,
            )
        )  # fmt: skip
        held = EntrySet(
            name=spec.register.name, id=entry.id, entry=as_logged(dict(entry)), effective=effective, case=ctx.case.id
        )  # fmt: skip
        ask_record(ctx, STREAM, [held], about=PUBLICATION)

    return rule


def _retire(spec: LifeSpec[S]) -> Callable[[DecisionContext[S], Retire], None]:
    """Raises Refused `being-recorded`, and what the process's check raises."""

    def rule(ctx: DecisionContext[S], payload: Retire) -> None:
        if recording_of(ctx.state).waits:
            raise Refused("being-recorded", "The register is being changed just now; try again in a moment.")
        spec.check_retire(ctx)
        facts, name = ctx.facts, spec.register.name
        ctx.add(RetirementAsked(by=ctx.command.actor, reason=payload.reason, at=facts.now))
        today = today_of(facts, ctx.case.responsible or "")
        ended = EntryEnded(name=name, id=spec.entry(ctx.state).id, effective=today, case=ctx.case.id)
        ask_record(ctx, STREAM, [ended], about=RETIREMENT)

    return rule


def _note_superseded(ctx: DecisionContext[Any], payload: NoteSuperseded) -> None:
    ctx.add(VersionSuperseded(number=payload.number, case=payload.case))
    close(ctx, status=Status.APPROVED, reason="another version is in force")


def _recorded(ctx: DecisionContext[Any], event: Recorded) -> None:
    if event.about == RETIREMENT:
        close(ctx, status=Status.APPROVED, reason="it was retired")


def _evolve(state: S, event: Event) -> S:
    known = life_of(state)
    match event:
        case VersionPublished(number=number, supersedes=case):
            known = Life(number=number, supersedes=case)
        case VersionSuperseded():
            known = known.model_copy(update={"ended": SUPERSEDED})
        case Recorded(about=about) if about == RETIREMENT:
            known = known.model_copy(update={"ended": RETIRED})
    return state.model_copy(update={"life": known})


def _effects(_before: CaseState, event: Event, after: CaseState) -> Sequence[Effect]:
    """The version before learns it only when the register holds this one: until then it counts."""
    known, case = life_of(after), after.case
    if not isinstance(event, Recorded) or event.about != PUBLICATION or known.supersedes is None:
        return []
    told = {"number": known.number, "case": case.id}
    return [TellCase(case=known.supersedes, process=case.process, command="note-superseded", payload=told)]


def _claims(spec: LifeSpec[S]) -> Callable[[S, Event], Sequence[Claim | Release]]:
    """Held from the submission until the register holds the version, or the case ends without."""

    def claims(before: S, event: Event) -> Sequence[Claim | Release]:
        if before.case.requester is None or _is_held(before, PUBLICATION):
            return []
        key = f"{spec.register.name}|{spec.entry(before).id}"
        match event:
            case ReviewOpened(review=review) if review == spec.review:
                return [Claim(kind=UNDER_WAY, key=key, exclusive=True)]
            case Recorded(about=about) if about == PUBLICATION:
                return [Release(kind=UNDER_WAY, key=key)]
            case CaseClosed():
                return [Release(kind=UNDER_WAY, key=key)]
        return []

    return claims


def _is_held(state: CaseState, about: str) -> bool:
    return about in recording_of(state).held


def _problems(state: type[CaseState]) -> Iterable[str]:
    info = state.model_fields.get("life")
    if info is None or info.annotation is not Life:
        yield f"the state {state.__name__} has no field life for its document's life"
