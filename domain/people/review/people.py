"""Who owns a review and who signs it, by the organisation of the day: never the employee, never somebody below them."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from domain.kernel.commands import Reassign
from domain.kernel.deciding import tasks
from domain.kernel.decision_context import DecisionContext
from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.routing.eligibility import today_of
from domain.people.review.events import ReviewerNamed
from domain.people.review.state import MANAGER_TASKS, OWN_WORD, Stretch
from domain.people.review.step import PARAMETERS
from domain.people.review.terms import ReviewTerms

_DAY = timedelta(days=1)


def stretches_of(facts: Facts, person: str, terms: ReviewTerms) -> tuple[Stretch, ...]:
    """Who was the manager in the period so far, by the positions that the person had; one entry without a transfer."""
    today = today_of(facts, person)
    last = min(terms.period_until, today)
    found: list[Stretch] = []
    for posting in facts.organisation.people[person].postings():
        since = max(posting.start or terms.period_from, terms.period_from)
        until = min(posting.end or last + _DAY, last + _DAY)
        manager = facts.organisation.manager_of(person, until - _DAY) if since < until else None
        if manager is not None:
            found.append(Stretch(manager=manager, since=since, until=until))
    return _joined(found)


def _joined(stretches: list[Stretch]) -> tuple[Stretch, ...]:
    joined: list[Stretch] = []
    for one in stretches:
        if joined and joined[-1].manager == one.manager:
            joined[-1] = joined[-1].model_copy(update={"until": one.until})
        else:
            joined.append(one)
    return tuple(joined)


def owner_of(facts: Facts, person: str, terms: ReviewTerms, not_by: Collection[str] = ()) -> str | None:
    """The manager of today, or the one before the transfer where the terms say so and they are still here (REV-06).

    A vacant position or a manager who left is passed over upwards, so that no review is without an owner; so is who
    rated the review that is made again (REV-07).
    """
    organisation, today = facts.organisation, today_of(facts, person)
    if terms.owner == "old":
        stretches = stretches_of(facts, person, terms)
        if len(stretches) > 1 and is_here(facts, stretches[-2].manager) and stretches[-2].manager not in not_by:
            return stretches[-2].manager
    manager = organisation.manager_of(person, today)
    if manager not in not_by:
        return manager
    return next((one for one in organisation.line_above(person, today) if one not in not_by), None)


def any_owner(facts: Facts, person: str, terms: ReviewTerms, not_by: Collection[str] = ()) -> str | None:
    """As `owner_of`; where the line has nobody, an HR partner (REV-06)."""
    if owner := owner_of(facts, person, terms, not_by):
        return owner
    organisation, today = facts.organisation, today_of(facts, person)
    role = PARAMETERS.text(facts, "role_hr")
    found = organisation.holders(role, organisation.unit_of(person, today), today)
    return next((one for one in found if one != person and one not in not_by), None)


def second_of(facts: Facts, person: str, raters: Collection[str], manager: str, role_hr: str) -> str | None:
    """The next in the line above the manager who did not rate, else an HR partner; None: nobody is left.

    Who reports to the employee never signs.
    """
    organisation, today = facts.organisation, today_of(facts, person)
    line = organisation.line_above(manager, today) if manager in organisation.people else ()
    partners = organisation.holders(role_hr, organisation.unit_of(person, today), today)
    fit = (one for one in (*line, *partners) if one != person and one not in raters)
    return next((one for one in fit if not is_below(facts, one, person)), None)


def is_below(facts: Facts, one: str, person: str) -> bool:
    """Whether `one` reports to `person`, directly or not."""
    return one in facts.organisation.people and facts.organisation.reports_to(one, person, today_of(facts, one))


def refuse_near(facts: Facts, one: str, person: str) -> None:
    """Raises Refused `own-review`: the employee, and who reports to them, decide nothing here."""
    if one == person or is_below(facts, one, person):
        template = "{actor} is the one under review or reports to them; somebody else decides."
        raise Refused("own-review", template, actor=one)


def refuse_reassignment(ctx: DecisionContext[Any], payload: Reassign) -> None:
    """Raises Refused `not-your-task` for the word of one person, `rated-it`, and as `refuse_near` does (REV-04)."""
    task, state = ctx.case.tasks.get(payload.task), ctx.state
    if task is None or task.kind == tasks.DECIDE:
        return
    if task.kind in OWN_WORD:
        raise Refused("not-your-task", "Only {person} can answer for themself.", person=task.people[0])
    refuse_near(ctx.facts, payload.to, state.person)
    if task.kind == "sign" and payload.to == state.rater:
        raise Refused("rated-it", "{actor} rated; somebody else signs.", actor=payload.to)


def left(facts: Facts, person: str) -> date | None:
    """The first day without them, if that has come."""
    member = facts.organisation.people.get(person)
    gone = member.end if member else None
    return gone if gone is not None and gone <= today_of(facts, person) else None


def follow_manager(ctx: DecisionContext[Any]) -> None:
    """Another manager by now: they own the review, and have its open tasks from here on (REV-06).

    Who was named by hand stays until they leave.
    """
    state, facts = ctx.state, ctx.facts
    here = is_here(facts, state.manager)
    if state.by_hand and here:
        return
    found = owner_of if here else any_owner
    owner = found(facts, state.person, state.the_terms, state.not_by)
    if owner is None or owner == state.manager:
        return
    stretches = stretches_of(facts, state.person, state.the_terms)
    ctx.add(ReviewerNamed(manager=owner, stretches=stretches, at=facts.now))
    for task in [task for task in ctx.case.tasks.values() if task.kind in MANAGER_TASKS]:
        tasks.drop(ctx, task.id, reason="another manager owns the review")
        tasks.assign(
            ctx, kind=task.kind, title=task.title, subject=task.subject, assignees=(owner,), basis=task.basis,
            command=task.command, due_at=max(task.timing.due_at, facts.now), without_end=True,
        )  # fmt: skip


def is_here(facts: Facts, person: str) -> bool:
    return facts.organisation.works_here(person, today_of(facts, person))
