"""The numbers of one hiring that reports are made of: no personal data, no salaries (HIR-15). Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from domain.kernel.cases.case import Status
from domain.kernel.events import Event
from domain.kernel.value import Value
from domain.people.hiring import events as e
from domain.people.hiring.state import HiringState, OfferStatus, RequisitionStatus

_HIRED = (OfferStatus.ACCEPTED, OfferStatus.FILLED)


class Reached(StrEnum):
    """How far a candidate came, in order. Whoever reached one counts for all before it."""

    ADDED = "added"
    ADVANCED = "advanced"
    INTERVIEWED = "interviewed"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    FILLED = "filled"


class Hire(Value):
    """A seat that somebody accepted and still has: when (UTC), the first day of work, and when probation was passed."""

    accepted_at: datetime
    starts_on: date
    filled_at: datetime | None


class Offers(Value):
    """Offers that were sent out, by what became of them. `withdrawn` were taken back before an answer.

    Of the candidates of these, `stepped_back` did so before or after accepting (HIR-17).
    """

    extended: int
    accepted: int
    declined: int
    lapsed: int
    withdrawn: int
    waiting: int
    stepped_back: int = 0

    @property
    def answered(self) -> int:
        """Those whose time is over: answered, or lapsed."""
        return self.accepted + self.declined + self.lapsed


class Seats(Value):
    """`asked` wait for approval; of those `approved`, `taken` are accepted, `open` are not, and `filled` confirmed."""

    asked: int = 0
    approved: int = 0
    taken: int = 0
    filled: int = 0
    open: int = 0

    def __add__(self, other: "Seats") -> "Seats":
        mine, theirs = self.model_dump(), other.model_dump()
        return Seats(**{name: mine[name] + theirs[name] for name in mine})


class Figures(Value):
    """`funnel` counts candidates by what they reached at least; `offered_at` is the first offer sent (UTC)."""

    position: str | None = None
    grade: int | None = None
    hiring_manager: str | None = None
    seats: Seats = Seats()
    funnel: dict[Reached, int] = {}
    offers: Offers = Offers(extended=0, accepted=0, declined=0, lapsed=0, withdrawn=0, waiting=0)
    offered_at: datetime | None = None
    hires: tuple[Hire, ...] = ()


def milestones(event: Event) -> Sequence[str]:
    """What the event reached: for each candidate how far they came, for each offer its acceptance."""
    match event:
        case e.CandidateAdvanced():
            return (_mark(Reached.ADVANCED, event.candidate),)
        case e.ScorecardSubmitted():
            return (_mark(Reached.INTERVIEWED, event.candidate),)
        case e.OfferExtended():
            return Reached.OFFERED, _mark(Reached.OFFERED, event.candidate)
        case e.OfferAccepted():
            return _mark(Reached.ACCEPTED, event.candidate), _mark(Reached.ACCEPTED, event.offer)
        case e.SeatFilled():
            return _mark(Reached.FILLED, event.candidate), _mark(Reached.FILLED, event.offer)
    return ()


def figures(state: HiringState, first: Mapping[str, datetime]) -> dict[str, Any]:
    """The figures as JSON keeps them. `first` is by milestone when it was reached."""
    requisition, team = state.requisition, state.team
    return Figures(
        position=requisition.position if requisition else None, grade=requisition.grade if requisition else None,
        hiring_manager=team.hiring_manager if team else None, seats=_seats(state), funnel=_funnel(state, first),
        offers=_offers(state, first), offered_at=first.get(Reached.OFFERED), hires=_hires(state, first),
    ).model_dump(mode="json")  # fmt: skip


def _seats(state: HiringState) -> Seats:
    """Approval that a material change voided counts again once it is given anew; seats that are taken stay (HIR-07)."""
    taken, filled = len(state.offers_in(*_HIRED)), len(state.offers_in(OfferStatus.FILLED))
    wanted = state.requisition.seats if state.requisition else 0
    match state.case.closed, state.status:
        case Status.APPROVED, _:
            asked, approved = 0, max(wanted, taken)
        case None, RequisitionStatus.APPROVED:
            asked, approved = 0, max(wanted, taken)
        case None, RequisitionStatus.IN_APPROVAL | RequisitionStatus.RETURNED:
            asked, approved = max(wanted - taken, 0), taken
        case _:
            asked, approved = 0, taken
    return Seats(asked=asked, approved=approved, taken=taken, filled=filled, open=approved - taken)


def _funnel(state: HiringState, first: Mapping[str, datetime]) -> dict[Reached, int]:
    furthest = [
        max(number for number, reached in enumerate(Reached) if number == 0 or _mark(reached, candidate) in first)
        for candidate in state.candidates
    ]
    return {reached: sum(each >= number for each in furthest) for number, reached in enumerate(Reached)}


def _offers(state: HiringState, first: Mapping[str, datetime]) -> Offers:
    sent = [offer for offer in state.offers.values() if offer.until is not None]
    accepted = sum(_mark(Reached.ACCEPTED, offer.id) in first for offer in sent)
    declined, lapsed, waiting = (
        sum(offer.status is status for offer in sent)
        for status in (OfferStatus.DECLINED, OfferStatus.LAPSED, OfferStatus.EXTENDED)
    )
    back = [offer for offer in sent if offer.status is OfferStatus.STEPPED_BACK]
    early = [offer for offer in back if _mark(Reached.ACCEPTED, offer.id) not in first]
    return Offers(
        extended=len(sent), accepted=accepted, declined=declined, lapsed=lapsed,
        withdrawn=len(sent) - accepted - declined - lapsed - waiting - len(early), waiting=waiting,
        stepped_back=len(back),
    )  # fmt: skip


def _hires(state: HiringState, first: Mapping[str, datetime]) -> tuple[Hire, ...]:
    found = (
        Hire(
            accepted_at=first[_mark(Reached.ACCEPTED, offer.id)],
            starts_on=offer.terms.start_date,
            filled_at=first.get(_mark(Reached.FILLED, offer.id)),
        )
        for offer in state.offers_in(*_HIRED)
    )
    return tuple(sorted(found, key=lambda hire: hire.accepted_at))


def _mark(reached: Reached, what: str) -> str:
    return f"{reached}/{what}"
