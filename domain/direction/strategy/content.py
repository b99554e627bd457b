"""What a plan says: options with the rejected ones, objectives with their measures, initiatives, assumptions."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.parameters import Parameters
from domain.kernel.routing.eligibility import today_of
from domain.kernel.value import Value
from domain.kernel.values.money import Amount
from domain.kernel.values.reference import Reference
from domain.organisation.units import refuse_ended

Id = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9][A-Za-z0-9-]*$")]
Words = Annotated[str, Field(max_length=4000)]
Short = Annotated[str, Field(min_length=1, max_length=300)]
Person = Annotated[str, Field(min_length=1, max_length=64), Reference("person")]
Line = Annotated[str, Field(max_length=80), Reference("budget-line")]

PARAMETERS = Parameters("strategy", {
    "most_objectives": 7,
    "preparation_days": 10,
    "consultation_days": 5,
    "choice_days": 5,
    "quarter_months": 3,
})  # fmt: skip


class Adding(StrEnum):
    """How the newest values of several parts become one number (STR-07). An amount can only be a sum or the last."""

    SUM = "sum"
    MEAN = "mean"
    WORST = "worst"
    LAST = "last"


class Option(Value):
    """What could be done. One that is not chosen stays, with why (STR-05)."""

    id: Id
    text: Short
    chosen: bool = False
    why: Short


class Objective(Value):
    """`unit` is what the measure counts in: a currency makes its values amounts (STR-07)."""

    id: Id
    text: Short
    owner: Person
    measure: Short
    unit: Annotated[str, Field(min_length=1, max_length=20)]
    source: Annotated[str, Field(max_length=300)] = ""
    baseline: Amount
    target: Amount
    due: date
    adding: Adding = Adding.LAST


class Initiative(Value):
    """What is done for objectives; money and people are linked later, and both may still be missing in a draft."""

    id: Id
    text: Short
    owner: Person
    objectives: Annotated[tuple[Id, ...], Field(max_length=20)] = ()
    lines: Annotated[tuple[Line, ...], Field(max_length=20)] = ()
    people: Annotated[tuple[Person, ...], Field(max_length=50)] = ()
    project: Annotated[str, Field(max_length=80)] | None = None


class Assumption(Value):
    """`signal` is the tripwire: what would show that it does not hold. Looked at on `by`, or whenever it is seen."""

    id: Id
    text: Short
    signal: Annotated[str, Field(max_length=300)] = ""
    option: Id
    owner: Person
    by: date


class Plan(Value):
    """The content of a plan. In preparation most of it is still empty."""

    id: Id
    name: Short
    unit: Annotated[str, Field(max_length=80), Reference("unit")]
    starts: date
    ends: date
    scan: Words = ""
    ambition: Words = ""
    options: Annotated[tuple[Option, ...], Field(max_length=30)] = ()
    objectives: Annotated[tuple[Objective, ...], Field(max_length=30)] = ()
    assumptions: Annotated[tuple[Assumption, ...], Field(max_length=50)] = ()
    initiatives: Annotated[tuple[Initiative, ...], Field(max_length=60)] = ()
    reason: Words = ""


def check_period(facts: Facts, plan: Plan) -> None:
    """Raises Refused `no-such-unit`, `plan-period`."""
    if plan.unit not in facts.organisation.units:
        raise Refused("no-such-unit", "There is no unit {unit}; name one of the organisation.", unit=plan.unit)
    refuse_ended(facts.organisation, plan.unit, facts.now.date())
    if plan.ends <= plan.starts:
        template = "The plan ends on {ends}, not after it starts on {starts}; name a later day."
        raise Refused("plan-period", template, ends=plan.ends.isoformat(), starts=plan.starts.isoformat())


def check_options(_facts: Facts, plan: Plan) -> None:
    """Raises Refused `same-id`, `nothing-chosen`."""
    _refuse_same(option.id for option in plan.options)
    if not any(option.chosen for option in plan.options):
        raise Refused("nothing-chosen", "None of the options is chosen; choose one at least.")


def check_objectives(facts: Facts, plan: Plan) -> None:
    """Each has owner, measure with source, baseline, target and date; at most N of them (STR-01).

    Raises Refused `same-id`, `too-many-objectives`, and what an objective or an assumption lacks.
    """
    _refuse_same(objective.id for objective in plan.objectives)
    most = int(PARAMETERS.number(facts, "most_objectives"))
    if not 1 <= len(plan.objectives) <= most:
        template = "A plan has 1 to {most} objectives, this one has {count}; choose those that count most."
        raise Refused("too-many-objectives", template, most=most, count=len(plan.objectives))
    for objective in plan.objectives:
        check_objective(facts, objective)
    _refuse_same(assumption.id for assumption in plan.assumptions)
    for assumption in plan.assumptions:
        _check_assumption(facts, plan, assumption)


def check_objective(facts: Facts, objective: Objective) -> None:
    """Raises Refused `no-source`, `no-way-to-go`, `past-day`, `adds-up-wrong`, `unknown-person`."""
    if not objective.source.strip():
        template = "Objective {id} does not say where its measure is read; name the report, the system or the file."
        raise Refused("no-source", template, id=objective.id)
    if objective.baseline == objective.target:
        template = "Objective {id} starts at its target; name a baseline and a target that differ."
        raise Refused("no-way-to-go", template, id=objective.id)
    if objective.unit == "%" and objective.adding is Adding.SUM:
        template = "Objective {id} counts in percent, and percents are not added up; choose mean, worst or last."
        raise Refused("adds-up-wrong", template, id=objective.id)
    if is_amount(objective) and objective.adding in (Adding.MEAN, Adding.WORST):
        template = "Objective {id} counts in {unit}: amounts add up as amounts; choose sum or last."
        raise Refused("adds-up-wrong", template, id=objective.id, unit=objective.unit)
    _check_person(facts, objective.owner, objective.due)


def check_initiatives(facts: Facts, plan: Plan) -> None:
    """Each points to objectives (STR-02). Raises Refused `same-id`, `orphan-initiative`, `unknown-person`."""
    _refuse_same(initiative.id for initiative in plan.initiatives)
    known = {objective.id for objective in plan.objectives}
    for initiative in plan.initiatives:
        if not initiative.objectives or set(initiative.objectives) - known:
            template = "Initiative {id} must point to objectives of this plan; there are: {known}."
            raise Refused("orphan-initiative", template, id=initiative.id, known=", ".join(sorted(known)))
        _check_person(facts, initiative.owner, None)


def check_links(facts: Facts, plan: Plan) -> None:
    """Each initiative has money and people (STR-02). Raises Refused `not-linked`, `no-such-line`, `unknown-person`."""
    for initiative in plan.initiatives:
        if not initiative.lines or not initiative.people:
            template = "Initiative {id} needs a budget line and people; name one of each at least."
            raise Refused("not-linked", template, id=initiative.id)
        for line in initiative.lines:
            if line not in facts.organisation.budget_lines:
                raise Refused("no-such-line", "There is no budget line {line}; choose one of the list.", line=line)
        for person in initiative.people:
            _check_person(facts, person, None)


def check(facts: Facts, plan: Plan, _requester: str = "") -> None:
    """What is asked of a plan that is to be approved: everything."""
    for each in (check_period, check_options, check_objectives, check_initiatives, check_links):
        each(facts, plan)


def is_amount(objective: Objective) -> bool:
    """Whether its values are money: its unit is a currency."""
    return len(objective.unit) == 3 and objective.unit.isalpha() and objective.unit.isupper()


def _check_assumption(facts: Facts, plan: Plan, assumption: Assumption) -> None:
    if not assumption.signal.strip():
        template = "Assumption {id} has no tripwire; say what would show that it does not hold."
        raise Refused("no-tripwire", template, id=assumption.id)
    if assumption.option not in {option.id for option in plan.options if option.chosen}:
        template = "Assumption {id} must name the chosen option that it carries."
        raise Refused("no-such-option", template, id=assumption.id)
    _check_person(facts, assumption.owner, assumption.by)


def _check_person(facts: Facts, person: str, by: date | None) -> None:
    today = today_of(facts, person)
    if not facts.organisation.works_here(person, today):
        raise Refused("unknown-person", "Nobody with the id {person} works here.", person=person)
    if by is not None and by < today:
        raise Refused(
            "past-day", "{day} is over; name a day from {today} on.", day=by.isoformat(), today=today.isoformat()
        )


def _refuse_same(ids: Iterable[str]) -> None:
    known: set[str] = set()
    for id_ in ids:
        if id_ in known:
            raise Refused("same-id", "Two entries have the id {id}; give each its own.", id=id_)
        known.add(id_)
