"""The state of a disciplinary case and its fold."""

from datetime import date

from domain.kernel.cases.case_events import ResponsibilityMoved
from domain.kernel.cases.task_events import TaskReassigned
from domain.kernel.definition import CaseState
from domain.kernel.duty import Duty
from domain.kernel.events import Event
from domain.kernel.items import Items
from domain.kernel.value import Value
from domain.people.discipline import events as e
from domain.people.discipline.commands import Target
from domain.people.discipline.terms import Gravity, Measure, Post, Stage

POST_OF = {
    "triage": Post.ADVISER,
    "proceed": Post.ADVISER,
    "replace": Post.ADVISER,
    "investigate": Post.INVESTIGATOR,
    "invite": Post.HEARING_MANAGER,
    "hold-hearing": Post.HEARING_MANAGER,
    "decide-outcome": Post.HEARING_MANAGER,
    "admit-appeal": Post.APPEAL_MANAGER,
    "hear-appeal": Post.APPEAL_MANAGER,
}
"""By kind of task, the post that it belongs to: whoever gets the task gets the post (DIS-12)."""


class Evidence(Value):
    text: str
    file: str | None = None
    by: str
    served: date | None = None


class Statement(Value):
    question: str
    statement: str | None = None


class Hearing(Value):
    on: date
    place: str
    heaviest: Measure
    postponed: bool = False
    attendance: str | None = None
    minutes: str = ""
    refusal: str | None = None


class Proposal(Value):
    review: str
    measure: Measure
    reason: str
    evidence: tuple[int, ...]


class Outcome(Value):
    """`measure` is what counts now; `issued` what it was before an appeal."""

    measure: Measure
    issued: Measure
    reason: str
    since: date
    until: date | None
    appeal_to: str | None
    appeal_until: date | None
    final: bool = False


class Appealed(Value):
    grounds: str
    late: bool
    good_cause: str | None
    admitted: bool | None = None
    decision: str | None = None


class ImprovementPlan(Value):
    targets: tuple[Target, ...]
    support: str
    until: date
    met: bool | None = None


class Grievance(Value):
    against: str
    text: str
    handler: str
    upheld: bool | None = None


class DisciplineState(CaseState):
    """`evidence` by its number, from 1. `lapsed`: the measure no longer counts. `answered`: or its time is up."""

    stage: Stage = Stage.TRIAGE
    employee: str = ""
    reporter: str = ""
    clause: str = ""
    gravity: Gravity = Gravity.MINOR
    allegation: str = ""
    happened_on: date | None = None
    witnesses: tuple[str, ...] = ()
    posts: dict[Post, str] = {}
    answered: bool = False
    answer: str | None = None
    evidence: dict[int, Evidence] = {}
    statements: dict[str, Statement] = {}
    findings: str = ""
    hearing: Hearing | None = None
    similar: tuple[e.Similar, ...] = ()
    proposal: Proposal | None = None
    outcome: Outcome | None = None
    appeal: Appealed | None = None
    lapsed: bool = False
    suspended: bool = False
    suspension: Duty = Duty()
    plan: ImprovementPlan | None = None
    check_ins: Items = Items()
    grievances: dict[int, Grievance] = {}

    @property
    def open_grievance(self) -> Grievance | None:
        return next((one for one in self.grievances.values() if one.upheld is None), None)

    @property
    def plan_runs(self) -> bool:
        return self.plan is not None and self.plan.met is None


def evolve(state: DisciplineState, event: Event) -> DisciplineState:
    change = _change(state, event)
    return state.model_copy(update=change) if change else state


def _change(state: DisciplineState, event: Event) -> dict[str, object]:
    match event:
        case e.ConcernReported():
            names = ("employee", "reporter", "clause", "gravity", "allegation", "happened_on", "witnesses")
            return {name: getattr(event, name) for name in names}
        case e.Triaged(way="formal"):
            return {"stage": Stage.INVESTIGATING}
        case e.Appointed(post=post, person=person):
            return {"posts": {**state.posts, post: person}}
        case TaskReassigned(task=task, to=person) if state.case.tasks[task].kind in POST_OF:
            return {"posts": {**state.posts, POST_OF[state.case.tasks[task].kind]: person}}
        case ResponsibilityMoved(instead_of=gone, to=person):
            return {"posts": {post: person if had == gone else had for post, had in state.posts.items()}}
        case e.EvidenceAdded():
            added = Evidence(text=event.text, file=event.file, by=event.by, served=event.served)
            return {"evidence": {**state.evidence, event.number: added}}
        case e.StatementAsked(person=person, question=question):
            return {"statements": {**state.statements, person: Statement(question=question)}}
        case e.StatementGiven(by=person, statement=text):
            given = state.statements[person].model_copy(update={"statement": text})
            return {"statements": {**state.statements, person: given}}
        case e.AllegationAnswered(answer=answer):
            return {"answered": True, "answer": answer}
        case e.AnswerMissed():
            return {"answered": True}
        case e.InvestigationReported(findings=findings):
            return {"findings": findings, "stage": Stage.REPORTED}
        case e.ProceedDecided(proceed=True):
            return {"stage": Stage.INVITING}
        case e.HearingInvited(on=on, place=place, heaviest=heaviest):
            return {"hearing": Hearing(on=on, place=place, heaviest=heaviest), "stage": Stage.INVITED}
        case e.EvidenceServed(numbers=numbers, on=on):
            served = {number: state.evidence[number].model_copy(update={"served": on}) for number in numbers}
            return {"evidence": {**state.evidence, **served}}
        case e.HearingPostponed(on=on) if state.hearing:
            return {"hearing": state.hearing.model_copy(update={"on": on, "postponed": True})}
        case e.HearingRecorded() if state.hearing:
            told = {name: getattr(event, name) for name in ("attendance", "minutes", "refusal")}
            stage = Stage.INVITING if event.attendance == "absent" else Stage.DECIDING
            return {"hearing": state.hearing.model_copy(update=told), "similar": event.similar, "stage": stage}
        case _:
            return _after_hearing(state, event) or _beside(state, event)


def _after_hearing(state: DisciplineState, event: Event) -> dict[str, object]:
    match event:
        case e.OutcomeProposed():
            names = ("review", "measure", "reason", "evidence")
            proposal = Proposal(**{name: getattr(event, name) for name in names})
            return {"proposal": proposal, "stage": Stage.CONFIRMING}
        case e.OutcomeSentBack():
            return {"proposal": None, "stage": Stage.DECIDING}
        case e.OutcomeIssued():
            told = event.model_dump(exclude={"at"})
            outcome = Outcome(**told, issued=event.measure, since=event.at.date())
            return {"outcome": outcome, "stage": Stage.APPEAL_WINDOW}
        case e.AppealLodged(grounds=grounds, late=late, good_cause=cause):
            stage = Stage.LATE_APPEAL if late else Stage.APPEAL
            return {"appeal": Appealed(grounds=grounds, late=late, good_cause=cause), "stage": stage}
        case e.LateAppealDecided(admitted=admitted) if state.appeal:
            appeal = state.appeal.model_copy(update={"admitted": admitted})
            return {"appeal": appeal, "stage": Stage.APPEAL if admitted else Stage.IN_FORCE}
        case e.AppealDecided(measure=measure, until=until, reason=reason) if state.appeal and state.outcome:
            outcome = state.outcome.model_copy(update={"measure": measure, "until": until})
            return {"outcome": outcome, "appeal": state.appeal.model_copy(update={"decision": reason})}
        case e.OutcomeFinal() if state.outcome:
            return {"outcome": state.outcome.model_copy(update={"final": True}), "stage": Stage.IN_FORCE}
    return {}


def _beside(state: DisciplineState, event: Event) -> dict[str, object]:
    match event:
        case e.MeasureLapsed():
            return {"lapsed": True}
        case e.Suspended():
            return {"suspended": True}
        case e.SuspensionLifted():
            return {"suspended": False}
        case e.PlanStarted(targets=targets, support=support, until=until):
            return {"plan": ImprovementPlan(targets=targets, support=support, until=until)}
        case e.PlanConcluded(met=met) if state.plan:
            return {"plan": state.plan.model_copy(update={"met": met})}
        case e.GrievanceRaised(number=number, against=against, text=text, handler=handler):
            raised = Grievance(against=against, text=text, handler=handler)
            return {"grievances": {**state.grievances, number: raised}}
        case e.GrievanceAnswered(number=number, upheld=upheld):
            grievance = state.grievances[number]
            gone = grievance.against if upheld else None
            posts = {post: person for post, person in state.posts.items() if person != gone}
            answered = grievance.model_copy(update={"upheld": upheld})
            return {"grievances": {**state.grievances, number: answered}, "posts": posts}
        case e.CaseConcluded(how=how):
            return {"stage": how}
    return {}
