"""Whoever would be asked and is not there: others are, so that nothing lies about (KRN-13, KRN-24)."""

from collections.abc import Iterable

from domain.kernel.delegation import impartial
from domain.kernel.facts import Facts
from domain.kernel.policy import Step
from domain.kernel.routing.eligibility import StepQuery, acted_already, bar, needed, objection, today_of
from domain.kernel.routing.sources import line_of


def besides(question: StepQuery, step: Step, people: Iterable[str]) -> tuple[str, ...]:
    """For each of `people` the nearest manager who is there and may decide; nobody while one of `people` is there.

    Somebody is there who is not out of the office today, or for whom somebody stands in who may decide this.
    """
    asked = tuple(people)
    if any(_there(question, step, person) for person in asked):
        return ()
    found = (_above(question, step, person, asked) for person in asked)
    return tuple(dict.fromkeys(boss for boss in found if boss))


def still_here(facts: Facts, people: Iterable[str]) -> tuple[str, ...]:
    """`people` without those who left; if all did, whoever was named to follow each, else the nearest manager.

    Somebody outside the organisation is here. If there is nobody at all, `people` as they are: the ladder goes on.
    """
    asked = tuple(dict.fromkeys(people))
    here = tuple(person for person in asked if not _left(facts, person))
    heirs = (heir for person in asked for heir in _heirs(facts, person))
    return here or tuple(dict.fromkeys(heirs)) or asked


def _left(facts: Facts, person: str) -> bool:
    day = today_of(facts, person)
    return person in facts.organisation.people and not facts.organisation.works_here(person, day)


def _heirs(facts: Facts, person: str) -> tuple[str, ...]:
    organisation, day = facts.organisation, today_of(facts, person)
    named = organisation.people[person].successor
    line = (named, *organisation.line_above(person, day)) if named else organisation.line_above(person, day)
    return tuple(one for one in line if not _left(facts, one))[:1]


def _above(question: StepQuery, step: Step, person: str, asked: tuple[str, ...]) -> str | None:
    fit = (boss for boss in line_of(question, person) if boss not in asked and objection(question, step, boss) is None)
    return next((boss for boss in fit if _there(question, step, boss)), None)


def _there(question: StepQuery, step: Step, person: str) -> bool:
    """By as many delegations after each other as the policy allows, past nobody who may not decide (KRN-21)."""
    reached = {person}
    for _ in range(question.facts.hops):
        if not all(_out_of_office(question, one) for one in reached):
            return True
        reached = {one for principal in reached for one in _stand_ins(question, step, principal)}
    return not all(_out_of_office(question, one) for one in reached)


def _out_of_office(question: StepQuery, person: str) -> bool:
    facts = question.facts
    return any(one.out_of_office for one in facts.delegations.of_principal(person, facts.now))


def _stand_ins(question: StepQuery, step: Step, person: str) -> Iterable[str]:
    """Those who may decide this step for `person` today."""
    facts, matter = question.facts, question.matter
    units = facts.organisation.units_above(matter.unit)
    amount = needed(question, step) or matter.amount
    for one in facts.delegations.of_principal(person, facts.now):
        covered = one.scope.covers(process=question.case.process, units=units, amount=amount)
        if (
            covered
            and impartial((one,), question.parties)
            and not (bar(question, one.delegate) or acted_already(question, step, one.delegate))
        ):
            yield one.delegate
