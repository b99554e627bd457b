"""Preparing a plan, step by step: each step writes its part of the document and has an owner, a task and a day."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

from pydantic import Field, create_model

from domain.direction.strategy import content as c
from domain.direction.strategy import events as e
from domain.direction.strategy.content import PARAMETERS, Plan
from domain.direction.strategy.state import Stage, StrategyState
from domain.kernel.commands import Text
from domain.kernel.deciding import tasks
from domain.kernel.decision_context import DecisionContext
from domain.kernel.definition import CommandSpec
from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.routing.case_roles import CaseRole
from domain.kernel.value import Value
from domain.kernel.values.message import N_, Message
from domain.kernel.values.reference import Reference

Ctx = DecisionContext[StrategyState]
PREPARE, VIEW = "prepare", "view"


class OpenPlan(Value):
    """Begins the plan of a unit for a time. The same id as a plan in force makes its next version."""

    id: c.Id
    name: c.Short
    unit: Annotated[str, Field(max_length=80), Reference("unit")]
    starts: date
    ends: date
    reason: c.Words = ""


class Consult(Value):
    people: Annotated[tuple[c.Person, ...], Field(min_length=1, max_length=40)]
    question: Text


class GiveView(Value):
    task: Annotated[str, Reference("task")]
    text: Text


class EndConsultation(Value):
    """Goes on without those who said nothing."""


class Link(Value):
    initiative: c.Id
    lines: Annotated[tuple[c.Line, ...], Field(max_length=20)]
    people: Annotated[tuple[c.Person, ...], Field(max_length=50)]
    project: Annotated[str, Field(max_length=80)] | None = None


class LinkBudget(Value):
    links: Annotated[tuple[Link, ...], Field(min_length=1, max_length=60)]


def open_plan(ctx: Ctx, payload: OpenPlan) -> None:
    """Raises Refused as `check_period` does."""
    plan = Plan.model_validate(dict(payload))
    c.check_period(ctx.facts, plan)
    ctx.add(
        e.PlanDrafted(
            requester=ctx.command.actor, title=title_of(plan), unit=plan.unit, at=ctx.facts.now, content=plan
        )
    )  # fmt: skip


def title_of(plan: Plan) -> Message:
    return N_("Plan {name} of {unit}", name=plan.name, unit=plan.unit)


def _write(ctx: Ctx, plan: Plan, *changed: str) -> None:
    ctx.add(
        e.PlanAmended(title=title_of(plan), unit=plan.unit, content=plan, changed=changed, by=ctx.command.actor)
    )  # fmt: skip


def consult(ctx: Ctx, payload: Consult) -> None:
    """Raises Refused `unknown-person`, `asked-already`."""
    for person in payload.people:
        if not ctx.facts.organisation.works_here(person, ctx.facts.organisation.day_of(person, ctx.facts.now)):
            raise Refused("unknown-person", "Nobody with the id {person} works here.", person=person)
        if person in ctx.state.views:
            raise Refused("asked-already", "{person} was asked already.", person=person)
    people = tuple(dict.fromkeys(payload.people))
    ctx.add(e.ViewsAsked(people=people, question=payload.question, by=ctx.command.actor, at=ctx.facts.now))
    for person in people:
        tasks.assign(
            ctx, kind=VIEW, title=N_("Give your view: {question}", question=payload.question), subject=person,
            assignees=(person,), basis="consulted", command="give-view", without_end=True,
            due_days=PARAMETERS.number(ctx.facts, "consultation_days"),
        )  # fmt: skip


def give_view(ctx: Ctx, payload: GiveView) -> None:
    person = tasks.require(ctx, payload.task).subject
    tasks.finish(ctx, payload.task)
    ctx.add(e.ViewGiven(text=payload.text, by=person, at=ctx.facts.now))
    if all(view is not None for view in ctx.state.views.values()):
        ctx.add(e.ConsultationEnded(missing=(), at=ctx.facts.now))


def end_consultation(ctx: Ctx, _payload: EndConsultation) -> None:
    """Raises Refused `no-view` while none is in: a consultation without a word is none."""
    if not any(ctx.state.views.values()):
        raise Refused("no-view", "No view was given yet; ask people with consult and wait for one at least.")
    tasks.cancel(ctx, reason="the consultation is over", kind=VIEW)
    missing = tuple(person for person, view in ctx.state.views.items() if view is None)
    ctx.add(e.ConsultationEnded(missing=missing, at=ctx.facts.now))


def link_budget(ctx: Ctx, payload: LinkBudget) -> None:
    """Raises Refused `no-such-initiative`, and as `check_links` does."""
    plan, links = ctx.state.plan, {link.initiative: link for link in payload.links}
    if unknown := links.keys() - {initiative.id for initiative in plan.initiatives}:
        raise Refused("no-such-initiative", "The plan has no initiative {id}; check its id.", id=min(unknown))
    given = tuple(
        one.model_copy(update=links[one.id].model_dump(exclude={"initiative"})) if one.id in links else one
        for one in plan.initiatives
    )
    linked = plan.model_copy(update={"initiatives": given})
    c.check_links(ctx.facts, linked)
    _write(ctx, linked, "initiatives")


def _step(
    name: str, stage: Stage, to: frozenset[Stage], fields: tuple[str, ...], check: Callable[[Facts, Plan], None],
    label: Message,
    help_: Message,
) -> CommandSpec[StrategyState, Any]:  # fmt: skip
    """The row of a step that writes some fields of the plan, and what is asked of them."""
    model = create_model(
        "".join(word.title() for word in name.split("-")), __base__=Value, __doc__=help_.id,
        **{field: (Plan.model_fields[field].rebuild_annotation(), Field(default=... if field != "assumptions" else ()))
           for field in fields},
    )  # type: ignore[call-overload] # fmt: skip

    def rule(ctx: Ctx, payload: Value) -> None:
        given = {field: getattr(payload, field) for field in fields}
        if not given[fields[0]]:
            raise Refused("nothing-written", "There is nothing in it; write the {what}.", what=fields[0])
        plan = ctx.state.plan.model_copy(update=given)
        check(ctx.facts, plan)
        _write(ctx, plan, *fields)

    return CommandSpec(
        name=name, payload=model, by=(CaseRole.REQUESTER,), rule=rule, when=frozenset({stage}), to=to,
        label=label, help=help_,
    )  # fmt: skip


def _nothing(_facts: Facts, _plan: Plan) -> None:
    return None


def stage_of(state: StrategyState) -> Stage | None:
    """The step of preparation; None once the plan was submitted."""
    if state.case.reviews.get("document") is not None:
        return None
    plan = state.plan
    unlinked = any(not one.lines or not one.people for one in plan.initiatives)
    steps = {
        Stage.SCAN: not plan.scan, Stage.AMBITION: not plan.ambition, Stage.CONSULTATION: not state.consulted,
        Stage.CHOICES: not plan.options, Stage.OBJECTIVES: not plan.objectives,
        Stage.INITIATIVES: not plan.initiatives, Stage.BUDGET: unlinked,
    }  # fmt: skip
    return next((stage for stage, missing in steps.items() if missing), Stage.DRAFT)


_ASKS: dict[str, tuple[Message, str]] = {
    Stage.SCAN: (N_("Write what is seen: the market, technology, risks"), "write-scan"),
    Stage.AMBITION: (N_("Write the ambition"), "set-ambition"),
    Stage.CONSULTATION: (N_("Ask people for their views"), "consult"),
    Stage.CHOICES: (N_("Choose, and say why the others are rejected"), "choose-options"),
    Stage.OBJECTIVES: (N_("Set objectives with measures and assumptions"), "set-objectives"),
    Stage.INITIATIVES: (N_("Name initiatives for the objectives"), "set-initiatives"),
    Stage.BUDGET: (N_("Link money and people to the initiatives"), "link-budget"),
    Stage.DRAFT: (N_("Submit the plan for approval"), "submit-plan"),
    Stage.RETURNED: (N_("Correct the plan and send it again"), "resubmit-plan"),
}


def keep_task(ctx: Ctx, stage: str | None) -> None:
    """One task of preparation at a time, for who answers for the plan: that of the step at which it stands."""
    for task in list(ctx.case.tasks.values()):
        if task.kind == PREPARE and task.subject != stage:
            tasks.done(ctx, kind=PREPARE, subject=task.subject)
    asked = _ASKS.get(stage or "")
    if asked is None or any(task.kind == PREPARE for task in ctx.case.tasks.values()) or ctx.case.hold:
        return
    tasks.assign(
        ctx, kind=PREPARE, title=asked[0], subject=str(stage), assignees=(ctx.case.responsible or "",),
        basis="answers for the plan", command=asked[1], without_end=True,
        due_days=PARAMETERS.number(ctx.facts, "preparation_days"),
    )  # fmt: skip


ROWS: tuple[CommandSpec[StrategyState, Any], ...] = (
    CommandSpec(
        name="open-plan", payload=OpenPlan, by=(CaseRole.EMPLOYEE,), rule=open_plan, opens=True,
        to=frozenset({Stage.SCAN}), label=N_("begin a plan"),
        help=N_("Begins the strategic plan of a unit. It is prepared in steps and then asked for approval."),
    ),
    _step("write-scan", Stage.SCAN, frozenset({Stage.AMBITION}), ("scan",), _nothing, N_("write the scan"),
          N_("What is seen around the unit: needs, technology, risks.")),
    _step("set-ambition", Stage.AMBITION, frozenset({Stage.CONSULTATION}), ("ambition",), _nothing,
          N_("set the ambition"),
          N_("Where the unit wants to be at the end of the plan.")),
    CommandSpec(
        name="consult", payload=Consult, by=(CaseRole.REQUESTER,), rule=consult, when=frozenset({Stage.CONSULTATION}),
        label=N_("ask for views"), help=N_("Asks people for their views on the ambition; each gets a task."),
    ),
    CommandSpec(
        name="give-view", payload=GiveView, by=(CaseRole.ASSIGNEE,), rule=give_view,
        when=frozenset({Stage.CONSULTATION}), to=frozenset({Stage.CHOICES}), label=N_("give your view"),
        help=N_("Your view on the ambition. Everybody involved in the plan can read it."),
    ),
    CommandSpec(
        name="end-consultation", payload=EndConsultation, by=(CaseRole.REQUESTER,), rule=end_consultation,
        when=frozenset({Stage.CONSULTATION}), to=frozenset({Stage.CHOICES}), label=N_("end the consultation"),
        help=N_("Goes on without those who said nothing; the record names them."),
    ),
    _step("choose-options", Stage.CHOICES, frozenset({Stage.OBJECTIVES}), ("options",), c.check_options, N_("choose"),
          N_("What is chosen and what is rejected, each with why. Rejected options are kept.")),
    _step("set-objectives", Stage.OBJECTIVES, frozenset({Stage.INITIATIVES}), ("objectives", "assumptions"),
          c.check_objectives,
          N_("set objectives"),
          N_("Objectives with owner, measure, source, baseline, target and day; assumptions too.")),
    _step("set-initiatives", Stage.INITIATIVES, frozenset({Stage.BUDGET, Stage.DRAFT}), ("initiatives",),
          c.check_initiatives,
          N_("name initiatives"), N_("What is done, and for which objectives.")),
    CommandSpec(
        name="link-budget", payload=LinkBudget, by=(CaseRole.REQUESTER,), rule=link_budget,
        when=frozenset({Stage.BUDGET}), to=frozenset({Stage.DRAFT}), label=N_("link money and people"),
        help=N_("Names for each initiative its budget lines and people, and its project if there is one."),
    ),
)  # fmt: skip
