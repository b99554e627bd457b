"""Status reports, exceptions, escalations, effects from elsewhere (DEL-01, DEL-04, DEL-06, PFL-03)."""

from domain.kernel import duty
from domain.kernel.deciding import tasks
from domain.kernel.duty import DutySpec, Every
from domain.kernel.errors import Refused
from domain.kernel.values.message import N_
from domain.kernel.values.money import same
from domain.projects.delivery import commands as c
from domain.projects.delivery import events as e
from domain.projects.delivery import figures, schedule
from domain.projects.delivery.content import External, StatusReport
from domain.projects.delivery.rules.context import Ctx, above, ask, days, today
from domain.projects.delivery.rules.planning import other_processes, waiting_for
from domain.projects.delivery.state import ProjectState

STATUS: DutySpec[ProjectState] = DutySpec(
    kind="status-report",
    name="status",
    command="report-status",
    every=lambda facts: Every(working_days=int(days(facts, "report_days"))),
    owner=lambda state: state.manager,
    title=lambda state: N_("Report the status of {title}", title=state.the_charter.title),
    lead=lambda facts: int(days(facts, "report_lead_days")),
)


def report_status(ctx: Ctx, payload: c.ReportStatus) -> None:
    """Raises Refused `explain-difference`, `red-needs-path`, `two-currencies` (DEL-04, DEL-06)."""
    state, now = ctx.state, today(ctx)
    same(state.budget, payload.estimate)
    after = state.model_copy(update={"estimate": payload.estimate})
    computed = figures.health(after, now, reporting=True)
    if payload.declared != computed.colour and not payload.why:
        template = "The facts say {computed} ({reasons}); say why you declare {declared}."
        raise Refused(
            "explain-difference", template, computed=computed.colour, declared=payload.declared,
            reasons="; ".join(str(reason.why) for reason in computed.reasons) or "-",
        )  # fmt: skip
    if "red" in (payload.declared, computed.colour) and not (payload.path and payload.ask):
        template = "A red needs a path to green and an ask; add both."
        raise Refused("red-needs-path", template)
    report = StatusReport(
        number=len(state.reports) + 1, declared=payload.declared, computed=computed.colour,
        reasons=tuple(reason.why for reason in computed.reasons), summary=payload.summary, why=payload.why,
        path=payload.path, ask=payload.ask, step=payload.step, progress=figures.progress(state.works.values()),
        forecast=figures.forecast(after), finish=schedule.finish_of(state.works, now), by=ctx.command.actor,
        at=ctx.facts.now,
    )  # fmt: skip
    stale = is_stale(state, report)
    ctx.add(e.StatusReported(report=report, estimate=payload.estimate, by=ctx.command.actor))
    duty.met(STATUS, ctx)
    if stale:
        _escalate(ctx, report.number)


def is_stale(state: ProjectState, report: StatusReport) -> bool:
    """The second red in a row without a step that was not named before (DEL-06)."""
    last = state.reports[-1] if state.reports else None
    return report.is_red and last is not None and last.is_red and (report.step is None or report.step in state.steps)


def _escalate(ctx: Ctx, number: int) -> None:
    ctx.add(e.RedEscalated(number=number, to=above(ctx), at=ctx.facts.now))
    title = N_("{title} is red twice without a new step: say what follows", title=ctx.state.the_charter.title)
    ask(ctx, "escalation", "answer-escalation", title, above(ctx), within="answer_days")


def answer_escalation(ctx: Ctx, payload: c.AnswerEscalation) -> None:
    tasks.finish(ctx, payload.task)
    ctx.add(e.EscalationAnswered(text=payload.text, by=ctx.command.actor, at=ctx.facts.now))


def answer_exception(ctx: Ctx, payload: c.AnswerException) -> None:
    """It stays an exception until the facts are within the tolerances again; the manager has the next task."""
    tasks.finish(ctx, payload.task)
    ctx.add(
        e.ExceptionAnswered(answer=payload.answer, text=payload.text, by=ctx.command.actor, at=ctx.facts.now)
    )  # fmt: skip
    if payload.answer == "change" and not ctx.state.pending:
        title = N_("Ask for a new baseline of {title}", title=ctx.state.the_charter.title)
        ask(ctx, "plan", "request-change", title, (ctx.state.manager,), within="answer_days")


def note_effect(ctx: Ctx, payload: c.NoteEffect) -> None:
    """Nothing if it says what is known already."""
    external = External.model_validate(dict(payload))
    known = ctx.state.external.get(f"{external.kind}|{external.source}")
    if known != external and not (known is None and external.over):
        ctx.add(e.ExternalNoted(external=external, at=ctx.facts.now))


def settle(ctx: Ctx) -> None:
    """What follows from the facts as they stand: exceptions begin and end, dependent projects learn of a delay."""
    state = ctx.state
    if state.ended is not None or state.approved is None or state.closing:
        return
    now = today(ctx)
    _raise_or_end(ctx, figures.broken(state, now))
    late = max(0, figures.over(ctx.state, now).days)
    others = other_processes(ctx)
    waiting = tuple(sorted(waiting_for(ctx) - others.keys()))
    if late == state.told:
        return
    if waiting:
        ctx.add(e.DependentsTold(cases=waiting, days=late, at=ctx.facts.now))
    if others:
        ctx.add(e.RequestsTold(cases=others, days=late, at=ctx.facts.now))


def _raise_or_end(ctx: Ctx, broken: tuple[str, ...]) -> None:
    if broken and set(broken) - set(ctx.state.broken):
        ctx.add(e.ExceptionRaised(broken=broken, at=ctx.facts.now))
        title = N_("{title} is beyond its tolerances: say how it goes on", title=ctx.state.the_charter.title)
        ask(ctx, "exception", "answer-exception", title, (ctx.state.the_charter.delegator,), within="answer_days")
    elif ctx.state.broken and not broken:
        tasks.cancel(ctx, reason="it is within the tolerances again", kind="exception")
        ctx.add(e.ExceptionEnded(at=ctx.facts.now))
