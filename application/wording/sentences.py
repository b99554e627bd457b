"""What is said of an event whose sentence needs no more than its own fields; `{who}` is its actor.

Events of processes say it themselves (`sentence`); those of the kernel are here.

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
}
_OWN = {
    declared_name(kind): kind.sentence
    for process in PROCESSES.values()
    for kind in process.events.kinds.values()
    if kind.sentence is not None
}
SAYINGS: Mapping[str, Message] = {**_SAYINGS, **_OWN}
"""By event type."""
