"""What a status says: facts from the log, the words of its author, and the colour of both (STS-01, STS-02)."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from domain.direction.business_review.pack import Figure, PeopleRow
from domain.kernel.commands import Text
from domain.kernel.report import Frozen
from domain.kernel.value import Value
from domain.kernel.values.message import Message
from domain.kernel.values.money import Money
from domain.kernel.values.reference import Reference

Person = Annotated[str, Field(min_length=1, max_length=64), Reference("person")]
Headline = Annotated[str, Field(min_length=1, max_length=160)]
Key = Annotated[str, Field(min_length=1, max_length=200)]
"""Of a fact or a statement: the same from one report to the next."""
MOST = 60
"""Facts and statements of each kind in one report."""


class Colour(StrEnum):
    """`NONE` is shown where no fresh report is, whatever the last one said (STS-08). No author declares it."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    NONE = "none"


class Kind(StrEnum):
    PROGRESS = "progress"
    PROBLEM = "problem"
    STEP = "step"
    NEXT = "next"
    ASK = "ask"


class Fact(Value):
    """What the log says of a case: `versions` are the events of `case` that say so, `on` is the day of a next step."""

    key: Key
    kind: Kind
    case: str
    title: Message
    what: Message
    colour: Colour = Colour.GREEN
    since: datetime | None = None
    on: date | None = None
    versions: tuple[int, ...] = ()


class MoneyLine(Value):
    """Of all budget lines of the units in one currency, for the year of the report."""

    currency: str
    plan: Figure
    actual: Figure
    committed: Figure
    reserved: Figure
    available: Figure


class Below(Value):
    """The newest report of a manager below who reports to this author (SNR-01). `letter` is what is delegated."""

    case: str
    unit: str
    author: str
    colour: Colour
    headline: str | None = None
    number: int | None = None
    at: datetime | None = None
    letter: str | None = None


class Facts(Value):
    """The draft as the log writes it: what happened in `unit` and below after `since` until `at`.

    `colour` follows from `reasons`. `ended` are problems of the last report that are none now.
    """

    unit: str
    since: datetime
    at: datetime
    colour: Colour
    reasons: tuple[Message, ...] = ()
    money: tuple[MoneyLine, ...] = ()
    people: PeopleRow
    facts: tuple[Fact, ...] = ()
    below: tuple[Below, ...] = ()
    ended: tuple[Fact, ...] = ()

    def of(self, kind: Kind) -> tuple[Fact, ...]:
        return tuple(fact for fact in self.facts if fact.kind is kind)


class Statement(Value):
    """What the author says. `about` is the fact that it explains; `impact`, `since` are a problem's, `result` a step's.

    A problem keeps its `key` from report to report until its author says how it ended (STS-03).
    """

    key: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
    kind: Kind
    text: Annotated[str, Field(min_length=1, max_length=1000)]
    about: Key | None = None
    impact: Annotated[str, Field(max_length=500)] = ""
    since: date | None = None
    result: Annotated[str, Field(max_length=500)] = ""
    on: date | None = None


class Ending(Value):
    """How a problem of the report before ended."""

    key: Key
    how: Annotated[str, Field(min_length=1, max_length=500)]


class Words(Value):
    """The author's part. `why` is needed where `declared` is not the colour that follows from the facts (STS-02)."""

    headline: Headline
    declared: Literal[Colour.GREEN, Colour.AMBER, Colour.RED]
    why: Annotated[str, Field(max_length=500)] = ""
    statements: Annotated[tuple[Statement, ...], Field(max_length=5 * MOST)] = ()
    endings: Annotated[tuple[Ending, ...], Field(max_length=MOST)] = ()

    def of(self, kind: Kind) -> tuple[Statement, ...]:
        return tuple(one for one in self.statements if one.kind is kind)


class Draft(Value):
    """`corrects` names the report that this one is to take the place of; `readers` are then those of that one."""

    frozen: Frozen
    facts: Facts
    words: Words | None = None
    corrects: int | None = None


class SentReport(Value):
    """A report as it went out: never changed, only corrected by another (STS-07). `read` is who read it, and when."""

    number: int
    facts: Facts
    words: Words
    readers: tuple[str, ...]
    by: str
    at: datetime
    corrects: int | None = None
    read: dict[str, datetime] = {}

    @property
    def is_red(self) -> bool:
        return Colour.RED in (self.words.declared, self.facts.colour)

    @property
    def problems(self) -> dict[str, str]:
        """What must come back or end, by key: facts and the author's own."""
        facts = {fact.key: f"{fact.title}: {fact.what}" for fact in self.facts.of(Kind.PROBLEM)}
        return facts | {one.key: one.text for one in self.words.of(Kind.PROBLEM)}


class Letter(Value):
    """What a manager is delegated: daily operations and the plan, and how far they decide alone (SNR-01, DEL-01)."""

    text: Text
    money: Money
    days: Annotated[int, Field(ge=0, le=3650)]
    by: str
    on: date
