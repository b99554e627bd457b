"""The hiring report from what cases reached: times, funnel, acceptance, ages, seats against plan, what is late.

Pure, and of numbers only: no candidate is named and no salary told (HIR-15).
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from domain.kernel.showing.milestones import Milestones
from domain.kernel.showing.reporting import (
    CalendarOf,
    Funnel,
    FunnelStep,
    Late,
    Mark,
    ProcessReport,
    ReportQuery,
    Span,
    Spread,
    UnitTable,
    process_report,
    span,
    spread,
)
from domain.kernel.value import Value
from domain.kernel.values.message import N_, Message
from domain.organisation.model import Organisation
from domain.people.hiring.figures import Figures, Offers, Reached, Seats


class UnitSeats(Value):
    """One unit with all below it: its positions are the `plan`, on `held` somebody sits; `seats` are asked for."""

    unit: str
    plan: int
    held: int
    seats: Seats

    @property
    def numbers(self) -> tuple[int, ...]:
        seats = self.seats
        return (self.plan, self.held, seats.asked, seats.approved, seats.taken, seats.filled, seats.open)


class HiringReport(ProcessReport):
    """As a report of any process, and besides of the chosen cases: times, funnel and offers; seats of all.

    `to_fill` is from approval to acceptance, `to_start` from approval to the first day of work if it has come, for each
    seat. `acceptance_rate` is the part of answered and lapsed offers that was accepted, None before the first.
    """

    to_fill: Spread
    to_start: Spread
    funnel: tuple[FunnelStep, ...]
    offers: Offers
    acceptance_rate: float | None
    seats: tuple[UnitSeats, ...]

    @property
    def spreads(self) -> tuple[tuple[Message, Spread], ...]:
        return (*super().spreads, (N_("to fill"), self.to_fill), (N_("to start"), self.to_start))

    @property
    def marks(self) -> tuple[Mark, ...]:
        many = N_("{count} measured, median of working days", count=str(self.to_fill.count))
        answered = N_(
            "{accepted} of {answered} that were answered or lapsed; {sent} were sent",
            accepted=str(self.offers.accepted), answered=str(self.offers.answered), sent=str(self.offers.extended),
        )  # fmt: skip
        left = N_("approved and not taken")
        return (
            Mark(label=N_("Time to fill"), note=many, span=self.to_fill.median),
            Mark(label=N_("Offers accepted"), note=answered, part=self.acceptance_rate),
            Mark(label=N_("Seats still open"), note=left, count=sum(row.seats.open for row in self._tops())),
        )

    def _tops(self) -> list[UnitSeats]:
        """The rows that hold all others: each has the seats of everything below it."""
        largest = [max(self.seats, key=lambda row: row.plan)] if self.seats else []
        return [row for row in self.seats if row.unit == self.unit] or largest

    @property
    def reached(self) -> Funnel:
        return Funnel(
            title=N_("Funnel of candidates"), head=N_("Candidates"), none=N_("No candidates yet."), steps=self.funnel,
            told=N_("How far candidates came: each step counts everyone who reached it or a later one."),
        )  # fmt: skip

    @property
    def by_unit(self) -> UnitTable:
        """Units about which there is nothing to tell are left out."""
        return UnitTable(
            title=N_("Seats against plan"),
            caption=N_("Each unit with all below it: its positions are the plan, and seats are asked for"),
            heads=(N_("Plan"), N_("Held"), N_("Asked for"), N_("Approved"), N_("Taken"), N_("Filled"), N_("Open")),
            rows=tuple((row.unit, row.numbers) for row in self.seats if row.seats.asked or row.seats.approved),
        )


def hiring_report(
    question: ReportQuery,
    rows: Sequence[Milestones],
    late: Iterable[Late],
    *,
    organisation: Organisation,
    calendars: CalendarOf,
) -> HiringReport:
    """The report of the hirings `rows` and their `late` tasks, of the units that the question is about."""
    chosen = [row for row in rows if question.holds(row.unit) and question.chooses(row, calendars)]
    figures = [Figures.model_validate(row.figures) for row in chosen]
    offers = _offers(figures)
    return HiringReport(
        **dict(process_report("hiring", question, rows, late, calendars)),
        to_fill=spread(_to_fill(chosen, figures, calendars)),
        to_start=spread(_to_start(chosen, figures, calendars, question.as_of)),
        funnel=_funnel(figures),
        offers=offers,
        acceptance_rate=_part(offers.accepted, offers.answered),
        seats=_seats([row for row in rows if question.holds(row.unit)], question, organisation, calendars),
    )


def _to_fill(rows: Sequence[Milestones], figures: Sequence[Figures], calendars: CalendarOf) -> list[Span]:
    return [
        span(calendars(row.unit), row.approved_at, hire.accepted_at)
        for row, own in zip(rows, figures, strict=True)
        for hire in own.hires
        if row.approved_at is not None
    ]


def _to_start(
    rows: Sequence[Milestones], figures: Sequence[Figures], calendars: CalendarOf, now: datetime
) -> list[Span]:
    found = []
    for row, own in zip(rows, figures, strict=True):
        calendar = calendars(row.unit)
        begins = [
            datetime.combine(hire.starts_on, time(0), ZoneInfo(calendar.zone)).astimezone(UTC) for hire in own.hires
        ]
        found += [span(calendar, row.approved_at, at) for at in begins if row.approved_at is not None and at <= now]
    return found


def _funnel(figures: Sequence[Figures]) -> tuple[FunnelStep, ...]:
    counts = [sum(own.funnel.get(reached, 0) for own in figures) for reached in Reached]
    return tuple(
        FunnelStep(
            reached=reached,
            count=count,
            of_previous=_part(count, counts[number - 1]) if number else None,
            of_all=_part(count, counts[0]),
        )
        for number, (reached, count) in enumerate(zip(Reached, counts, strict=True))
    )


def _offers(figures: Sequence[Figures]) -> Offers:
    return Offers(**{name: sum(getattr(own.offers, name) for own in figures) for name in Offers.model_fields})


def _seats(
    rows: Sequence[Milestones], question: ReportQuery, organisation: Organisation, calendars: CalendarOf
) -> tuple[UnitSeats, ...]:
    """By unit, each with all below it; `rows` are those of the units in question."""
    asked, plan, held = dict[str, Seats](), dict[str, int](), dict[str, int]()
    for row in rows:
        own = Figures.model_validate(row.figures).seats
        for unit in organisation.units_above(row.unit):
            asked[unit] = asked.get(unit, Seats()) + own
    for position in organisation.positions.values():
        if not question.holds(position.unit):
            continue
        day = calendars(position.unit).local_date(question.as_of)
        sits = organisation.holder_of(position.id, day) is not None
        for unit in organisation.units_above(position.unit):
            plan[unit], held[unit] = plan.get(unit, 0) + 1, held.get(unit, 0) + sits
    return tuple(
        UnitSeats(unit=unit, plan=plan.get(unit, 0), held=held.get(unit, 0), seats=asked.get(unit, Seats()))
        for unit in organisation.units
        if question.holds(unit)
    )


def _part(count: int, of: int) -> float | None:
    return round(count / of, 4) if of else None
