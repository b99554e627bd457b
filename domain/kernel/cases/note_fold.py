"""The part of the fold that is beside tasks and reviews: holds, overrides, what was said, what was attached."""

from typing import Any

from domain.kernel.cases.case import Case, Comment, Hold, Override
from domain.kernel.cases.review_events import Attached, HoldLifted, OverrideReviewed, OverrideUsed
from domain.kernel.cases.task_events import InformationAsked, InformationGiven


def held(case: Case, hold: Hold) -> Case:
    """The first hold stops the clock; another one only keeps it from going on."""
    return with_case(case, hold=hold) if case.hold is None else with_case(case, more_holds=(*case.more_holds, hold))


def _lifted(case: Case, cause: str) -> Case:
    left = [hold for hold in case.holds if hold.cause != cause]
    since = case.holds[0].since
    return with_case(case, hold=left[0].model_copy(update={"since": since}), more_holds=tuple(left[1:]))


def noted(
    case: Case,
    event: OverrideUsed | OverrideReviewed | InformationAsked | InformationGiven | Attached | HoldLifted,
) -> Case:
    """What a case remembers beside its tasks and reviews."""
    match event:
        case OverrideUsed(task=task, review=review, step=step, by=by, review_task=second):
            used = Override(task=task, review=review, step=step, by=by, review_task=second)
            return with_case(case, overrides=(*case.overrides, used))
        case OverrideReviewed(task=task, finding=finding):
            return with_case(case, overrides=tuple(_found(used, task, finding) for used in case.overrides))
        case InformationAsked(by=by, question=text, at=at, task=task):
            return _said(case, Comment(by=by, text=text, at=at, task=task))
        case InformationGiven(by=by, text=text, at=at, about=about):
            return _said(case, Comment(by=by, text=text, at=at, task=about))
        case Attached(attachment=attachment):
            return with_case(case, attachments=(*case.attachments, attachment))
        case HoldLifted(cause=cause):
            return _lifted(case, cause)


def _said(case: Case, comment: Comment) -> Case:
    """A question and its answer stay like comments do (KRN-18)."""
    return with_case(case, comments=(*case.comments, comment))


def _found(used: Override, task: str, finding: str) -> Override:
    return used.model_copy(update={"finding": finding}) if used.review_task == task else used


def with_case(case: Case, **fields: Any) -> Case:
    return case.model_copy(update=fields)
