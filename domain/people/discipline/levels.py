"""How heavy an outcome can be: the level table, the warnings that are active on the day, and what others got."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from domain.kernel.command import Command
from domain.kernel.duty import Every
from domain.kernel.effects import Claim, ClaimQuery, HeldClaim, Release
from domain.kernel.events import Event
from domain.kernel.facts import Facts
from domain.kernel.value import Value
from domain.people.discipline import events as e
from domain.people.discipline.state import DisciplineState
from domain.people.discipline.terms import WARNINGS, Gravity, Measure, Stage, highest, number

WARNING, PRECEDENT = "discipline-warning", "discipline-outcome"
"""Claims: an active warning by employee (`<measure>|<first day without>`), a final outcome by clause."""
_MONTHS = {Measure.VERBAL: "months_verbal", Measure.FIRST: "months_first", Measure.FINAL: "months_final"}


def active_warnings(facts: Facts, employee: str, day: date, *, case: str) -> tuple[Measure, ...]:
    """The warnings of this person in other cases that count on `day`, the heaviest last (DIS-04)."""
    held = [one for one in facts.claims if (one.claim.kind, one.claim.key) == (WARNING, employee)]
    warnings = [_warning(one) for one in held if one.stream != case]
    return tuple(sorted((measure for measure, until in warnings if until > day), key=lambda measure: measure.rank))


def _warning(held: HeldClaim) -> tuple[Measure, date]:
    measure, _, until = held.claim.item.partition("|")
    return Measure(measure), date.fromisoformat(until)


def bound(facts: Facts, gravity: Gravity, active: Sequence[Measure]) -> Measure:
    """The heaviest measure that is allowed: by the table, or one above the heaviest active warning."""
    above = [tuple(Measure)[measure.rank + 1] for measure in active]
    above = [Measure.DISMISSAL if measure is Measure.DEMOTION else measure for measure in above]
    return max((highest(facts, gravity), *above), key=lambda measure: measure.rank)


def until(facts: Facts, employee: str, measure: Measure, since: date) -> date | None:
    """The first day on which a warning no longer counts; None for what does not lapse."""
    if measure not in WARNINGS:
        return None
    return Every(months=max(number(facts, _MONTHS[measure]), 1)).after(facts, employee, since)


def similar(facts: Facts, clause: str) -> tuple[e.Similar, ...]:
    """How final cases of this clause came out: counted, without names and ids (DIS-10)."""
    counted = Counter(held.claim.item for held in facts.claims if _is_precedent(held, clause))
    found = [(item.split("|"), times) for item, times in sorted(counted.items())]
    return tuple(
        e.Similar(gravity=Gravity(gravity), measure=Measure(measure), year=int(year), times=times)
        for (gravity, measure, year), times in found
    )


def _is_precedent(held: HeldClaim, clause: str) -> bool:
    return (held.claim.kind, held.claim.key) == (PRECEDENT, clause)


def needs(state: DisciplineState, command: Command, _payload: Value) -> list[ClaimQuery]:
    """What deciding needs of other cases: the person's warnings, and how the clause was treated before."""
    if command.name not in {"record-hearing", "decide-outcome", "decide"} or not state.employee:
        return []
    return [ClaimQuery(kind=WARNING, key=state.employee), ClaimQuery(kind=PRECEDENT, key=state.clause)]


def claims(before: DisciplineState, event: Event) -> Sequence[Claim | Release]:
    match event:
        case e.OutcomeIssued(measure=measure, until=date() as until):
            return [Claim(kind=WARNING, key=before.employee, item=_item(measure, until))]
        case e.AppealDecided(measure=measure, until=until):
            again = [Claim(kind=WARNING, key=before.employee, item=_item(measure, until))] if until else []
            return [*_release_warning(before), *_release_precedent(before), *again]
        case e.OutcomeFinal(measure=measure) if measure is not Measure.NONE:
            return [Claim(kind=PRECEDENT, key=before.clause, item=_precedent(before, measure))]
        case e.MeasureLapsed():
            return list(_release_warning(before))
        case e.CaseConcluded(how=how):
            gone = [] if how is Stage.LAPSED else _release_precedent(before)
            return [*_release_warning(before), *gone]
    return []


def _item(measure: Measure, until: date) -> str:
    return f"{measure.value}|{until.isoformat()}"


def _release_warning(before: DisciplineState) -> Iterator[Release]:
    outcome = before.outcome
    if outcome and outcome.until and not before.lapsed:
        yield Release(kind=WARNING, key=before.employee, item=_item(outcome.measure, outcome.until))


def _release_precedent(before: DisciplineState) -> Iterator[Release]:
    if before.outcome and before.outcome.final:
        yield Release(kind=PRECEDENT, key=before.clause, item=_precedent(before, before.outcome.measure))


def _precedent(state: DisciplineState, measure: Measure) -> str:
    assert state.outcome is not None
    return f"{state.gravity.value}|{measure.value}|{state.outcome.since.year}"
