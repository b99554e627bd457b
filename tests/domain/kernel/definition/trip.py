"""A business trip: asked for, approved, booked by a travel desk, taken. A small process that uses every kind of row."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from domain.kernel.cases.case import Deadline, Status
from domain.kernel.cases.case_events import DeadlineSet, ReviewApproved
from domain.kernel.commands import DeadlinePassed, Text, Withdraw
from domain.kernel.deciding import tasks
from domain.kernel.decision_context import DecisionContext
from domain.kernel.definition import (
    CaseState,
    CommandSpec,
    Definition,
    Guard,
    Reaction,
    RoleSpec,
    process_of,
)
from domain.kernel.document import Amended, Document, DocumentSpec, Drafted, KeepDraft, document, is_approved, opening
from domain.kernel.effects import Notify
from domain.kernel.errors import Refused
from domain.kernel.events import Event
from domain.kernel.facts import Facts
from domain.kernel.handle import close
from domain.kernel.policy import Approver, Condition, ProcessPolicy, Route, Step
from domain.kernel.routing.case_roles import CaseRole
from domain.kernel.value import Value
from domain.kernel.values.message import N_, Message
from domain.kernel.values.money import Money
from domain.kernel.values.reference import Reference
from tests.domain.kernel.purchase import FINANCE, LINE, MONDAY, company, policy
from tests.support.given import Scenario


class Stage(StrEnum):
    DRAFT = "draft"
    IN_APPROVAL = "in_approval"
    RETURNED = "returned"
    BOOKING = "booking"
    BOOKED = "booked"


class Desk(StrEnum):
    TRAVEL_DESK = "travel desk"


class Trip(Value):
    traveller: Annotated[str, Reference("person")]
    place: Annotated[str, Field(max_length=80)]
    first_day: date
    cost: Money
    unit: Annotated[str, Reference("unit")]
    reason: Text
    seat: Annotated[str, Field(max_length=80)] | None = None


class RequestTrip(Trip, KeepDraft):
    pass


class BookTrip(Value):
    task: Annotated[str, Reference("task")]
    booking: Annotated[str, Field(max_length=80)]


class NoteCancelled(Value):
    reason: Text


class TripAsked(Drafted[Trip]):
    sentence = N_("{requester} asked for a trip")


class TripAmended(Amended[Trip]):
    sentence = N_("{by} changed the trip: {changed}")


class TripBooked(Event):
    sentence = N_("{by} booked it as {booking}")
    booking: str
    by: str
    at: datetime


class TripState(CaseState):
    document: Document[Trip] = Document[Trip]()
    booking: str | None = None


Wire = DecisionContext[TripState]


def check(facts: Facts, trip: Trip, _requester: str) -> None:
    if trip.traveller not in facts.organisation.people:
        raise Refused("unknown-person", "Nobody with the id {person} works here.", person=trip.traveller)


def desk(facts: Facts) -> tuple[str, ...]:
    return facts.organisation.holders("hr-partner", "company", facts.now.date())


def ask_for_booking(ctx: Wire, _event: ReviewApproved) -> None:
    place = ctx.state.document.the_content.place
    tasks.assign(ctx, kind="book", title=N_("Book {place}", place=place), subject="booking", basis="travel desk",
                assignees=desk(ctx.facts), command="book-trip", due_days=Decimal(3))  # fmt: skip


def book(ctx: Wire, payload: BookTrip) -> None:
    tasks.finish(ctx, payload.task)
    ctx.add(TripBooked(booking=payload.booking, by=ctx.command.actor, at=ctx.facts.now))
    until = ctx.facts.now + timedelta(days=30)
    ctx.add(DeadlineSet(deadline=Deadline(kind="end-of-trip", key="trip", at=until)))


def end(ctx: Wire, _payload: DeadlinePassed) -> None:
    close(ctx, status=Status.APPROVED, reason="the trip is over")


def note_cancelled(ctx: Wire, payload: NoteCancelled) -> None:
    close(ctx, status=Status.CANCELLED, reason=payload.reason)


def refuse_late_withdrawal(ctx: Wire, _payload: Withdraw) -> None:
    if is_approved(ctx.case):
        raise Refused("cancel-instead", "It is approved; ask the travel desk to cancel it.")


def evolve(state: TripState, event: Event) -> TripState:
    match event:
        case TripBooked(booking=booking):
            return state.model_copy(update={"booking": booking})
    return state


def stage(state: TripState) -> str | None:
    if not is_approved(state.case):
        return None
    return Stage.BOOKED if state.booking else Stage.BOOKING


def tell(before: TripState, event: Event, after: TripState) -> list[Notify]:
    return [Notify(to=after.case.subjects, about=N_("It is booked"))] if isinstance(event, TripBooked) else []


def title(trip: Trip) -> Message:
    return N_("A trip of {person} to {place}", person=trip.traveller, place=trip.place)


DOCUMENT = DocumentSpec(
    noun="trip", content=Trip, drafted=TripAsked, amended=TripAmended, title=title, check=check, amount="cost",
    material=frozenset(Trip.model_fields) - {"reason", "seat"}, subjects=lambda _facts, trip: (trip.traveller,),
    approved_as=frozenset({Stage.BOOKING}),
)  # fmt: skip
ROWS: tuple[CommandSpec[TripState, Any], ...] = (
    opening(DOCUMENT, "request-trip", RequestTrip, label=N_("ask for a trip"), help=N_("Asks for a trip.")),
    CommandSpec(
        name="book-trip", payload=BookTrip, by=(CaseRole.ASSIGNEE, Desk.TRAVEL_DESK), rule=book, label=N_("book"),
        help=N_("Says how it was booked."), when=frozenset({Stage.BOOKING}), to=frozenset({Stage.BOOKED}),
    ),
    CommandSpec(
        name="note-cancelled", payload=NoteCancelled, by=(CaseRole.SYSTEM,), rule=note_cancelled, label=N_("cancelled"),
        help=N_("Another case says that it is off."), to=frozenset({"cancelled"}),
    ),
)  # fmt: skip
DEFINITION: Definition[TripState] = Definition(
    name="trip",
    state=TripState,
    stages=Stage,
    includes=(document(DOCUMENT),),
    commands=ROWS,
    events=(TripBooked,),
    evolve=evolve,
    stage=stage,
    withdraws_from=frozenset({Stage.DRAFT, Stage.IN_APPROVAL, Stage.RETURNED}),
    ways=((Stage.BOOKED, "approved", "end of the trip"),),
    on=(Reaction(ReviewApproved, ask_for_booking),),
    guards=(Guard(Withdraw, refuse_late_withdrawal),),
    deadlines={"end-of-trip": end},
    effects=tell,
    roles=(RoleSpec(part=Desk.TRAVEL_DESK, holders=lambda _state, facts: desk(facts)),),
    parameters={"booking_days": 3},
)
TRIP = process_of(DEFINITION)

WISH = {
    "traveller": "e4", "place": "Chiang Mai", "first_day": "2026-05-01", "cost": "30000 THB", "unit": "dev",
    "reason": "to see them", "seat": "aisle",
}  # fmt: skip
ROUTE = Route(
    steps=(
        Step(name="line", title="Line", who=Approver(manager_of="beneficiary")),
        Step(
            name="money", title="Money", who=Approver(role="controller"),
            when=(Condition(field="cost", over="20000 THB"),),
        ),
    ),
    fallback=Approver(person="e1"),
)  # fmt: skip
POLICY = policy(LINE, FINANCE).model_copy(update={"processes": {"trip": ProcessPolicy(routes={"approval": ROUTE})}})

Play = Scenario[TripState]


def scene() -> Play:
    return Scenario(TRIP, Facts(now=MONDAY, organisation=company(), policy=POLICY), "trip-1")


def asked(**changes: Any) -> Play:
    return scene().when("request-trip", WISH | changes, by="e4")


def decided(play: Play, outcome: str = "approve", **more: Any) -> Play:
    task = play.open("decide")
    return play.when("decide", {"task": task.id, "outcome": outcome, **more}, by=task.assignees[0])


def approved(play: Play) -> Play:
    while any(task.kind == "decide" for task in play.case.tasks.values()):
        decided(play)
    return play


def booked(play: Play) -> Play:
    return play.when("book-trip", {"task": play.open("book").id, "booking": "B7"}, by="e7")
