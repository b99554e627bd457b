"""A technology change and what it asks of people: content, whom it concerns, events and state (TRN-02)."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from domain.kernel.commands import Text
from domain.kernel.cycle import Cycle
from domain.kernel.document import Amended, Document, Drafted, KeepDraft
from domain.kernel.errors import Refused
from domain.kernel.events import Event
from domain.kernel.facts import Facts
from domain.kernel.ledger import Period
from domain.kernel.money_events import MoneyState, MovesMoney
from domain.kernel.recording import Recording
from domain.kernel.routing.eligibility import today_of
from domain.kernel.value import Value
from domain.kernel.values.message import N_, Message
from domain.kernel.values.money import Money, same
from domain.kernel.values.reference import Reference
from domain.kernel.year_end import CommitmentTurned
from domain.organisation.model import Organisation
from domain.organisation.qualifications import Gap, gap_in, require_course
from domain.organisation.register import require_skill
from domain.people.training.content import Name, SkillId

MOST = 5_000
"""People of one programme."""


class Stage(StrEnum):
    """Where a programme stands; a draft is one that is planned."""

    DRAFT = "draft"
    IN_APPROVAL = "in_approval"
    RETURNED = "returned"
    FUNDED = "funded"
    RUNNING = "running"
    CANCELLING = "cancelling"
    COMPLETED = "completed"


class RaisedSkill(Value):
    """A skill that the change asks for at a level, and the course that leads there."""

    skill: SkillId
    level: Annotated[int, Field(ge=1, le=5)]
    course: Name


class Programme(Value):
    """`units` (with those below) and, if named, `positions` say whom it concerns. `cost` is the most it may take."""

    technology: Name
    change: Literal["adopt", "replace", "retire"]
    raises: Annotated[tuple[RaisedSkill, ...], Field(max_length=20)] = ()
    ends: Annotated[tuple[SkillId, ...], Field(max_length=20)] = ()
    unit: Annotated[Name, Reference("unit")]
    positions: tuple[Annotated[Name, Reference("position")], ...] = ()
    cost: Money
    line: Annotated[Name, Reference("budget-line")]
    period: Period
    by: date
    reason: Text


class PlanProgramme(Programme, KeepDraft):
    """Plans what people must learn for a technology that is adopted, replaced or retired."""


class ProgrammePlanned(Drafted[Programme]):
    sentence = N_("{requester} planned a training programme")


class ProgrammeAmended(Amended[Programme]):
    sentence = N_("{by} changed the programme: {changed}")


class Share(Value):
    """What one need takes; its key makes the id of its case."""

    key: str
    gap: Gap
    course: str
    price: Money


class ProgrammeFunded(MovesMoney):
    """It is approved: whom it concerns is fixed, and what each need takes is reserved (TRN-03)."""

    sentence = N_("the programme is funded")
    shares: tuple[Share, ...]
    held: dict[str, int]
    at: datetime


class ProgrammeStarted(Event):
    sentence = N_("{by} started the programme")
    by: str
    at: datetime


class ProgrammeConcluded(Event):
    sentence = N_("{by} closed the programme: {result}")
    result: str
    by: str
    at: datetime


class NeedMoneyMoved(MovesMoney):
    """What a need says of itself: booked, given back, used, over. `held` is the transfer with its money now."""

    sentence = N_("{need}: {what}")
    need: str
    what: str
    held: int | None
    at: datetime


class ProgrammeCancelled(MovesMoney):
    sentence = N_("{by} cancelled the programme: {reason}")
    reason: str
    by: str
    at: datetime


class ProgrammeState(MoneyState):
    """`held` is by need the transfer with its money; `over` are the needs that ended."""

    document: Document[Programme] = Document[Programme]()
    recording: Recording = Recording()
    cycle: Cycle = Cycle()
    shares: dict[str, Share] = {}
    held: dict[str, int] = {}
    over: frozenset[str] = frozenset()
    funded: bool = False
    started: bool = False
    cancelled: bool = False
    outcome: str | None = None

    @property
    def content(self) -> Programme:
        return self.document.the_content

    @property
    def running(self) -> tuple[str, ...]:
        """The keys of the needs that were started and are not over."""
        begun = [child.key for _, child in self.cycle.children[: self.cycle.started]]
        return tuple(key for key in begun if key not in self.over)


def evolve(state: ProgrammeState, event: Event) -> ProgrammeState:
    match event:
        case ProgrammeFunded(shares=shares, held=held):
            return state.model_copy(
                update={"funded": True, "shares": {share.key: share for share in shares}, "held": held}
            )
        case ProgrammeStarted():
            return state.model_copy(update={"started": True})
        case NeedMoneyMoved(need=need, what=what, held=number):
            held = {key: value for key, value in state.held.items() if key != need}
            held |= {need: number} if number is not None else {}
            over = state.over | {need} if what == "over" else state.over
            return state.model_copy(update={"held": held, "over": over})
        case ProgrammeCancelled():
            return state.model_copy(update={"cancelled": True})
    return state


def turned(state: ProgrammeState, event: CommitmentTurned) -> ProgrammeState:
    """Each need's money goes with it into the new year."""
    return state.model_copy(
        update={"held": {key: event.numbers.get(number, number) for key, number in state.held.items()}}
    )


def concerned(organisation: Organisation, programme: Programme, day: date) -> tuple[Share, ...]:
    """Everybody in the units (and positions) whose level lies below what the change asks for, by skill (TRN-02)."""
    shares = []
    for person in sorted(organisation.people):
        if not (organisation.works_here(person, day) and _is_concerned(organisation, programme, person, day)):
            continue
        for raised in programme.raises:
            gap = gap_in(organisation, person, raised.skill, raised.level)
            if gap.levels > 0:
                price = require_course(organisation, raised.course).price
                key = f"{person}-{raised.skill}".replace(".", "_")[:40]
                shares.append(Share(key=key, gap=gap, course=raised.course, price=price))
    return tuple(shares)


def total(shares: Sequence[Share], currency: str) -> Money:
    """What they take together. Raises Refused `two-currencies`."""
    return sum((share.price for share in shares), Money.model_validate(f"0 {currency}"))


def _is_concerned(organisation: Organisation, programme: Programme, person: str, day: date) -> bool:
    if programme.positions and organisation.people[person].position_on(day) not in programme.positions:
        return False
    return programme.unit in organisation.units_above(organisation.unit_of(person, day))


def check(facts: Facts, programme: Programme, requester: str) -> None:
    """Raises Refused `unknown-unit`, `nothing-raised`, `wrong-course`, `past-day`, `too-low`, `nobody`, `too-many`."""
    today = today_of(facts, requester)
    if programme.unit not in facts.organisation.units:
        raise Refused("unknown-unit", "There is no unit {unit}; check its id.", unit=programme.unit)
    if programme.by < today:
        raise Refused("past-day", "It is wanted by {today} or later.", today=today.isoformat())
    if not programme.raises and not programme.ends:
        raise Refused("nothing-raised", "Name the skills that the change raises, or those that it ends.")
    for raised in programme.raises:
        _check_raised(facts, raised, today)
    for skill in programme.ends:
        require_skill(facts.organisation, skill, today)
    _check_cost(facts, programme, today)


def _check_raised(facts: Facts, raised: RaisedSkill, today: date) -> None:
    require_skill(facts.organisation, raised.skill, today)
    course = require_course(facts.organisation, raised.course)
    if course.skill != raised.skill or course.level < raised.level:
        template = "The course {course} does not lead to what is needed; choose one that does."
        raise Refused("wrong-course", template, course=course.id)


def _check_cost(facts: Facts, programme: Programme, today: date) -> None:
    shares = concerned(facts.organisation, programme, today)
    if programme.raises and not shares:
        raise Refused("nobody", "Nobody there lacks what the change asks for; check the unit and the levels.")
    if len(shares) > MOST:
        raise Refused("too-many", "That is {count} needs; plan several programmes.", count=len(shares))
    wanted = total(shares, programme.cost.currency)
    if same(programme.cost, wanted) > programme.cost:
        template = "{count} needs take {total}; the cost cannot be lower."
        raise Refused("too-low", template, count=len(shares), total=str(wanted))


def title(programme: Programme) -> Message:
    return N_("Training for a technology: {technology}", technology=programme.technology)
