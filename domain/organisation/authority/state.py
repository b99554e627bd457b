"""The state of one change of authority: what is asked for, and how far it got."""

from enum import StrEnum
from typing import Literal

from domain.kernel.cases.case import Case, Status
from domain.kernel.value import Value
from domain.organisation.model import Limit

REVIEW = "limit"
"""The id of the only review of a case."""


class Change(Value):
    """What is asked for: to grant `limit`, or to end one that someone holds.

    `limit.start` is the first day of a grant, None for the day of its approval. `limit.end` is the first day on which
    the limit no longer holds; None is never for a grant, and the day of approval for a revocation.
    """

    kind: Literal["grant", "revoke"]
    limit: Limit
    reason: str

    @property
    def person(self) -> str:
        assert self.limit.person is not None
        return self.limit.person


class AuthorityState(Value):
    """`approved` once the change was approved; `recorded` once the organisation holds it, or had nothing to change."""

    case: Case
    change: Change | None = None
    approved: bool = False
    recorded: bool = False

    @property
    def the_change(self) -> Change:
        assert self.change is not None
        return self.change

    @property
    def requester(self) -> str:
        assert self.case.requester is not None
        return self.case.requester


class Stage(StrEnum):
    """Where a change of authority stands. It may be granted or revoked while somebody still has a task in the case."""

    NEW = "new"
    IN_APPROVAL = "in_approval"
    RETURNED = "returned"
    RECORDING = "recording"
    ON_HOLD = "on_hold"
    GRANTED = "granted"
    REVOKED = "revoked"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


TRANSITIONS: tuple[tuple[Stage, Stage, str], ...] = (
    (Stage.NEW, Stage.IN_APPROVAL, "request-limit, revoke-limit"),
    (Stage.IN_APPROVAL, Stage.RETURNED, "decide: return"),
    (Stage.RETURNED, Stage.IN_APPROVAL, "resubmit-limit"),
    (Stage.IN_APPROVAL, Stage.RECORDING, "last approval"),
    (Stage.RETURNED, Stage.RECORDING, "resubmit-limit, nothing left to decide"),
    (Stage.RECORDING, Stage.GRANTED, "note-recorded, of a grant"),
    (Stage.RECORDING, Stage.REVOKED, "note-recorded, of a revocation"),
    (Stage.IN_APPROVAL, Stage.GRANTED, "last approval, the grant is over by then"),
    (Stage.IN_APPROVAL, Stage.REVOKED, "last approval, the limit has ended by then"),
    (Stage.RETURNED, Stage.GRANTED, "resubmit-limit, nothing left to decide or record"),
    (Stage.RETURNED, Stage.REVOKED, "resubmit-limit, nothing left to decide or record"),
    (Stage.IN_APPROVAL, Stage.ON_HOLD, "hold"),
    (Stage.RETURNED, Stage.ON_HOLD, "hold"),
    (Stage.ON_HOLD, Stage.IN_APPROVAL, "resume"),
    (Stage.ON_HOLD, Stage.RETURNED, "resume"),
    (Stage.IN_APPROVAL, Stage.REJECTED, "decide: reject"),
    (Stage.IN_APPROVAL, Stage.EXPIRED, "end of the ladder, if the policy says so"),
    (Stage.IN_APPROVAL, Stage.WITHDRAWN, "withdraw"),
    (Stage.RETURNED, Stage.WITHDRAWN, "withdraw"),
    (Stage.ON_HOLD, Stage.WITHDRAWN, "withdraw"),
)


def initial(case: str) -> AuthorityState:
    return AuthorityState(case=Case(id=case, process="authority"))


def is_terminal(state: AuthorityState) -> bool:
    return state.case.closed is not None


def stage(state: AuthorityState) -> Stage:
    if state.change is None:
        return Stage.NEW
    if state.recorded:
        return Stage.GRANTED if state.change.kind == "grant" else Stage.REVOKED
    return _open_stage(state) if state.case.closed is None else Stage(state.case.closed.value)


def _open_stage(state: AuthorityState) -> Stage:
    if state.case.hold is not None:
        return Stage.ON_HOLD
    if state.approved:
        return Stage.RECORDING
    review = state.case.reviews.get(REVIEW)  # it opens with the event after the request
    return Stage.RETURNED if review and review.status is Status.RETURNED else Stage.IN_APPROVAL
