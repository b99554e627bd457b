"""What runs beside the case: suspension, improvement plan, counter-grievance, and its early ends (DIS-06 to DIS-08)."""

from domain.kernel.deciding import tasks
from domain.kernel.duty import DutySpec, Every, begin, end, met
from domain.kernel.errors import Refused
from domain.kernel.items import ItemsSpec
from domain.kernel.routing.eligibility import today_of
from domain.kernel.value import Value
from domain.kernel.values.message import N_
from domain.people.discipline import commands as c
from domain.people.discipline import events as e
from domain.people.discipline.investigating import conclude
from domain.people.discipline.persons import Wire, advisers, appoint, ask, first_fit
from domain.people.discipline.state import DisciplineState
from domain.people.discipline.terms import DECIDED, LADDER, Post, Role, Stage, number, text


class CheckIn(Value):
    """Nothing more than what is looked at, by whom and when."""


SUSPENSION: DutySpec[DisciplineState] = DutySpec(
    kind="suspension-review", name="suspension", command="review-suspension", ladder=LADDER,
    every=lambda facts: Every(working_days=max(number(facts, "suspension_review_days"), 1)),
    owner=lambda state: state.posts.get(Post.ADVISER, ""), lead=lambda _facts: 2,
    title=lambda _state: N_("A confidential matter: does the suspension go on?"),
)  # fmt: skip

CHECK_INS = ItemsSpec(
    noun="check-in", name="check_ins", outcomes=("held", "missed"), details=CheckIn, ladder=LADDER, most=60,
    carries=False,
    editors=(Role.HEARING_MANAGER, Role.ADVISER), when=DECIDED,
    labels={"add": N_("plan a check-in"), "change": N_("move a check-in"), "close": N_("record a check-in")},
    helps={
        "add": N_("Plans a talk about the improvement plan. The person who holds it sees the plan."),
        "change": N_("Changes what it is about, who holds it or the day. What it was before stays readable."),
        "close": N_("Says that it was held, or missed. The employee sees it."),
    },
)  # fmt: skip


def suspend(ctx: Wire, payload: c.Suspend) -> None:
    """Raises Refused `suspended-already`."""
    if ctx.state.suspended:
        raise Refused("suspended-already", "The employee is suspended; review it instead.")
    ctx.add(
        e.Suspended(employee=ctx.state.employee, reason=payload.reason, by=ctx.command.actor, at=ctx.facts.now)
    )  # fmt: skip
    begin(SUSPENSION, ctx)


def review_suspension(ctx: Wire, payload: c.ReviewSuspension) -> None:
    """Raises Refused `not-due` while nobody is suspended."""
    met(SUSPENSION, ctx)
    if not payload.keep:
        end(SUSPENSION, ctx)
        ctx.add(e.SuspensionLifted(reason=payload.reason, at=ctx.facts.now))


def start_plan(ctx: Wire, payload: c.StartPlan) -> None:
    """Raises Refused `plan-runs`, `past-day`."""
    today = today_of(ctx.facts, ctx.state.employee)
    if ctx.state.plan is not None:
        raise Refused("plan-runs", "There is an improvement plan in this case already.")
    if payload.until <= today:
        raise Refused("past-day", "A plan ends after {today}; give it time.", today=today.isoformat())
    ctx.add(e.PlanStarted(**dict(payload), by=ctx.command.actor, at=ctx.facts.now))


def conclude_plan(ctx: Wire, payload: c.ConcludePlan) -> None:
    """Raises Refused `no-plan`, `check-ins-missing`: a plan fails only after all of its check-ins (DIS-07)."""
    if not ctx.state.plan_runs:
        raise Refused("no-plan", "No improvement plan runs in this case.")
    entries = ctx.state.check_ins.entries.values()
    held, wanted = sum(item.state == "held" for item in entries), number(ctx.facts, "check_ins")
    if not payload.met and (ctx.state.check_ins.open or held < wanted):
        template = "A plan can fail after its check-ins: {held} of {wanted} were held, {open} are open."
        raise Refused("check-ins-missing", template, held=held, wanted=wanted, open=len(ctx.state.check_ins.open))
    tasks.cancel(ctx, reason="the plan is over", kind=CHECK_INS.noun)
    ctx.add(e.PlanConcluded(met=payload.met, reason=payload.reason, by=ctx.command.actor, at=ctx.facts.now))


def raise_grievance(ctx: Wire, payload: c.RaiseGrievance) -> None:
    """Answered by HR, never by the person it is against. Raises Refused `grievance-open`, `no-part-in-it`."""
    state = ctx.state
    if state.open_grievance is not None:
        raise Refused("grievance-open", "A grievance in this case is open; wait for its answer.")
    if payload.against not in state.posts.values():
        template = "{person} has no post in this case; report a concern about them in a case of its own."
        raise Refused("no-part-in-it", template, person=payload.against[:80])
    adviser = state.posts.get(Post.ADVISER, "")
    handler = adviser
    if payload.against == adviser:
        others = (one for one in advisers(ctx.facts, state) if one != adviser)
        handler = first_fit(ctx, Post.ADVISER, others, text(ctx.facts, "role_hr"))
    ctx.add(
        e.GrievanceRaised(
            number=len(state.grievances) + 1, against=payload.against, text=payload.text, handler=handler,
            by=ctx.command.actor, at=ctx.facts.now,
        )
    )  # fmt: skip
    title = N_("A confidential matter: answer a grievance")
    ask(ctx, "grievance", title, "grievance_days", person=handler, command="answer-grievance")


def answer_grievance(ctx: Wire, payload: c.AnswerGrievance) -> None:
    """Upheld, the person leaves the case and another one is appointed."""
    number_, grievance = next((n, one) for n, one in ctx.state.grievances.items() if one.upheld is None)
    post = next((post for post, who in ctx.state.posts.items() if who == grievance.against), None)
    tasks.done(ctx, kind="grievance", subject="grievance")
    ctx.add(
        e.GrievanceAnswered(
            number=number_, upheld=payload.upheld, reason=payload.reason, by=ctx.command.actor, at=ctx.facts.now
        )
    )  # fmt: skip
    if payload.upheld and post is Post.ADVISER:
        appoint(ctx, Post.ADVISER, grievance.handler, "the grievance was upheld")
    elif payload.upheld and post is not None:
        ask(ctx, "replace", N_("A confidential matter: appoint another person"), "triage_days", command="appoint")


def close_unresolved(ctx: Wire, payload: c.CloseUnresolved) -> None:
    """The employee leaves: what is known is kept, and nothing was decided (DIS-08)."""
    conclude(ctx, Stage.UNRESOLVED, payload.reason)


def annul(ctx: Wire, payload: c.Annul) -> None:
    """A mistake, such as the wrong person: the case counts nowhere, and its trace stays (DIS-08)."""
    conclude(ctx, Stage.ANNULLED, payload.reason)
