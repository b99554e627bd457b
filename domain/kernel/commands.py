"""Payloads of the commands that every process understands."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from domain.kernel.value import Value

Text = Annotated[str, Field(min_length=1, max_length=20_000)]
"""What a person writes. The limit keeps a pasted document out of the log; documents are attachments."""

Outcome = Literal["approve", "reject", "return", "abstain", "recuse"]
"""`abstain` counts as neither; `recuse` takes the person out of the matter and somebody else in (KRN-11)."""


class Decide(Value):
    """A decision on a task of kind `decide`.

    Reject, return and recuse need a comment, return names the fields (KRN-15, KRN-18). Whoever stands in for one of
    several people says for whom with `on_behalf_of` (KRN-22).
    """

    task: str
    outcome: Outcome
    comment: Text | None = None
    fields: tuple[str, ...] = ()
    on_behalf_of: str | None = None


class AddComment(Value):
    text: Text
    task: str | None = None


class Withdraw(Value):
    """The requester takes the case back, until the last decision (KRN-16)."""

    reason: Text


class Hold(Value):
    reason: Text


class Resume(Value):
    reason: Text


class Retry(Value):
    """Look again for people for steps that are stuck, after operations mended the organisation (KRN-13)."""


class DeadlinePassed(Value):
    """Sent by the timer of the loop: the deadline (kind, key) of this instant has come."""

    kind: str
    key: str
    at: datetime


KERNEL_COMMANDS: dict[str, type[Value]] = {
    "decide": Decide,
    "comment": AddComment,
    "withdraw": Withdraw,
    "hold": Hold,
    "resume": Resume,
    "retry": Retry,
    "deadline": DeadlinePassed,
}
