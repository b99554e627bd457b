"""What a case has recorded in a record stream, such as the organisation: asked for once, confirmed once it is held."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from domain.kernel.decision_context import DecisionContext
from domain.kernel.definition.rows import CaseState, CommandSpec, Component
from domain.kernel.effects import Effect, Entry, Record
from domain.kernel.errors import Refused
from domain.kernel.events import Event
from domain.kernel.routing.case_roles import CaseRole
from domain.kernel.value import Value
from domain.kernel.values.message import N_

FIELD = "recording"
"""The field of the state of a process that records."""
COMMAND = "note-recorded"


class RecordAsked(Event):
    """`entries` are what `stream` is to hold, fixed at this moment; `about` tells several of one case apart."""

    sentence = N_("the record {stream} is to hold it")
    about: str
    stream: str
    entries: tuple[Entry, ...]
    at: datetime


class Recorded(Event):
    """The stream holds it, at this position of the log."""

    sentence = N_("the record {stream} holds it now")
    about: str
    stream: str
    position: int


class NoteRecorded(Value):
    """Sent by the delivery: the record holds what was asked for since this position of the log."""

    position: Annotated[int, Field(ge=1)]
    about: Annotated[str, Field(max_length=200)] = ""


class Recording(Value):
    """What was asked for, by what it is about: the stream, and the position since which that holds it."""

    asked: dict[str, str] = {}
    held: dict[str, int] = {}

    @property
    def waits(self) -> bool:
        """Whether something is on its way."""
        return self.asked.keys() != self.held.keys()


def recording() -> Component[Any]:
    """The component of a process that records: the word of the delivery, its fold and the effect."""
    row = CommandSpec[Any, NoteRecorded](
        name=COMMAND, payload=NoteRecorded, by=(CaseRole.SYSTEM,), rule=note_recorded, label=N_("recorded"),
        help=N_("The record holds it since this position of the log."),
    )  # fmt: skip
    return Component(commands=(row,), events=(RecordAsked, Recorded), evolve=_evolve, effects=_effects,
                     problems=_problems)  # fmt: skip


def ask_record(ctx: DecisionContext[Any], stream: str, events: Sequence[Event], *, about: str = "") -> bool:
    """Has `events` recorded in `stream`, once; False if there are none. What they say is fixed here (KRN-42)."""
    if not events:
        return False
    entries = tuple(Entry.of(event) for event in events)
    ctx.add(RecordAsked(about=about, stream=stream, entries=entries, at=ctx.facts.now))
    return True


def note_recorded(ctx: DecisionContext[Any], payload: NoteRecorded) -> None:
    """Raises Refused `nothing-to-record`."""
    known = recording_of(ctx.state)
    if payload.about not in known.asked or payload.about in known.held:
        raise Refused("nothing-to-record", "Nothing of case {case} is being recorded.", case=ctx.case.id)
    ctx.add(Recorded(about=payload.about, stream=known.asked[payload.about], position=payload.position))


def recording_of(state: CaseState) -> Recording:
    found = getattr(state, FIELD)
    assert isinstance(found, Recording)
    return found


def _evolve(state: CaseState, event: Event) -> CaseState:
    """Asked again about the same, it is the newer word that is waited for."""
    known = recording_of(state)
    match event:
        case RecordAsked(about=about, stream=stream):
            held = {name: position for name, position in known.held.items() if name != about}
            known = Recording(asked={**known.asked, about: stream}, held=held)
        case Recorded(about=about, position=position):
            known = known.model_copy(update={"held": {**known.held, about: position}})
    return state.model_copy(update={FIELD: known})


def _effects(_before: CaseState, event: Event, after: CaseState) -> Sequence[Effect]:
    if not isinstance(event, RecordAsked):
        return []
    said = {"about": event.about} if event.about else {}
    return [
        Record(
            stream=event.stream, events=event.entries, case=after.case.id, process=after.case.process, command=COMMAND,
            payload=said,
        )
    ]  # fmt: skip


def _problems(state: type[CaseState]) -> Sequence[str]:
    info = state.model_fields.get(FIELD)
    if info is None or info.annotation is not Recording:
        return [f"the state {state.__name__} has no field {FIELD} for what it records"]
    return []
