"""The commands of a request, a row each: who may give it, in which stages, and where it leads."""

from typing import Any

from domain.kernel.definition import CommandSpec
from domain.kernel.routing.case_roles import CaseRole
from domain.kernel.values.message import N_
from domain.projects.intake import board, charter, preparation, requirements, triage
from domain.projects.intake import commands as c
from domain.projects.intake.roles import RequestRole as R
from domain.projects.intake.state import PREPARED, UNDECIDED, Stage

S = Stage
Row = CommandSpec[Any, Any]
SYSTEM, ASSIGNEE, OFFICE = (CaseRole.SYSTEM,), CaseRole.ASSIGNEE, R.PROJECT_OFFICE
UNSTARTED = (S.TRIAGE, *UNDECIDED, S.SUSPENDED)
_SIGNED = frozenset({S.CHECKS, S.PLANNING, S.MONEY, S.SCORING, S.READY})
_EDITED = frozenset(UNDECIDED)

START_ROWS: tuple[Row, ...] = (
    CommandSpec(
        name="submit-idea", payload=c.SubmitIdea, by=(CaseRole.EMPLOYEE,), rule=triage.submit_idea, opens=True,
        to=frozenset({S.IDEA}), label=N_("submit an idea"),
        help=N_("Writes an idea down. You make a request of it once it has a sponsor; until then you can withdraw it."),
    ),
    CommandSpec(
        name="open-part", payload=c.OpenPart, by=SYSTEM, rule=triage.open_part, opens=True,
        to=frozenset({S.IDEA}), label=N_("open a part"), help=N_("A request was split: this is one part."),
    ),
    CommandSpec(
        name="make-request", payload=c.MakeRequest, by=(CaseRole.REQUESTER, ASSIGNEE), rule=triage.make_request,
        when=frozenset({S.IDEA}), to=frozenset({S.TRIAGE}), label=N_("make a request"),
        help=N_("Asks the project office to look at it. Sponsor and business owner see it from now on."),
    ),
    CommandSpec(
        name="triage-request", payload=c.TriageRequest, by=(ASSIGNEE, OFFICE), rule=triage.triage,
        when=frozenset({S.TRIAGE}), to=frozenset({S.REQUIREMENTS}), label=N_("let it go on"),
        help=N_("Names an analyst and the lane. The fast lane is for small changes; those of one origin are added up."),
    ),
)  # fmt: skip
PREPARATION_ROWS: tuple[Row, ...] = (
    CommandSpec(
        name="change-people", payload=c.ChangePeople, by=(OFFICE,), rule=triage.change_people, when=_EDITED,
        label=N_("name other people"), help=N_("Names another analyst or business owner; their tasks go to them."),
    ),
    CommandSpec(
        name="set-requirement", payload=c.SetRequirement, by=(R.ANALYST, R.BUSINESS_OWNER),
        rule=requirements.set_requirement, when=_EDITED, to=frozenset({S.SIGN_OFF}), label=N_("write a requirement"),
        help=N_("Adds a requirement, or changes the one that you name. A change after the sign-off voids it."),
    ),
    CommandSpec(
        name="drop-requirement", payload=c.DropRequirement, by=(R.ANALYST, R.BUSINESS_OWNER),
        rule=requirements.drop_requirement, when=_EDITED, to=frozenset({S.SIGN_OFF}), label=N_("drop a requirement"),
        help=N_("Takes a requirement out of the set. After the sign-off this voids it."),
        offered=lambda state, _person: bool(state.requirements),
    ),
    CommandSpec(
        name="present-requirements", payload=c.PresentRequirements, by=(ASSIGNEE, R.ANALYST),
        rule=requirements.present, when=frozenset({S.REQUIREMENTS}),
        to=frozenset({S.OPTIONS, S.SIGN_OFF}), label=N_("present the requirements"),
        help=N_("Says that the set is complete; options come next, then the business owner signs."),
    ),
    CommandSpec(
        name="propose-options", payload=c.ProposeOptions, by=(ASSIGNEE, R.ANALYST), rule=preparation.propose_options,
        when=frozenset({S.OPTIONS, S.SIGN_OFF, S.PLANNING, S.MONEY, S.SCORING, S.READY, S.RETURNED}),
        to=frozenset({S.SIGN_OFF, S.PLANNING}), label=N_("propose options"),
        help=N_("Names all options, doing nothing among them, each with an estimate. A plan for another one is void."),
    ),
    CommandSpec(
        name="renew-estimate", payload=c.RenewEstimate, by=(R.ANALYST,), rule=preparation.renew_estimate,
        when=frozenset({S.SIGN_OFF, S.PLANNING, S.MONEY, S.SCORING, S.READY, S.AGENDA, S.RETURNED, S.DEFERRED}),
        label=N_("renew the estimate"), help=N_("Estimates the proposed option anew, as of today."),
    ),
    CommandSpec(
        name="sign-requirements", payload=c.SignRequirements, by=(ASSIGNEE,), rule=requirements.sign,
        when=frozenset({S.SIGN_OFF}), to=_SIGNED, label=N_("sign the requirements"),
        help=N_("Signs exactly the set that you looked at. Name what you except; the board sees it."),
    ),
    CommandSpec(
        name="refuse-requirements", payload=c.RefuseRequirements, by=(R.BUSINESS_OWNER,), rule=requirements.refuse,
        when=frozenset({S.SIGN_OFF}), to=frozenset({S.REQUIREMENTS}), label=N_("refuse the requirements"),
        help=N_("Gives the set back to the analyst with your reason."),
    ),
    CommandSpec(
        name="plan-project", payload=c.PlanProject, by=(ASSIGNEE, R.ANALYST), rule=preparation.plan_project,
        when=frozenset({S.PLANNING, S.MONEY, S.SCORING, S.READY, S.RETURNED}), to=frozenset({S.MONEY, S.CHECKS}),
        label=N_("plan the project"),
        help=N_("States milestones, people, cost by period, total cost and benefits. Another plan frees the money."),
    ),
    CommandSpec(
        name="reserve-money", payload=c.ReserveMoney, by=(ASSIGNEE, R.LINE_OWNER), rule=preparation.reserve_money,
        when=frozenset({S.MONEY}), to=frozenset({S.SCORING, S.READY}), label=N_("reserve the money"),
        help=N_("Reserves the cost of the plan on its budget line, in every period or in none."),
    ),
    CommandSpec(
        name="score-request", payload=c.ScoreRequest, by=(ASSIGNEE, OFFICE), rule=preparation.score_request,
        when=frozenset({S.SCORING}), to=frozenset({S.READY}), label=N_("score the request"),
        help=N_("Scores it from 0 to 10 by each criterion. Weights and version of the model stay with the score."),
    ),
    CommandSpec(
        name="start-emergency", payload=c.StartEmergency, by=(R.EMERGENCY,), rule=charter.start_emergency,
        when=frozenset({S.TRIAGE, *PREPARED, S.AGENDA, S.BOARD, S.RETURNED}), label=N_("begin in an emergency"),
        help=N_("Work begins before the approval. Without it in time the request ends, and it is reported."),
        offered=lambda state, _person: state.emergency is None and not state.reserved,
    ),
)  # fmt: skip
DECISION_ROWS: tuple[Row, ...] = (
    CommandSpec(
        name="submit-for-decision", payload=c.SubmitForDecision, by=(ASSIGNEE, OFFICE), rule=board.submit_for_decision,
        when=frozenset({S.READY}), to=frozenset({S.AGENDA, S.BOARD}), label=N_("submit for decision"),
        help=N_("Puts it on the agenda of the next board whose cut-off has not passed; a small change is asked now."),
    ),
    CommandSpec(
        name="resubmit-request", payload=c.ResubmitRequest, by=(ASSIGNEE, R.ANALYST), rule=preparation.resubmit_request,
        when=frozenset({S.RETURNED}), to=frozenset({S.CHECKS, S.BOARD}), label=N_("send again"),
        help=N_("Sends what was returned back to those who decide."),
    ),
    CommandSpec(
        name="defer-request", payload=c.DeferRequest, by=(OFFICE,), rule=board.defer,
        when=frozenset({S.READY, S.AGENDA, S.BOARD}), to=frozenset({S.DEFERRED}), label=N_("defer"),
        help=N_("Leaves it until a day. It comes back by itself; the requester is told both times."),
    ),
    CommandSpec(
        name="give-up-sponsorship", payload=c.GiveUpSponsorship, by=(R.SPONSOR,), rule=charter.give_up_sponsorship,
        when=frozenset({S.TRIAGE, *UNDECIDED, S.APPROVED_TO_START}), to=frozenset({S.SUSPENDED}),
        label=N_("give up sponsorship"), help=N_("The request rests until the project office names another sponsor."),
    ),
    CommandSpec(
        name="replace-sponsor", payload=c.ReplaceSponsor, by=(ASSIGNEE, OFFICE), rule=charter.replace_sponsor,
        when=frozenset({S.SUSPENDED}), to=frozenset({S.TRIAGE, *UNDECIDED, S.APPROVED_TO_START}),
        label=N_("name another sponsor"), help=N_("The request goes on where it stood."),
    ),
    CommandSpec(
        name="charter-project", payload=c.CharterProject, by=(ASSIGNEE, OFFICE), rule=charter.charter,
        when=frozenset({S.APPROVED_TO_START}), to=frozenset({S.CHARTERING}), label=N_("start the project"),
        help=N_("Starts the project with what was approved. It cannot be taken back; the project can be stopped."),
    ),
    CommandSpec(
        name="note-chartered", payload=c.NoteChartered, by=SYSTEM, rule=charter.note_chartered,
        when=frozenset({S.CHARTERING, S.APPROVED_TO_START, S.CHARTERED}), to=frozenset({S.CHARTERED}),
        label=N_("chartered"), help=N_("The project stands and holds the money."),
    ),
    CommandSpec(
        name="note-project-ended", payload=c.NoteProjectEnded, by=SYSTEM, rule=charter.note_project_ended,
        when=frozenset({S.CHARTERED}), to=frozenset({S.DELIVERED, S.STOPPED}), label=N_("project ended"),
        help=N_("The project is over; the request says the same."),
    ),
)  # fmt: skip
END_ROWS: tuple[Row, ...] = (
    CommandSpec(
        name="decline-request", payload=c.DeclineRequest, by=(OFFICE,), rule=triage.decline,
        when=frozenset({S.TRIAGE}), to=frozenset({S.DECLINED}), label=N_("decline"),
        help=N_("Ends the request. The requester is told your reason."),
    ),
    CommandSpec(
        name="end-as-duplicate", payload=c.EndAsDuplicate, by=(OFFICE,), rule=triage.end_as_duplicate,
        when=frozenset(UNSTARTED), to=frozenset({S.DUPLICATE}), label=N_("end as a duplicate"),
        help=N_("Another request asks for the same. The requester is told which, and how that one ends."),
    ),
    CommandSpec(
        name="merge-request", payload=c.MergeRequest, by=(OFFICE,), rule=triage.merge,
        when=frozenset(UNSTARTED), to=frozenset({S.MERGED}), label=N_("merge into another"),
        help=N_("Another request takes it in. The requester is told which, and how that one ends."),
    ),
    CommandSpec(
        name="split-request", payload=c.SplitRequest, by=(OFFICE,), rule=triage.split,
        when=frozenset(UNSTARTED), to=frozenset({S.SPLIT}), label=N_("split"),
        help=N_("Each part becomes a request of its own; in the fast lane they are added up."),
    ),
    CommandSpec(
        name="cancel-request", payload=c.CancelRequest, by=(CaseRole.REQUESTER, R.SPONSOR, OFFICE),
        rule=triage.cancel_request, when=frozenset({*UNSTARTED, S.APPROVED_TO_START}), to=frozenset({"cancelled"}),
        label=N_("cancel the request"), help=N_("Ends it before a project begins; reserved money is free again."),
    ),
    CommandSpec(
        name="note-merged", payload=c.NoteMerged, by=SYSTEM, rule=triage.note_merged, label=N_("merged"),
        help=N_("Another request goes on in this one."),
    ),
)  # fmt: skip
