"""From a concern to the decision whether there is a hearing (DIS-01, DIS-12, DIS-13)."""

from decimal import Decimal

from domain.kernel.cases.case import Deadline, Status
from domain.kernel.cases.case_events import DeadlineCleared, DeadlineSet
from domain.kernel.commands import DeadlinePassed
from domain.kernel.deciding import tasks
from domain.kernel.errors import Refused
from domain.kernel.handle import close
from domain.kernel.routing.case_roles import word
from domain.kernel.routing.eligibility import calendar_of, today_of
from domain.kernel.values.calendar import add_working_days
from domain.kernel.values.message import N_
from domain.people.discipline import commands as c
from domain.people.discipline import events as e
from domain.people.discipline.persons import Wire, advisers, appoint, ask, done, first_fit, refuse_unfit
from domain.people.discipline.state import POST_OF
from domain.people.discipline.terms import LADDER, PARAMETERS, PROCESS, Post, Role, Stage, text

TITLE = N_("A confidential matter")
"""Of every case: lists, mails and browsers show titles (DIS-09)."""
ANSWER = "answer"


def report_concern(ctx: Wire, payload: c.ReportConcern) -> None:
    """Raises Refused `unknown-person`, `own-case`, `future-day`, `locked-out`, `nobody-apart`."""
    facts, actor = ctx.facts, ctx.command.actor
    reporter, today = payload.reporter or actor, today_of(facts, payload.employee)
    for person in (payload.employee, reporter, *payload.witnesses):
        if not facts.organisation.works_here(person, today):
            template = "Nobody with the id {person} works here today; check the id."
            raise Refused("unknown-person", template, person=person[:80])
    if payload.employee in (actor, reporter, *payload.witnesses):
        raise Refused("own-case", "The employee cannot report or witness their own case; check who is named.")
    if payload.happened_on > today:
        raise Refused(
            "future-day", "It cannot have happened on {day}; name a day until today.", day=payload.happened_on
        )
    _refuse_locked_out(ctx)
    given = payload.model_dump(exclude={"reporter"})
    unit = facts.organisation.unit_of(payload.employee, today)
    ctx.add(
        e.ConcernReported(
            requester=actor, title=TITLE, unit=unit, subjects=(payload.employee,), at=facts.now, reporter=reporter,
            **given,
        )
    )  # fmt: skip
    adviser = first_fit(ctx, Post.ADVISER, advisers(facts, ctx.state), text(facts, "role_hr"))
    appoint(ctx, Post.ADVISER, adviser, "HR of the employee's unit")
    ask(ctx, "triage", N_("A confidential matter: decide how to go on"), "triage_days")


MUST_SEE = frozenset({word(role) for role in Role} - {word(Role.REPORTER)})


def _refuse_locked_out(ctx: Wire) -> None:
    """Tried when it opens, not when somebody must act: each role of the case can open it (DIS-12)."""
    own = ctx.facts.policy.processes.get(PROCESS)
    said = own.confidentiality if own else None
    lists = [said.seen_by, *(group.seen_by for group in said.groups.values())] if said else []
    lost = sorted({name for seen_by in lists if seen_by is not None for name in MUST_SEE - set(seen_by)})
    if lost:
        template = (
            "The policy would not let {roles} see a disciplinary case, and they must act in it; have it corrected."
        )
        raise Refused("locked-out", template, roles=", ".join(lost))


def triage(ctx: Wire, payload: c.Triage) -> None:
    """Raises Refused `name-both`, and as `appoint` does."""
    done(ctx, "triage")
    ctx.add(e.Triaged(way=payload.way, reason=payload.reason, by=ctx.command.actor, at=ctx.facts.now))
    if payload.way != "formal":
        return conclude(ctx, Stage.INFORMAL if payload.way == "informal" else Stage.NO_CASE, payload.reason)
    if payload.investigator is None or payload.hearing_manager is None:
        raise Refused("name-both", "Name an investigator and a hearing manager: a formal case needs both.")
    appoint(ctx, Post.INVESTIGATOR, payload.investigator, payload.reason)
    appoint(ctx, Post.HEARING_MANAGER, payload.hearing_manager, payload.reason)
    ask(ctx, "investigate", N_("A confidential matter: investigate and report"), "investigation_days",
        command="submit-report")  # fmt: skip
    _ask_for_answer(ctx)
    return None


def _ask_for_answer(ctx: Wire) -> None:
    """The employee reads the allegation and answers; silence ends the wait, not the right to be heard (DIS-13)."""
    employee, facts = ctx.state.employee, ctx.facts
    ask(ctx, ANSWER, N_("A confidential matter: read what is alleged and answer"), "answer_days", person=employee,
        command="answer-allegation")  # fmt: skip
    days = Decimal(PARAMETERS.number(facts, "answer_days"))
    at = add_working_days(calendar_of(facts, employee), facts.now, days)
    ctx.add(DeadlineSet(deadline=Deadline(kind=ANSWER, key=ANSWER, at=at)))


def answer(ctx: Wire, payload: c.AnswerAllegation) -> None:
    """Raises Refused `answered-already`."""
    if ctx.state.answer is not None:
        raise Refused("answered-already", "The answer is in; add what else there is as evidence.")
    done(ctx, ANSWER)
    if any(one.kind == ANSWER for one in ctx.case.deadlines):
        ctx.add(DeadlineCleared(kind=ANSWER, key=ANSWER))
    ctx.add(e.AllegationAnswered(answer=payload.answer, by=ctx.command.actor, at=ctx.facts.now))


def answer_missed(ctx: Wire, _payload: DeadlinePassed) -> None:
    if not ctx.state.answered:
        ctx.add(e.AnswerMissed(at=ctx.facts.now))


def add_evidence(ctx: Wire, payload: c.AddEvidence) -> None:
    """What the employee adds they have already: it counts as served (DIS-03). Raises Refused `no-such-file`."""
    if payload.file and all(file.sha256 != payload.file for file in ctx.case.attachments):
        raise Refused("no-such-file", "Attach the file to the case first, then name it here.")
    actor = ctx.command.actor
    served = today_of(ctx.facts, actor) if actor == ctx.state.employee else None
    ctx.add(
        e.EvidenceAdded(
            number=len(ctx.state.evidence) + 1, text=payload.text, file=payload.file, served=served, by=actor,
            at=ctx.facts.now,
        )
    )  # fmt: skip


def ask_witness(ctx: Wire, payload: c.AskWitness) -> None:
    """Raises Refused `not-apart`, `unknown-person`, `asked-already`."""
    person, state = payload.person, ctx.state
    if person in state.statements:
        raise Refused("asked-already", "{person} was asked for a statement already.", person=person)
    if person not in (*state.witnesses, state.reporter):
        refuse_unfit(ctx, Post.COMPANION, person)
    ctx.add(e.StatementAsked(person=person, question=payload.question, by=ctx.command.actor, at=ctx.facts.now))
    tasks.assign(
        ctx, kind="statement", title=N_("A confidential matter: give a statement"), subject=person, assignees=(person,),
        basis="witness", command="give-statement", due_days=PARAMETERS.number(ctx.facts, "statement_days"),
        ladder=LADDER, without_end=True,
    )  # fmt: skip


def give_statement(ctx: Wire, payload: c.GiveStatement) -> None:
    """A statement is evidence, and counts once it was served. Raises Refused `given-already`."""
    actor = ctx.command.actor
    if ctx.state.statements[actor].statement is not None:
        raise Refused("given-already", "Your statement is in; it cannot be changed.")
    tasks.done(ctx, kind="statement", subject=actor)
    ctx.add(e.StatementGiven(statement=payload.statement, by=actor, at=ctx.facts.now))
    add_evidence(ctx, c.AddEvidence(text=payload.statement))


def submit_report(ctx: Wire, payload: c.SubmitReport) -> None:
    """Raises Refused `not-answered`: the employee is heard before anything is decided (DIS-13)."""
    if not ctx.state.answered:
        raise Refused("not-answered", "The employee has not answered yet, and still has time; report after that.")
    done(ctx, "investigate")
    tasks.cancel(ctx, reason="the investigation is over", kind="statement")
    ctx.add(
        e.InvestigationReported(
            findings=payload.findings, proceed=payload.proceed, by=ctx.command.actor, at=ctx.facts.now
        )
    )  # fmt: skip
    ask(ctx, "proceed", N_("A confidential matter: is there a hearing?"), "proceed_days", command="decide-to-proceed")


def proceed(ctx: Wire, payload: c.Proceed) -> None:
    done(ctx, "proceed")
    ctx.add(e.ProceedDecided(proceed=payload.proceed, reason=payload.reason, by=ctx.command.actor, at=ctx.facts.now))
    if not payload.proceed:
        return conclude(ctx, Stage.NO_CASE, payload.reason)
    ask(ctx, "invite", N_("A confidential matter: invite to a hearing"), "invitation_days", command="invite-to-hearing")
    return None


def appoint_other(ctx: Wire, payload: c.Appoint) -> None:
    """Another person for a post; open work of the post goes on to them. Raises Refused `nothing-changed`."""
    post, before = payload.post, ctx.state.posts.get(payload.post)
    if before == payload.person:
        raise Refused("nothing-changed", "{person} is the {post} already.", person=before, post=post.value)
    appoint(ctx, post, payload.person, payload.reason)
    done(ctx, "replace")
    for task in [task for task in ctx.case.tasks.values() if POST_OF.get(task.kind) is post]:
        tasks.drop(ctx, task.id, reason="the case has another person for it")
        tasks.assign(
            ctx, kind=task.kind, title=task.title, subject=task.subject, assignees=(payload.person,), basis=post.value,
            command=task.command, due_at=max(task.timing.due_at, ctx.facts.now), ladder=LADDER, without_end=True,
        )  # fmt: skip


_STATUS = {Stage.ANNULLED: Status.CANCELLED, Stage.UNRESOLVED: Status.CANCELLED, Stage.NO_CASE: Status.REJECTED}


def conclude(ctx: Wire, how: Stage, reason: str) -> None:
    """The end of the case; what was recorded stays (DIS-08)."""
    ctx.add(e.CaseConcluded(how=how, reason=reason, by=ctx.command.actor, at=ctx.facts.now))
    close(ctx, status=_STATUS.get(how, Status.APPROVED), reason=how.value)
