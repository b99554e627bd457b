"""Payloads of the commands that every process understands."""

import unicodedata
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from domain.kernel.among import Among
from domain.kernel.value import Value

Text = Annotated[str, Field(min_length=1, max_length=20_000)]
"""What a person writes. The limit keeps a pasted document out of the log; documents are attachments."""

LARGEST = 10 * 1024 * 1024
"""Bytes of the largest attachment."""

FileName = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^/\\\x00-\x1f\x7f]+$")]
"""A name, never a path."""

MediaType = Literal[
    "application/pdf",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "image/jpeg",
    "image/png",
    "message/rfc822",
    "text/csv",
    "text/plain",
]
"""What may be attached: documents, pictures and mails; nothing that a reader's machine would run."""


def says_nothing(text: str | None) -> bool:
    """Whether a text has nothing to read: no letter, number, sign or mark, only spaces and what is never seen."""
    return not any(unicodedata.category(character)[0] in "LNPS" for character in text or "")


Person = Annotated[str, Among("person")]
TaskId = Annotated[str, Among("task")]
Cause = Annotated[str, Field(max_length=200), Among("cause", free=True)]

Outcome = Literal["approve", "reject", "return", "abstain", "recuse"]
"""`abstain` counts as neither; `recuse` takes the person out of the matter and somebody else in (KRN-11)."""


class NewCondition(Value):
    """What must be done before an approval is complete, by whom, by which day (KRN-17)."""

    text: Text
    owner: Person
    due: date


class Decide(Value):
    """A decision on a task of kind `decide`.

    Reject, return and recuse need a comment, return names the fields (KRN-15, KRN-18). Whoever stands in for one of
    several people says for whom with `on_behalf_of` (KRN-22). `content_hash` is that of the step as it was looked at:
    if the content is another one by now, nothing is decided (KRN-14).
    """

    task: TaskId
    outcome: Outcome
    comment: Text | None = None
    fields: tuple[Annotated[str, Among("field")], ...] = ()
    on_behalf_of: Person | None = None
    conditions: Annotated[tuple[NewCondition, ...], Field(max_length=20)] = ()
    content_hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None


class Claim(Value):
    """Keeps a task of several people for oneself, until it is released (KRN-23)."""

    task: TaskId


class Release(Value):
    """Gives a claimed task back to everybody who was asked."""

    task: TaskId
    reason: Text


class Reassign(Value):
    """Gives the place of `instead_of` (the actor's own, or that of the only one asked) to another person (KRN-23)."""

    task: TaskId
    to: Person
    instead_of: Person | None = None
    reason: Text


class AddApprover(Value):
    """Somebody who must approve besides, before the step ends."""

    task: TaskId
    person: Person
    reason: Text


class AskInformation(Value):
    """A question before the decision, to the requester or to `of`. The clock stands meanwhile (KRN-32)."""

    task: TaskId
    question: Text
    of: Person | None = None
    due_days: Annotated[Decimal, Field(gt=0, le=60)] = Decimal(2)


class GiveInformation(Value):
    """The answer, on the task of the question."""

    task: TaskId
    text: Text


class MeetCondition(Value):
    """The owner says how a condition of an approval was met (KRN-17)."""

    task: TaskId
    note: Text


class WaiveCondition(Value):
    """Whoever set a condition does without it."""

    task: TaskId
    reason: Text


class BreakGlass(Value):
    """Approves an open step by privilege; a second person looks at it afterwards (KRN-44)."""

    task: TaskId
    reason: Text


class ReviewOverride(Value):
    """What the second person finds about an override."""

    task: TaskId
    finding: Literal["justified", "not-justified"]
    comment: Text


class Attach(Value):
    """A file by the hash of its bytes, about a task, a review, or the case. The bytes are kept elsewhere (KRN-54)."""

    name: FileName
    size: Annotated[int, Field(ge=1, le=LARGEST)]
    media_type: MediaType
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    about: Annotated[str, Among("review")] | None = None


class AddComment(Value):
    text: Text
    task: TaskId | None = None


class Withdraw(Value):
    """The requester takes the case back, until the last decision (KRN-16)."""

    reason: Text


class Hold(Value):
    """`cause` names a freeze from outside; leave it empty for a hold of the case's own (KRN-45)."""

    reason: Text
    cause: Cause = ""


class Resume(Value):
    """Lifts the hold of the same cause; the clock goes on with the last."""

    reason: Text
    cause: Cause = ""


class HandOver(Value):
    """Who answers for the case from now on, in the place of `instead_of` (whoever does today, if left out) (KRN-24)."""

    to: Person
    reason: Text
    instead_of: Person | None = None


class Retry(Value):
    """Look again for people for steps that are stuck, after operations mended the organisation (KRN-13)."""


class DeadlinePassed(Value):
    """Sent by the timer of the loop: the deadline (kind, key) of this instant has come."""

    kind: str
    key: str
    at: datetime


KERNEL_COMMANDS: dict[str, type[Value]] = {
    "decide": Decide,
    "claim": Claim,
    "release": Release,
    "reassign": Reassign,
    "add-approver": AddApprover,
    "ask-information": AskInformation,
    "give-information": GiveInformation,
    "meet-condition": MeetCondition,
    "waive-condition": WaiveCondition,
    "override": BreakGlass,
    "review-override": ReviewOverride,
    "attach": Attach,
    "comment": AddComment,
    "withdraw": Withdraw,
    "hold": Hold,
    "resume": Resume,
    "hand-over": HandOver,
    "retry": Retry,
    "deadline": DeadlinePassed,
}
