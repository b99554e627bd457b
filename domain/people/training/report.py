"""Reports of training: coverage, single points of failure, certificates that end, levels for the money (TRN-08)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from domain.kernel.report import ReportSpec, Snapshot
from domain.kernel.value import Value
from domain.kernel.values.message import N_
from domain.kernel.values.money import Money
from domain.kernel.values.rounding import split
from domain.organisation.browsing import units_of
from domain.organisation.model import Organisation
from domain.organisation.qualifications import (
    RuleImpact,
    blocking,
    gap_in,
    held_level,
    hit_by,
    last_day,
    newest,
    required_levels,
)
from domain.people.training.repayment import Repayment, repayment_of
from domain.people.training.state import NeedState


class Coverage(Value):
    """Of the people of a team whose position asks for a skill: how many have the level, how many only claim it."""

    unit: str
    skill: str
    needed: int
    covered: int
    claimed: int
    gap: int


class SinglePoint(Value):
    """The only person of a team who has shown a skill that its positions ask for."""

    unit: str
    skill: str
    person: str


class Ending(Value):
    """A certificate with its last day; `blocks` are the roles that its holder cannot act in by now."""

    person: str
    certificate: str
    ends: date
    expired: bool
    blocks: tuple[str, ...] = ()


class Closed(Value):
    """Levels that needs of one currency closed, for what; `per_level` is None where none was closed."""

    needs: int
    levels: int
    spent: Money
    per_level: Money | None


class TrainingReport(Value):
    as_of: datetime
    coverage: tuple[Coverage, ...]
    single_points: tuple[SinglePoint, ...]
    endings: tuple[Ending, ...]
    coming_rules: tuple[RuleImpact, ...]
    closed: tuple[Closed, ...]
    repayments: tuple[Repayment, ...]


class TrainingQuestion(Value):
    """Of which unit and those below it; None for all that the reader may see."""

    unit: Annotated[str | None, Field(max_length=80)] = None


def of_snapshot(source: Snapshot, question: TrainingQuestion) -> TrainingReport:
    """The report as the log has it then; of units that the reader may see. Raises Refused `unknown-unit`."""
    organisation, units = source.organisation, source.units
    if question.unit is not None:
        within = units_of(organisation, question.unit, below=True)
        units = within if units is None else units & within
    states = [state for state in source.of("training").values() if state.document.content is not None]
    needs = [state for state in states if units is None or state.case.unit in units]
    day = organisation.day_of(None, source.at)
    return training_report(organisation, needs, units=units, day=day, as_of=source.at)


def training_report(
    organisation: Organisation, needs: Sequence[NeedState], *, units: frozenset[str] | None, day: date, as_of: datetime
) -> TrainingReport:
    """Of the people in `units` (None: of all) on a day, and of these needs."""
    people = tuple(_people(organisation, units, day))
    return TrainingReport(
        as_of=as_of,
        coverage=coverage(organisation, people, day),
        single_points=single_points(organisation, people, day),
        endings=endings(organisation, people, day),
        coming_rules=tuple(
            hit
            for rules in organisation.certificate_rules.values()
            for rule in rules
            if rule.start > day
            for hit in hit_by(organisation, rule)
            if hit.person in people
        ),
        closed=closed_for(needs),
        repayments=tuple(
            found
            for state in needs
            if (known := organisation.people.get(state.need.person)) is not None
            if (found := repayment_of(state, known.end)) is not None
        ),
    )


def coverage(organisation: Organisation, people: Iterable[str], day: date) -> tuple[Coverage, ...]:
    """By team and skill, the emptiest first."""
    found: dict[tuple[str, str], list[int]] = {}
    for person in people:
        for skill, level in required_levels(organisation, person, day).items():
            gap = gap_in(organisation, person, skill, level)
            counts = found.setdefault((organisation.unit_of(person, day) or "", skill), [0, 0, 0, 0])
            counts[0] += 1
            counts[1] += gap.levels <= 0
            counts[2] += gap.levels > 0 and gap.claimed >= level
            counts[3] += max(gap.levels, 0)
    rows = (
        Coverage(unit=unit, skill=skill, needed=n, covered=covered, claimed=claimed, gap=gap)
        for (unit, skill), (n, covered, claimed, gap) in found.items()
    )
    return tuple(sorted(rows, key=lambda row: (row.covered / row.needed, row.unit, row.skill)))


def single_points(organisation: Organisation, people: Iterable[str], day: date) -> tuple[SinglePoint, ...]:
    """Skills that a team's positions ask for and that one person of it alone has shown at that level."""
    teams: dict[str, list[str]] = {}
    for person in people:
        teams.setdefault(organisation.unit_of(person, day) or "", []).append(person)
    found = []
    for unit, members in sorted(teams.items()):
        wanted: dict[str, int] = {}
        for person in members:
            for skill, level in required_levels(organisation, person, day).items():
                wanted[skill] = max(level, wanted.get(skill, 0))
        for skill, level in sorted(wanted.items()):
            able = [person for person in members if held_level(organisation, person, skill) >= level]
            if len(able) == 1:
                found.append(SinglePoint(unit=unit, skill=skill, person=able[0]))
    return tuple(found)


def endings(organisation: Organisation, people: Iterable[str], day: date) -> tuple[Ending, ...]:
    """The calendar of certificates that end or have ended, the earliest first."""
    found = []
    for person in people:
        for name in sorted({one.certificate for one in organisation.certificates_held.get(person, ())}):
            held = newest(organisation, person, name)
            ends = last_day(organisation, held, day) if held else None
            if ends is not None:
                found.append(
                    Ending(person=person, certificate=name, ends=ends, expired=ends < day,
                           blocks=_blocked(organisation, person, name, day))
                )  # fmt: skip
    return tuple(sorted(found, key=lambda one: (one.ends, one.person, one.certificate)))


def closed_for(needs: Iterable[NeedState]) -> tuple[Closed, ...]:
    """What completed courses cost, and the levels that were shown afterwards, by currency."""
    found: dict[str, list[NeedState]] = {}
    for state in needs:
        if state.completed is not None and state.need.cost is not None:
            found.setdefault(state.need.cost.currency, []).append(state)
    return tuple(_closed(states) for _, states in sorted(found.items()))


def _closed(states: Sequence[NeedState]) -> Closed:
    costs = [state.need.cost for state in states if state.need.cost is not None]
    spent = sum(costs[1:], costs[0])
    levels = sum(state.levels for state in states)
    each = split(spent, [1] * levels)[0] if levels else None
    return Closed(needs=len(states), levels=levels, spent=spent, per_level=each)


def _people(organisation: Organisation, units: frozenset[str] | None, day: date) -> Iterable[str]:
    for person in sorted(organisation.people):
        if organisation.works_here(person, day) and (units is None or organisation.unit_of(person, day) in units):
            yield person


def _blocked(organisation: Organisation, person: str, certificate: str, day: date) -> tuple[str, ...]:
    roles = sorted(
        {holding.role for holding in organisation.roles if holding.person == person and holding.holds_on(day)}
    )
    return tuple(role for role in roles if blocking(organisation, person, role, day) == certificate)


TRAINING_REPORT: ReportSpec[Snapshot, TrainingQuestion, TrainingReport] = ReportSpec(
    name="training", title=N_("How training stands"), question=TrainingQuestion, processes=("training",),
    build=of_snapshot,
)  # fmt: skip
