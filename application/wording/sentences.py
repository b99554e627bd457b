"""What is said of an event whose sentence needs no more than its own fields; `{who}` is its actor.

Events of a process made by a definition say it themselves (`sentence`); those of the kernel and of hiring are here.

Ids of people become names, words of ours the reader's own, once the places are filled. An event that is not here is
told with its plain values.
"""

from collections.abc import Mapping

from domain.kernel.events import declared_name
from domain.kernel.values.message import N_, Message
from domain.processes import PROCESSES

KINDS = (N_("offer validity"), N_("stuck"), N_("task"), N_("yearly review"))
"""Kinds of deadlines, for the catalogues."""
WORDS = (
    N_("referral"), N_("job board"), N_("agency"), N_("career site"), N_("technical"), N_("culture"), N_("skill"),
    N_("references"), N_("education"), N_("criminal record"), N_("spending"), N_("start"),
)  # fmt: skip
"""What companies call sources of candidates, interviews, checks and limits. Others show as they were written."""
EXCEPTIONS: Mapping[str, Message] = {
    "override": N_("override"),
    "override-reviewed": N_("override looked at"),
    "refused": N_("refused signal"),
    "escalated": N_("escalated"),
    "stuck": N_("stuck"),
    "held": N_("put on hold"),
    "late": N_("decided late"),
}
"""What was out of the ordinary, by the kinds of the report."""
_SAYINGS: Mapping[str, Message] = {
    "ResponsibilityMoved": N_("{to} answers for it from now on, instead of {instead_of}"),
    "TaskDone": N_("{task} was done by {by}"),
    "TaskCancelled": N_("{task} is no longer needed"),
    "StepCompleted": N_("step {step} of {review} is {outcome}"),
    "ReviewApproved": N_("{review} is approved"),
    "ReviewRejected": N_("{review} is rejected"),
    "ReviewReturned": N_("{review} goes back, to correct: {fields}"),
    "ReviewEnded": N_("{review} ends as {status}"),
    "DecisionsVoided": N_("decisions on {review} no longer count ({tasks}): {fields} changed"),
    "ContentChanged": N_("{changed} of {review} changed; decisions stand"),
    "DeadlineCleared": N_("{kind}, {key}: no longer runs"),
    "Commented": N_("{who} commented"),
    "CaseHeld": N_("{who} put the case on hold"),
    "CaseResumed": N_("{who} resumed the case, with new due times"),
    "CaseClosed": N_("the case ends as {status}"),
    "AssigneesChanged": N_("{task} is asked of other people now; new: {added}; no longer: {removed}"),
    "TaskClaimed": N_("{by} claimed {task}"),
    "TaskReleased": N_("{by} gave {task} back to everybody who was asked"),
    "TaskReassigned": N_("{by} gave {task} of {instead_of} to {to}"),
    "ApproverAdded": N_("{by} added {person} as an approver of {task}"),
    "InformationAsked": N_("{by} asked {of} about {task}; its clock stands"),
    "InformationGiven": N_("{by} answered the question about {about}"),
    "TaskPaused": N_("the clock of {task} stands"),
    "TaskResumed": N_("the clock of {task} goes on"),
    "DueTimeMoved": N_("{task} is due later: a holiday was declared"),
    "StepsCollapsed": N_("{by} decided {into} already; that counts for {step} of {review} too"),
    "ConditionMet": N_("{by} met the condition {condition}"),
    "ConditionWaived": N_("{by} waived the condition {condition}"),
    "ConditionsVoided": N_("the conditions {conditions} no longer hold"),
    "OverrideUsed": N_(
        "{by} approved step {step} of {review} by privilege; {review_task} asks a second person to look"
    ),
    "OverrideReviewed": N_("{by} looked at the override: {finding}"),
    "HoldLifted": N_("{by} lifted one hold of the case; another one stays"),
    "RequisitionRaised": N_("{requester} raised the requisition"),
    "RequisitionSubmitted": N_("the requisition was sent for approval"),
    "RequisitionAmended": N_("{by} changed the requisition: {changed}"),
    "RequisitionApproved": N_("the requisition is approved; the search can begin"),
    "CandidateAdded": N_("{by} added candidate {candidate}, found by {source}"),
    "CandidateAlsoWanted": N_("candidate {candidate} is wanted by other hirings too: {cases}"),
    "RelationshipDeclared": N_("{by} declared that {person} and candidate {candidate} are related"),
    "CandidateAssessed": N_("{by} said what candidate {candidate} has of the must-haves"),
    "RequirementWaived": N_("{by} lets candidate {candidate} go on without {skills}"),
    "CandidateAdvanced": N_("{by} advanced candidate {candidate} to the interviews"),
    "CandidateRejected": N_("{by} did not advance candidate {candidate}"),
    "InterviewerAssigned": N_("{by} asked {interviewer} for the {kind} interview of {candidate}"),
    "CandidatesRanked": N_("{by} ranked the candidates: {ranking}"),
    "OfferSubmitted": N_("{by} submitted {offer} to {candidate} for approval"),
    "OfferRevised": N_("{by} revised {offer}"),
    "OfferExtended": N_("{by} extended {offer} to {candidate}, valid until {until}"),
    "OfferAccepted": N_("{candidate} accepted {offer}"),
    "OfferDeclined": N_("{candidate} declined {offer}; the seat is free again"),
    "OfferLapsed": N_("{offer} of {candidate} lapsed; the seat is free again"),
    "OfferRescinded": N_("{by} took {offer} of {candidate} back"),
    "RescissionAsked": N_("{by} asked to take the accepted {offer} of {candidate} back"),
    "RescissionEnded": N_("{offer} of {candidate} is not taken back; the acceptance stands"),
    "CheckRecorded": N_("{by} recorded the check {check} of {candidate}: {result}"),
    "HandedOver": N_("all checks of {candidate} passed; onboarding begins"),
    "ProbationEnded": N_("{by} ended the probation of {candidate}; the seat is free again"),
    "SeatFilled": N_("{by} confirmed {candidate}; the seat is filled"),
    "PositionFrozen": N_("{by} froze the position: no new offers"),
    "PositionUnfrozen": N_("{by} lifted the freeze of the position"),
    "FrozenOfferKept": N_("{by} kept {offer} of {candidate} in spite of the freeze"),
    "RequisitionCancelled": N_("{by} cancelled the requisition"),
    "DescriptionBegun": N_("{requester} began this version of the job description"),
    "DescriptionSubmitted": N_("the version was sent for review"),
    "DescriptionAmended": N_("{by} changed the version: {changed}"),
    "BudgetImpactAsked": N_("{task} asks finance what the changed grade costs"),
    "BudgetImpactDropped": N_("{task} is no longer needed: the grade is another one"),
    "BudgetImpactAssessed": N_("{by} said what the changed grade costs on {budget_line}"),
    "DescriptionApproved": N_("approved as version {version}"),
    "RegistrationAsked": N_("the register is to hold the version"),
    "DescriptionConfirmed": N_("{by} looked at it: it is still right; the next look is due by {review_by}"),
    "RetirementAsked": N_("{by} retires the version"),
    "EntryRecorded": N_("the register holds it now"),
    "DescriptionSuperseded": N_("version {version} takes its place"),
}
_OWN = {
    declared_name(kind): kind.sentence
    for process in PROCESSES.values()
    for kind in process.events.kinds.values()
    if kind.sentence is not None
}
SAYINGS: Mapping[str, Message] = {**_SAYINGS, **_OWN}
"""By event type."""
