"""Who may do what in a case: nobody has two posts, and none is reporter, witness or subject (DIS-01)."""

from collections.abc import Iterable, Iterator
from typing import Any

from domain.kernel.cases.case_events import ResponsibilityMoved
from domain.kernel.deciding import tasks
from domain.kernel.deciding.tasks import DECIDE
from domain.kernel.decision_context import DecisionContext
from domain.kernel.definition import RoleSpec
from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.routing.eligibility import today_of
from domain.kernel.values.message import Message
from domain.organisation.model import Organisation
from domain.people.discipline import events as e
from domain.people.discipline.state import POST_OF, DisciplineState
from domain.people.discipline.terms import LADDER, PARAMETERS, Post, Role, text

Wire = DecisionContext[DisciplineState]


def objection(facts: Facts, state: DisciplineState, post: Post, person: str) -> Refused | None:
    """Why this person cannot have this post, or None: `unknown-person`, `not-apart`, `subordinate`, `not-higher`."""
    organisation, today = facts.organisation, today_of(facts, person)
    if not organisation.works_here(person, today):
        return Refused("unknown-person", "{person} does not work here today; name another person.", person=person[:80])
    if part := _part_of(state, post, person):
        template = "{person} has another part in this case already: {part}. Name a person who has none (DIS-01)."
        return Refused("not-apart", template, person=person, part=part)
    if post is Post.COMPANION or state.employee not in organisation.people:
        return None
    if organisation.reports_to(person, state.employee, today):
        template = "{person} reports to the employee; name a person who does not."
        return Refused("subordinate", template, person=person)
    if post is Post.APPEAL_MANAGER and not _is_higher(facts, state, person):
        template = "An appeal is heard by a person above {manager}; {person} is not."
        return Refused("not-higher", template, manager=state.posts.get(Post.HEARING_MANAGER, ""), person=person)
    return None


def _part_of(state: DisciplineState, post: Post, person: str) -> str:
    parts = {state.employee: "employee", state.reporter: "reporter"}
    parts |= dict.fromkeys((*state.witnesses, *state.statements), "witness")
    if post is not Post.ADVISER and state.case.requester:
        parts.setdefault(state.case.requester, "who recorded the concern")
    parts |= {holder: other.value for other, holder in state.posts.items() if other is not post}
    if post is Post.APPEAL_MANAGER:
        parts |= dict.fromkeys(_deciders(state), "decided on the outcome")
    return parts.get(person, "")


def _deciders(state: DisciplineState) -> set[str]:
    return {person for review in state.case.reviews.values() for one in review.decisions for person in one.persons}


def _is_higher(facts: Facts, state: DisciplineState, person: str) -> bool:
    """Above the hearing manager in the line, or of a higher grade (DIS-05)."""
    manager, organisation = state.posts.get(Post.HEARING_MANAGER, ""), facts.organisation
    today = today_of(facts, person)
    if manager not in organisation.people:
        return True
    grades = [organisation.positions[organisation.people[one].position_on(today)].grade for one in (person, manager)]
    return person in organisation.line_above(manager, today) or (grades[0] or 0) > (grades[1] or 0)


def refuse_unfit(ctx: Wire, post: Post, person: str) -> None:
    if refused := objection(ctx.facts, ctx.state, post, person):
        raise refused


def appoint(ctx: Wire, post: Post, person: str, reason: str) -> None:
    """Raises Refused as `objection` does. The adviser answers for the case: what the requester could do, they can."""
    refuse_unfit(ctx, post, person)
    ctx.add(e.Appointed(post=post, person=person, reason=reason, by=ctx.command.actor, at=ctx.facts.now))
    before = ctx.case.responsible
    if post is Post.ADVISER and before is not None and before != person:
        ctx.add(
            ResponsibilityMoved(instead_of=before, to=person, by=ctx.command.actor, reason=reason, at=ctx.facts.now)
        )


def first_fit(ctx: Wire, post: Post, people: Iterable[str], title: str) -> str:
    """The first who may. Raises Refused `nobody-apart`."""
    for person in dict.fromkeys(people):
        if objection(ctx.facts, ctx.state, post, person) is None:
            return person
    template = "There is no person without a part in it who could be {post}; give another person the role {role}."
    raise Refused("nobody-apart", template, post=post.value, role=title)


def advisers(facts: Facts, state: DisciplineState) -> Iterator[str]:
    """HR of the employee's unit, of the units above, and the last resort, nearest first."""
    organisation: Organisation = facts.organisation
    today, role = today_of(facts, state.employee), text(facts, "role_hr")
    for unit in organisation.units_above(organisation.unit_of(state.employee, today)):
        yield from organisation.holders(role, unit, today)
    yield from organisation.holders(text(facts, "role_last"), None, today)


def appeal_managers(facts: Facts, state: DisciplineState) -> Iterator[str]:
    """The line above the hearing manager, and the last resort."""
    manager = state.posts[Post.HEARING_MANAGER]
    today = today_of(facts, manager)
    yield from facts.organisation.line_above(manager, today)
    yield from facts.organisation.holders(text(facts, "role_last"), None, today)


def ask(ctx: Wire, kind: str, title: Message, days: str, *, person: str | None = None, command: str = "") -> None:
    """A task for whoever has the post of this kind of work, or for `person`. Raises Refused `post-vacant`."""
    post = POST_OF.get(kind)
    asked = person or (ctx.state.posts.get(post, "") if post else "")
    if post and not ctx.facts.organisation.works_here(asked, today_of(ctx.facts, asked)):
        template = "The case has no {post} who works here; appoint one first."
        raise Refused("post-vacant", template, post=post.value)
    tasks.assign(
        ctx, kind=kind, title=title, subject=kind, assignees=(asked,), basis=post.value if post else "part in the case",
        command=command or kind, due_days=PARAMETERS.number(ctx.facts, days), ladder=LADDER, without_end=True,
    )  # fmt: skip


def done(ctx: Wire, kind: str) -> None:
    tasks.done(ctx, kind=kind, subject=kind)


def _has_post(role: Role, post: Post) -> RoleSpec[DisciplineState]:
    def people(state: DisciplineState) -> tuple[str, ...]:
        return (state.posts[post],) if post in state.posts else ()

    return RoleSpec(part=role, people=people)


def _asked_for(*kinds: str) -> Any:
    return lambda state: [who for task in state.case.tasks.values() if task.kind in kinds for who in task.people]


def confirmers(state: DisciplineState) -> set[str]:
    """Who is asked to confirm an outcome, or decided on it: they see the case, whatever the stage (DIS-12)."""
    return {*_asked_for(DECIDE)(state), *_deciders(state)}


def _plan_keepers(state: DisciplineState) -> set[str]:
    """Those who have no more of the case than a check-in."""
    return {item.owner for item in state.check_ins.entries.values()} - {state.employee, *state.posts.values()}


ROLES: tuple[RoleSpec[DisciplineState], ...] = (
    _has_post(Role.ADVISER, Post.ADVISER),
    _has_post(Role.INVESTIGATOR, Post.INVESTIGATOR),
    _has_post(Role.HEARING_MANAGER, Post.HEARING_MANAGER),
    _has_post(Role.APPEAL_MANAGER, Post.APPEAL_MANAGER),
    _has_post(Role.NOTE_TAKER, Post.NOTE_TAKER),
    _has_post(Role.COMPANION, Post.COMPANION),
    RoleSpec(part=Role.CONFIRMER, people=confirmers),
    RoleSpec(part=Role.GRIEVANCE_HANDLER, people=lambda state: [one.handler for one in state.grievances.values()]),
    RoleSpec(part=Role.EMPLOYEE, people=lambda state: [state.employee] if state.employee else []),
    RoleSpec(part=Role.REPORTER, people=lambda state: [who for who in (state.reporter, state.case.requester) if who]),
    RoleSpec(part=Role.WITNESS, people=lambda state: tuple(state.statements)),
    RoleSpec(part=Role.PLAN_KEEPER, people=_plan_keepers),
)
