"""A policy as tables that a controller can read: for each route a row for each kind of case, a column for each step."""

from collections.abc import Iterator
from datetime import date

from application.wording.policy_words import NONE, PolicyWords
from domain.kernel.policy import Policy, Route, Step
from domain.kernel.value import Value
from domain.organisation.model import Organisation
from domain.organisation.policy_world import World

COMES = "✓"


class Column(Value):
    """A step: who decides it in words, how many, by when; and `people`, the ids of those whom a unit's cases find."""

    step: str
    title: str
    who: str
    quorum: str
    due_days: str
    authority: str
    people: tuple[str, ...] = ()


class Line(Value):
    """The cases that a row is for, in words, and what each step does there: ✓, – or its own condition."""

    cases: str
    cells: tuple[str, ...]


class RouteTable(Value):
    process: str
    route: str
    fallback: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]


def tables(
    policy: Policy, words: PolicyWords, organisation: Organisation, today: date, *, unit: str | None = None
) -> Iterator[RouteTable]:
    """Every route of the policy. With a unit also the people whom its cases ask, before anybody is excluded."""
    world = World(organisation, policy, today)
    for process, own in policy.processes.items():
        for name, route in own.routes.items():
            columns = tuple(_column(step, words, world.people(step.who, unit) if unit else ()) for step in route.steps)
            fallback = words.value("fallback", route.fallback.model_dump(mode="json")) if route.fallback else NONE
            lines = tuple(_lines(route, words))
            yield RouteTable(process=process, route=name, fallback=fallback, columns=columns, lines=lines)


def _column(step: Step, words: PolicyWords, people: tuple[str, ...]) -> Column:
    told = step.model_dump(mode="json")
    return Column(
        step=step.name,
        title=words.value("title", step.title),
        who=words.approver(told["who"]),
        quorum=words.quorum(step.quorum),
        due_days=told["due_days"],
        authority=words.value("authority", told["authority"]),
        people=people,
    )


def _lines(route: Route, words: PolicyWords) -> Iterator[Line]:
    for row in route.rows:
        when = row.model_dump(mode="json")["when"]
        cases = words.row(when) if route.table else words.conditions(())
        yield Line(cases=cases, cells=tuple(_cell(step, row.steps, words) for step in route.steps))


def _cell(step: Step, named: tuple[str, ...], words: PolicyWords) -> str:
    if step.name not in named:
        return NONE
    return words.only_if(step.model_dump(mode="json")["when"]) if step.when else COMES
