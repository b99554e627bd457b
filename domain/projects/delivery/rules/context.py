"""What the rules of a project share: who decides what, days, tasks of the project."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from domain.kernel.deciding import tasks
from domain.kernel.decision_context import DecisionContext
from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.parameters import Parameters
from domain.kernel.routing.days import working_day_end
from domain.kernel.routing.eligibility import today_of
from domain.kernel.values.message import Message
from domain.organisation.policy_needs import Parameter
from domain.projects.delivery.state import ProjectState

Ctx = DecisionContext[ProjectState]
PARAMETERS: dict[str, Parameter] = {
    "role_pmo": "pmo",
    "role_senior_manager": "department-head",
    "delegate_days": 3,
    "plan_days": 20,
    "report_days": 10,
    "report_lead_days": 2,
    "answer_days": 2,
    "handover_days": 5,
    "accept_days": 10,
    "close_days": 5,
    "archive_days": 20,
}
SETTINGS = Parameters("project", PARAMETERS)
FARTHEST = timedelta(days=20 * 366)


def today(ctx: Ctx) -> date:
    return today_of(ctx.facts, ctx.state.manager)


def days(facts: Facts, name: str) -> Decimal:
    return SETTINGS.number(facts, name)


def holders(facts: Facts, parameter: str, unit: str | None) -> tuple[str, ...]:
    """Who holds the role that the policy names by this parameter, nearest to the unit."""
    return facts.organisation.holders(SETTINGS.text(facts, parameter), unit, facts.now.date())


def above(ctx: Ctx) -> tuple[str, ...]:
    """Who delegated, and the sponsor."""
    charter = ctx.state.the_charter
    return tuple(dict.fromkeys((charter.delegator, charter.sponsor)))


def ask(
    ctx: Ctx, kind: str, command: str, title: Message, people: Iterable[str], *, within: str, about: str = ""
) -> None:
    """A task of the project; `within` names the parameter with its working days. Nothing if it is open already."""
    subject = about or kind
    if not any((task.kind, task.subject) == (kind, subject) for task in ctx.case.tasks.values()):
        tasks.assign(
            ctx, kind=kind, title=title, subject=subject, assignees=tuple(people), basis=kind, command=command,
            due_days=days(ctx.facts, within), without_end=True,
        )  # fmt: skip


def ask_on(ctx: Ctx, kind: str, command: str, title: Message, person: str, due: date, about: str) -> None:
    """A task that is due on a day, or today if that is past."""
    at = working_day_end(ctx.facts, person, max(due, today_of(ctx.facts, person)))
    tasks.assign(
        ctx, kind=kind, title=title, subject=about, assignees=(person,), basis=kind, command=command, due_at=at,
        without_end=True,
    )  # fmt: skip


def require_people(facts: Facts, *people: str) -> None:
    """Raises Refused `unknown-person` for who does not work here."""
    for person in people:
        if not facts.organisation.works_here(person, today_of(facts, person)):
            template = "Nobody with the id {person} works here; name someone who does."
            raise Refused("unknown-person", template, person=person[:80])


def require_day(day: date, now: date, *, past: bool = False) -> None:
    """Raises Refused `day-out-of-range` for a day that cannot be meant, such as a Buddhist year (ORG-08)."""
    if not (now - FARTHEST if past else now) <= day <= now + FARTHEST:
        template = "{day} cannot be meant; write a day of the Gregorian calendar from {today} on, such as {example}."
        raise Refused(
            "day-out-of-range", template, day=day.isoformat(), today=now.isoformat(), example=f"{now.year}-12-31"
        )
