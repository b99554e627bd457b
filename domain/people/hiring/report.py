"""The hiring report from what cases reached: times, funnel, acceptance, ages, seats against plan, what is late.

Pure, and of numbers only: no candidate is named and no salary told (HIR-15).
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from domain.kernel.showing.milestones import Milestones
from domain.kernel.showing.reporting import (
    CalendarOf,
    Late,
    ProcessReport,
    ReportQuery,
    Span,
    Spread,
    process_report,
    span,
    spread,
)
from domain.kernel.value import Value
from domain.organisation.model import Organisation
from domain.people.hiring.figures import Figures, Offers, Reached, Seats


class FunnelStep(Value):
    """Candidates who came this far, and which part of the step before and of all they are. None of nobody."""

    reached: Reached
    count: int
    of_previous: float | None
    of_all: float | None


class UnitSeats(Value):
    """One unit with all below it: its positions are the `plan`, on `held` somebody sits; `seats` are asked for."""

    unit: str
    plan: int
    held: int
    seats: Seats


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
