"""Who sees what of a review (KRN-43, REV-03, REV-04, REV-12)."""

from typing import Any

from domain.kernel.events import Event
from domain.kernel.policy import Confidentiality
from domain.kernel.routing.case_roles import CaseRole, word
from domain.kernel.showing.task_sight import WHOLE, Paths
from domain.people.review import early_events as early
from domain.people.review import events as e
from domain.people.review.state import ReviewState, Role

DEFAULT = Confidentiality(
    seen_by=(
        word(CaseRole.REQUESTER), word(CaseRole.SUBJECT), word(CaseRole.ASKED), word(Role.REVIEWER),
        word(Role.SECOND_LEVEL), "role:hr-partner", "role:calibration-chair",
    ),
    others="nothing",
)  # fmt: skip
FIELDS: dict[str, tuple[str, ...]] = {
    "rating": ("rating", "released", "old", "new", "mark", "marks", "calibrations"),
    "self": ("self_marks",),
    "feedback": ("feedback", "texts"),
    "contributions": ("contributions",),
    "goals": ("goals", "proposal", "changes", "offers", "offer"),
}
_OWN = ("goals-employee", "goals-manager", "goal-offer", "self", "choose-peers", "rate", "sign", "conversation")
_PEERS_SEE = ("person", "terms.period_from", "terms.period_until", "terms.questions")
TASKS: dict[str, Paths] = {
    **dict.fromkeys((*_OWN, "acknowledge"), WHOLE),
    "feedback": _PEERS_SEE,
    "contribute": ("person", "terms.period_from", "terms.period_until"),
}
"""Peers and those who contribute have a task and no part in the case."""
_UNRELEASED = ("marks", "rating", "calibrations", "contributions", "feedback")
"""What the employee sees from the release on. How it was calibrated stays with the line."""
_BESIDE = ("feedback", "contribute")
"""Tasks of people who have no other part in the review, and of those whom the ladder adds to them."""
_NEVER = ("calibrations", "contributions")
_BEFORE_OWN = ("feedback",)
_UNRELEASED_EVENTS = (e.PerformanceRated, early.FeedbackOpened, e.CalibrationFixed, e.ReviewSigned)
_NEVER_EVENTS = (e.RatingCalibrated, e.ContributionGiven)
_OF_PEERS = (early.PeersChosen, early.FeedbackGiven)


def visible(state: ReviewState, reader: str | None) -> dict[str, Any]:
    """The state as JSON without what `reader` may not see. What is sealed no reader gets, the auditor neither."""
    shown = state.model_dump(mode="json", exclude={"sealed"})
    if reader is None:
        return shown
    if is_asked_only(state, reader):
        return _for_peer(state, shown)
    if reader == state.person:
        hidden = _NEVER if state.released is not None else _UNRELEASED
        return _without(shown, (*hidden, "answered", "peers"))
    return _without(shown, _BEFORE_OWN) if _keeps_feedback_from(state, reader) else shown


def may_see(state: ReviewState, reader: str | None, event: Event) -> bool:
    """The same of one event. A peer sees of the review that it is, and nothing that others said."""
    if reader is None:
        return True
    if is_asked_only(state, reader):
        return isinstance(event, e.ReviewBegun)
    if reader == state.person:
        too_early = isinstance(event, _UNRELEASED_EVENTS) and state.released is None
        return not (too_early or isinstance(event, (*_NEVER_EVENTS, *_OF_PEERS)))
    return not (isinstance(event, early.FeedbackOpened) and _keeps_feedback_from(state, reader))


def is_asked_only(state: ReviewState, reader: str) -> bool:
    """A peer, or an earlier manager who contributes, without another role in the case."""
    inside = {state.person, state.manager, state.second, state.rater, state.case.requester}
    tasks = state.case.tasks.values()
    beside = {person for task in tasks if task.kind in _BESIDE for person in task.people}
    within = {person for task in tasks if task.kind not in _BESIDE for person in task.people}
    return reader in {*state.peers, *state.contributors, *beside} - inside - within


def _keeps_feedback_from(state: ReviewState, reader: str) -> bool:
    """The manager rates first where the terms say so; who gave feedback would know theirs from the others' (REV-12)."""
    return reader in state.answered or (reader == state.manager and _draft_first(state))


def _draft_first(state: ReviewState) -> bool:
    return state.terms is not None and state.terms.draft_first and not state.marks


def _for_peer(state: ReviewState, shown: dict[str, Any]) -> dict[str, Any]:
    terms = shown["terms"] or {}
    return {
        "case": {"id": state.case.id, "process": state.case.process, "title": shown["case"]["title"]},
        "person": state.person,
        "terms": {name: terms.get(name) for name in ("period_from", "period_until", "questions")},
    }


def _without(shown: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name, value in shown.items() if name not in names}
