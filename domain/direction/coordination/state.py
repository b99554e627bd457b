"""What one department asks of another, and where it stands."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from domain.kernel.commands import Text
from domain.kernel.definition import CaseState
from domain.kernel.value import Value
from domain.kernel.values.reference import Reference

CaseId = Annotated[str, Field(min_length=1, max_length=200)]
Unit = Annotated[str, Field(min_length=1, max_length=80), Reference("unit")]
Person = Annotated[str, Field(min_length=1, max_length=64), Reference("person")]


class Stage(StrEnum):
    ASKED = "asked"
    COUNTERED = "countered"
    DECLINED = "declined"
    ACCEPTED = "accepted"
    PROMISED = "promised"
    IN_WORK = "in_work"
    DELIVERED = "delivered"
    CANCELLING = "cancelling"


class Role(StrEnum):
    PROVIDER = "who answers for the department that was asked"
    HEAD = "heads of both departments"


class Asked(Value):
    """`asker_note` is for the asking side only (CRD-05)."""

    title: Annotated[str, Field(min_length=1, max_length=120)]
    text: Text
    unit: Unit
    person: Person
    needed: date
    asker_note: Annotated[str, Field(max_length=2000)] = ""


class Promise(Value):
    """A date that a department gave; `ended` says why it counts no more (CRD-02, CRD-07)."""

    unit: str
    person: str
    due: date
    reason: str
    at: datetime
    ended: str | None = None


class Span(Value):
    """A department had it from `since` to `until`; None: it still has (CRD-07)."""

    unit: str
    since: datetime
    until: datetime | None = None


class Part(Value):
    """A part of the whole, as the whole knows it: state and date, nothing else (CRD-05, CRD-08)."""

    unit: str
    stage: str = Stage.ASKED
    promised: date | None = None
    hours: int = 0
    over: bool = False


class Effect(Value):
    """What a dependency does to this request (PFL-03)."""

    kind: Literal["dependency", "position", "budget"]
    source: CaseId
    colour: Literal["amber", "red"] = "amber"
    why: Annotated[str, Field(max_length=300)] = ""
    days: Annotated[int, Field(ge=0, le=3650)] = 0
    over: bool = False


class Spent(Value):
    hours: int
    note: str


class CoordinationState(CaseState):
    asked: Asked | None = None
    asker_unit: str = ""
    whole: str | None = None
    stage: Stage = Stage.ASKED
    needed: date | None = None
    promises: tuple[Promise, ...] = ()
    spans: tuple[Span, ...] = ()
    took: dict[str, str] = {}
    heads: tuple[str, ...] = ()
    waits_on: tuple[str, ...] = ()
    parts: dict[str, Part] = {}
    effects: dict[str, Effect] = {}
    spent: dict[str, Spent] = {}
    told: int = 0
    provider_note: str = ""

    @property
    def the_asked(self) -> Asked:
        assert self.asked is not None
        return self.asked

    @property
    def promise(self) -> Promise | None:
        """The promise that counts now."""
        return self.promises[-1] if self.promises and self.promises[-1].ended is None else None

    @property
    def open_parts(self) -> tuple[str, ...]:
        return tuple(id_ for id_, part in self.parts.items() if not part.over)
