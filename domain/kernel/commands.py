"""Payloads of the commands that every process understands.

The first paragraph about each stands above its form: what happens, who sees it, what cannot be undone.
"""

import unicodedata
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from domain.kernel.value import Value
from domain.kernel.values.days import Day
from domain.kernel.values.reference import Reference

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


Person = Annotated[str, Reference("person")]
TaskId = Annotated[str, Reference("task")]
Cause = Annotated[str, Field(max_length=200), Reference("cause", free=True)]

Outcome = Literal["approve", "reject", "return", "abstain", "recuse"]
"""`abstain` counts as neither; `recuse` takes the person out of the matter and somebody else in (KRN-11)."""


class NewCondition(Value):
    """What must be done before an approval is complete, by whom, by which day (KRN-17)."""

    text: Text
    owner: Person
    due: Day


class Decide(Value):
    """Say what you decide. Everybody with a part in the case sees it with your name; it cannot be taken back.

    It is for a task of kind `decide`.
    Reject, return and recuse need a comment, return names the fields (KRN-15, KRN-18). Whoever stands in for one of
    several people says for whom with `on_behalf_of` (KRN-22). `content_hash` is that of the step as it was looked at:
    if the content is another one by now, nothing is decided (KRN-14).
    """

    task: TaskId
    outcome: Outcome
    comment: Text | None = None
    fields: tuple[Annotated[str, Reference("field")], ...] = ()
    on_behalf_of: Person | None = None
    conditions: Annotated[tuple[NewCondition, ...], Field(max_length=20)] = ()
    content_hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None


class Claim(Value):
    """Take this task for yourself: the others who were asked need not do it. You can give it back (KRN-23)."""

    task: TaskId


class Release(Value):
    """Give the task back to everybody who was asked. The case shows your reason."""

    task: TaskId
    reason: Text


class Reassign(Value):
    """Give the task to somebody else, who does it from now on. The case shows who gave it to whom, and why (KRN-23).

    `instead_of` is whose place it is: left out, the actor's own, or that of the only one asked.
    """

    task: TaskId
    to: Person
    instead_of: Person | None = None
    reason: Text


class AddApprover(Value):
    """Ask one more person, who must approve too before this step ends. Everybody who was asked already still is."""

    task: TaskId
    person: Person
    reason: Text


class AskInformation(Value):
    """Ask something before you decide. Your task cannot become late until the answer is there (KRN-32).

    The question goes to the requester, or to `of`.
    """

    task: TaskId
    question: Text
    of: Person | None = None
    due_days: Annotated[Decimal, Field(gt=0, le=60)] = Decimal(2)


class GiveInformation(Value):
    """Answer the question. Your answer stays in the case, and the time of whoever asked goes on."""

    task: TaskId
    text: Text


class MeetCondition(Value):
    """Say how the condition was met. The approval is complete when no condition is open any more (KRN-17)."""

    task: TaskId
    note: Text


class WaiveCondition(Value):
    """Do without a condition that you set: the approval waits for it no longer. It cannot be taken back."""

    task: TaskId
    reason: Text


class BreakGlass(Value):
    """Approve this step by your privilege, past everybody who was asked. It cannot be taken back (KRN-44).

    It stands in the weekly report of exceptions, and a second person is asked to look at it.
    """

    task: TaskId
    reason: Text


class ReviewOverride(Value):
    """Say whether the privilege was used rightly. What you find stays in the case with your name."""

    task: TaskId
    finding: Literal["justified", "not-justified"]
    comment: Text


class Attach(Value):
    """Add a file to the case. It stays there whatever becomes of the case, for whoever may see the case (KRN-54).

    It is named by the hash of its bytes, about a task, a review, or the case; the bytes are kept elsewhere.
    """

    name: FileName
    size: Annotated[int, Field(ge=1, le=LARGEST)]
    media_type: MediaType
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    about: Annotated[str, Reference("review")] | None = None


class AddComment(Value):
    """Write something into the case. Whoever may see the case can read it; it cannot be changed afterwards."""

    text: Text
    task: TaskId | None = None


class Withdraw(Value):
    """Take your request back: nobody has to decide it any more. It cannot be opened again, only made anew (KRN-16)."""

    reason: Text


class Hold(Value):
    """Let the case rest: nothing in it becomes late until somebody lets it go on. The case shows your reason (KRN-45).

    `cause` names a freeze from outside; empty is a hold of the case's own.
    """

    reason: Text
    cause: Cause = Field("", description="Only for a freeze from outside: what it is called.")


class Resume(Value):
    """Let the case go on: everybody gets new due times, with as much time as they had left.

    It lifts the hold of the same `cause`; the clock goes on with the last.
    """

    reason: Text
    cause: Cause = Field("", description="Only for a freeze from outside: what it is called.")


class HandOver(Value):
    """Name who answers for the case from now on. They are asked whatever was asked of whoever did so before (KRN-24).

    `instead_of` is in whose place: whoever answers for it today, if left out.
    """

    to: Person
    reason: Text
    instead_of: Person | None = Field(None, description="Only if it is not whoever answers for it today.")


class Retry(Value):
    """Look once more for people, after the organisation was corrected (KRN-13).

    For steps that found nobody, and for tasks of people who are not what they were asked as any more (KRN-10).
    """


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

WHILE_HELD = frozenset({"attach", "comment", "hand-over", "hold", "reassign", "resume", "withdraw"})
"""What people may do in a case on hold. Another hold is for another cause (KRN-45); handing a task or the case on
decides nothing, and the clock stands as before (KRN-24)."""
