"""The process `discipline`: due process from a concern to the lapse of a measure. No legal advice: a policy sets days,
levels and roles, and the example is one for Thailand.
"""

from collections.abc import Sequence
from typing import Any

from domain.kernel.cases.case_events import ResponsibilityMoved, ReviewApproved, ReviewRejected, ReviewReturned
from domain.kernel.cases.task_events import TaskReassigned
from domain.kernel.command import SYSTEM
from domain.kernel.commands import AddApprover, HandOver, Hold, Reassign, Resume, Withdraw
from domain.kernel.deciding.tasks import DECIDE
from domain.kernel.definition import CommandSpec, Definition, Guard, Reaction, process_of
from domain.kernel.duty import duty
from domain.kernel.effects import Effect, Notify
from domain.kernel.errors import Refused
from domain.kernel.events import Event
from domain.kernel.items import items
from domain.kernel.policy import Confidentiality
from domain.kernel.process import Process
from domain.kernel.routing.case_roles import CaseRole, word
from domain.kernel.value import Value
from domain.kernel.values.message import N_, Message
from domain.people.discipline import beside, hearing, investigating, levels, outcome
from domain.people.discipline import commands as c
from domain.people.discipline import events as e
from domain.people.discipline.persons import ROLES, Wire, objection
from domain.people.discipline.state import POST_OF, DisciplineState, evolve
from domain.people.discipline.terms import BEFORE_OUTCOME, DECIDED, DEFAULTS, ENDS, OPEN, PROCESS, Post, Role, Stage
from domain.people.discipline.visibility import may_see, visible

S = Stage
_SEEING = tuple(sorted(investigating.MUST_SEE))
_SPEAKING = tuple(role for role in Role if role is not Role.REPORTER)
_TASKS = (*POST_OF, investigating.ANSWER, "statement", "grievance", beside.SUSPENSION.kind, beside.CHECK_INS.noun)
"""No task shows anything by itself: who has one has a role, and sees what the role sees."""


def refuse_hold(ctx: Wire, _payload: Value) -> None:
    """Sickness or a criminal case may pause it; its line may not (DIS-08, DIS-13)."""
    if ctx.command.actor not in (SYSTEM, ctx.state.posts.get(Post.ADVISER)):
        raise Refused("not-your-role", "A disciplinary case is paused and resumed by its HR adviser.")


def refuse_withdrawal(_ctx: Wire, _payload: Withdraw) -> None:
    raise Refused(
        "not-withdrawn", "A concern is not withdrawn; its HR adviser decides that there is no case, or annuls."
    )


def refuse_reassignment(ctx: Wire, payload: Reassign) -> None:
    """Whoever gets a task gets its post, and must be apart from the others (DIS-01)."""
    task = ctx.case.tasks.get(payload.task)
    if task is None or task.kind == DECIDE:
        return
    post = POST_OF.get(task.kind)
    if post is None:
        raise Refused("not-reassigned", "This is for one person only; nobody can do it in their place.")
    if refused := objection(ctx.facts, ctx.state, post, payload.to):
        raise refused


def refuse_approver(ctx: Wire, payload: AddApprover) -> None:
    if refused := objection(ctx.facts, ctx.state, Post.APPEAL_MANAGER, payload.person):
        raise refused


def refuse_hand_over(ctx: Wire, payload: HandOver) -> None:
    if refused := objection(ctx.facts, ctx.state, Post.ADVISER, payload.to):
        raise refused


def row(
    name: str,
    payload: type[Any],
    rule: Any,
    by: tuple[Any, ...],
    when: Any,
    label: Message,
    help_: Message,
    to: Any = (),
) -> CommandSpec[DisciplineState, Any]:
    return CommandSpec(
        name=name, payload=payload, rule=rule, by=by, when=frozenset(when), to=frozenset(to), label=label, help=help_
    )


ADVISER, INVESTIGATOR, MANAGER, JUDGE = (
    (Role.ADVISER,), (Role.INVESTIGATOR,), (Role.HEARING_MANAGER,), (Role.APPEAL_MANAGER,)
)  # fmt: skip
EMPLOYEE = (Role.EMPLOYEE,)
UNDER_WAY = {S.INVESTIGATING, S.REPORTED, S.INVITING, S.INVITED}
ROWS = (
    CommandSpec(
        name="report-concern", payload=c.ReportConcern, rule=investigating.report_concern, by=(CaseRole.EMPLOYEE,),
        opens=True, to=frozenset({S.TRIAGE}), label=N_("report a concern"),
        help=N_("Reports what a person is said to have done. HR decides how to go on. Only roles of the case see it."),
    ),
    row("triage", c.Triage, investigating.triage, ADVISER, {S.TRIAGE}, N_("decide how to go on"),
        N_("Says whether the concern becomes a formal case, and who investigates and who hears it."),
        {S.INVESTIGATING, S.INFORMAL, S.NO_CASE}),
    row("appoint", c.Appoint, investigating.appoint_other, ADVISER, OPEN, N_("appoint another person"),
        N_("Gives a post in the case to another person, with its open work. Nobody has two.")),
    row("add-evidence", c.AddEvidence, investigating.add_evidence, (*INVESTIGATOR, *ADVISER, *EMPLOYEE), UNDER_WAY,
        N_("add evidence"), N_("Adds evidence. It counts once it was served to the employee before the hearing.")),
    row("ask-witness", c.AskWitness, investigating.ask_witness, INVESTIGATOR, {S.INVESTIGATING}, N_("ask a witness"),
        N_("Asks a person for a statement. They see the question and nothing else of the case.")),
    row("give-statement", c.GiveStatement, investigating.give_statement, (Role.WITNESS,), UNDER_WAY,
        N_("give a statement"), N_("Says what you know. The employee reads it if it is served. It cannot be changed.")),
    row("answer-allegation", c.AnswerAllegation, investigating.answer, EMPLOYEE, UNDER_WAY, N_("answer"),
        N_("Says what there is to say to the allegation. Those who investigate and decide read it.")),
    row("submit-report", c.SubmitReport, investigating.submit_report, INVESTIGATOR, {S.INVESTIGATING}, N_("report"),
        N_("Says what was found, and whether there should be a hearing."), {S.REPORTED}),
    row("decide-to-proceed", c.Proceed, investigating.proceed, ADVISER, {S.REPORTED}, N_("decide on a hearing"),
        N_("Says whether there is a hearing. Without one the case ends and counts nowhere."), {S.INVITING, S.NO_CASE}),
    row("invite-to-hearing", c.Invite, hearing.invite, MANAGER, {S.INVITING}, N_("invite"),
        N_("Invites the employee and serves all evidence there is now. A companion may come along."), {S.INVITED}),
    row("serve-evidence", c.ServeEvidence, hearing.serve_evidence, (*MANAGER, *ADVISER), {S.INVITED},
        N_("serve evidence"), N_("Shows evidence to the employee. What is not served in time does not count.")),
    row("name-companion", c.NameCompanion, hearing.name_companion, EMPLOYEE, {S.INVITED, S.APPEAL},
        N_("name a companion"), N_("Names who comes along. They see what you see.")),
    row("postpone-hearing", c.Postpone, hearing.postpone, EMPLOYEE, {S.INVITED}, N_("postpone"),
        N_("Moves the hearing once by some days, so that a companion can come.")),
    row("record-hearing", c.RecordHearing, hearing.record_hearing, MANAGER, {S.INVITED}, N_("record the hearing"),
        N_("Says what happened at the hearing. You then see how similar cases came out, without names."),
        {S.DECIDING, S.INVITING}),
    row("decide-outcome", c.DecideOutcome, outcome.decide_outcome, MANAGER, {S.DECIDING}, N_("decide the outcome"),
        N_("Decides within the level table and the active warnings. HR confirms it, second level too if it is heavy."),
        {S.CONFIRMING}),
    row("appeal", c.Appeal, outcome.appeal, (*EMPLOYEE, *ADVISER), {S.APPEAL_WINDOW, S.IN_FORCE}, N_("appeal"),
        N_("Has the outcome looked at by a person higher and not involved. It can become lighter, not heavier."),
        {S.APPEAL, S.LATE_APPEAL}),
    row("decide-late-appeal", c.AdmitAppeal, outcome.decide_late_appeal, JUDGE, {S.LATE_APPEAL}, N_("hear it or not"),
        N_("Says whether there was a good cause for coming late."), {S.APPEAL, S.IN_FORCE, S.LAPSED}),
    row("decide-appeal", c.DecideAppeal, outcome.decide_appeal, JUDGE, {S.APPEAL}, N_("decide the appeal"),
        N_("Keeps the outcome or makes it lighter. None: the employee has won, and nothing counts."),
        {S.IN_FORCE, S.OVERTURNED, S.LAPSED}),
    row("suspend", c.Suspend, beside.suspend, ADVISER, BEFORE_OUTCOME, N_("suspend"),
        N_("Keeps the employee away from work, with pay. It is reviewed every week and is no measure.")),
    row("review-suspension", c.ReviewSuspension, beside.review_suspension, ADVISER, BEFORE_OUTCOME,
        N_("review the suspension"), N_("Says whether the suspension goes on.")),
    row("start-plan", c.StartPlan, beside.start_plan, MANAGER, DECIDED, N_("start an improvement plan"),
        N_("Says what is to be reached, how it is measured, and what support there is. Plan the check-ins next.")),
    row("conclude-plan", c.ConcludePlan, beside.conclude_plan, MANAGER, DECIDED, N_("end the plan"),
        N_("Says whether the targets were met. A plan fails only after its check-ins were held."), {S.LAPSED}),
    row("raise-grievance", c.RaiseGrievance, beside.raise_grievance, EMPLOYEE, OPEN, N_("raise a grievance"),
        N_("Says that a person in the case treats you unfairly. HR answers; until then nothing is decided.")),
    row("answer-grievance", c.AnswerGrievance, beside.answer_grievance, (Role.GRIEVANCE_HANDLER,), OPEN,
        N_("answer the grievance"), N_("Upheld, the person it is against leaves the case.")),
    row("close-unresolved", c.CloseUnresolved, beside.close_unresolved, ADVISER, OPEN, N_("close unresolved"),
        N_("Ends the case because the employee leaves. What is known is kept."), {S.UNRESOLVED}),
    row("annul", c.Annul, beside.annul, ADVISER, OPEN, N_("annul"),
        N_("Ends the case as a mistake. It counts nowhere; its trace stays."), {S.ANNULLED}),
)  # fmt: skip


def effects(before: DisciplineState, event: Event, after: DisciplineState) -> Sequence[Effect]:
    """Whom to tell, in words that say nothing to others who look over a shoulder."""
    case, employee = after.case.id, after.employee
    match event:
        case e.HearingInvited() | e.HearingPostponed() | e.EvidenceServed() | e.OutcomeIssued() | e.AppealDecided():
            return [_tell((employee,), N_("There is something new in a confidential matter: {case}", case=case))]
        case e.Suspended() | e.SuspensionLifted() | e.PlanStarted() | e.PlanConcluded() | e.GrievanceAnswered():
            return [_tell((employee,), N_("There is something new in a confidential matter: {case}", case=case))]
        case e.CaseConcluded():
            heard = (employee,) if before.stage is not Stage.TRIAGE else ()
            to = tuple(dict.fromkeys((after.case.requester or after.reporter, after.reporter, *heard)))
            return [_tell(to, N_("A confidential matter has ended: {case}", case=case))]
    return []


def _tell(to: tuple[str, ...], about: Message) -> Notify:
    return Notify(to=to, about=about)


DISCIPLINE: Process[DisciplineState] = process_of(
    Definition(
        name=PROCESS,
        state=DisciplineState,
        stages=Stage,
        aside=frozenset(
            {
                Stage.NO_CASE,
                Stage.INFORMAL,
                Stage.NO_ACTION,
                Stage.LATE_APPEAL,
                Stage.OVERTURNED,
                Stage.UNRESOLVED,
                Stage.ANNULLED,
            }
        ),
        includes=(duty(beside.SUSPENSION), items(beside.CHECK_INS)),
        commands=ROWS,
        events=e.EVENTS,
        folds=(TaskReassigned, ResponsibilityMoved),
        evolve=evolve,
        stage=lambda state: state.stage,
        outcome=lambda state: state.stage if state.stage in ENDS else None,
        ways=(
            (S.CONFIRMING, S.APPEAL_WINDOW, "the outcome is confirmed"),
            (S.CONFIRMING, S.NO_ACTION, "that there is no measure is confirmed"),
            (S.CONFIRMING, S.DECIDING, "the outcome is sent back"),
            (S.APPEAL_WINDOW, S.IN_FORCE, "no appeal came"),
            (S.IN_FORCE, S.LAPSED, "the measure lapses"),
        ),
        withdraws_from=frozenset(),
        holds_from=OPEN,
        on=(
            Reaction(ReviewApproved, outcome.on_confirmed),
            Reaction(ReviewRejected, outcome.on_not_confirmed),
            Reaction(ReviewReturned, outcome.on_not_confirmed),
        ),
        guards=(
            Guard(Hold, refuse_hold),
            Guard(Resume, refuse_hold),
            Guard(Withdraw, refuse_withdrawal),
            Guard(Reassign, refuse_reassignment),
            Guard(AddApprover, refuse_approver),
            Guard(HandOver, refuse_hand_over),
        ),
        deadlines={
            investigating.ANSWER: investigating.answer_missed,
            outcome.APPEAL_OVER: outcome.appeal_over,
            outcome.LAPSE: outcome.lapse,
        },
        settle=outcome.end_when_lapsed,
        effects=effects,
        claims=levels.claims,
        needs=levels.needs,
        roles=ROLES,
        routes=outcome.ROUTES,
        parameters=DEFAULTS,
        fields={name: (name,) for name in ("allegation", "findings", "statement", "answer", "minutes", "grounds")},
        kernel_parts={
            "comment": _SPEAKING,
            "attach": _SPEAKING,
            "retry": (Role.ADVISER, CaseRole.OPERATIONS, CaseRole.SYSTEM),
            "deadline": (CaseRole.SYSTEM,),
        },
        default=Confidentiality(seen_by=_SEEING, others="nothing"),
        always=(word(CaseRole.REQUESTER), word(CaseRole.ASKED), word(Role.REPORTER)),
        visible=visible,
        may_see=may_see,
        apart=frozenset({word(Role.WITNESS), word(Role.PLAN_KEEPER)}),
        tasks=dict.fromkeys(_TASKS, ()),
        reads_recorded=True,
    )
)
