"""What every case has, whatever its process: tasks, reviews, deadlines, a hold. Folded from kernel events."""

from datetime import date, datetime
from enum import StrEnum

from domain.kernel.value import Value
from domain.kernel.values.message import Message
from domain.kernel.values.money import Money


class Status(StrEnum):
    """Where the approval of a case stands. The process's own stage says more."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Timing(Value):
    """Instants (UTC) of one task: when offered, when due, and the rungs of its ladder still to fire."""

    offered_at: datetime
    due_at: datetime
    rungs: tuple["RungAt", ...] = ()
    calendar: str


class RungAt(Value):
    at: datetime
    do: str
    number: int


class Task(Value):
    """What someone must do in a case by a time. `id` is `<case>.<n>`; any one of `assignees` may do it.

    A step with a quorum is one task of all its voters (docs/adr/0011): `voted` are those whose vote is in, `added` must
    approve besides, `veto` may stop it (KRN-11). `claimed_by` keeps it for one of them (KRN-23), `paused_at` is when
    its clock stopped.

    `kind` is `decide` for a step of a review (done by `decide`), else the process's word for the work
    (`scorecard`, `onboarding`), done by the command named in `command`. `subject` is what it is about inside the case:
    the review id, an offer id, a candidate. `basis` says why these people (KRN-10, KRN-05).
    """

    id: str
    kind: str
    title: Message
    step: str
    subject: str
    assignees: tuple[str, ...]
    basis: str
    command: str
    timing: Timing
    escalated_to: tuple[str, ...] = ()
    reminded: int = 0
    overdue: bool = False
    voted: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    veto: tuple[str, ...] = ()
    claimed_by: str | None = None
    paused_at: datetime | None = None

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody who was asked."""
        return tuple(dict.fromkeys((*self.assignees, *self.escalated_to, *self.added, *self.veto)))

    @property
    def able(self) -> tuple[str, ...]:
        """Who may act: everybody asked; of a claimed task its claimer, and those who must be heard besides."""
        return tuple(dict.fromkeys((self.claimed_by, *self.added, *self.veto))) if self.claimed_by else self.people

    @property
    def waiting(self) -> tuple[str, ...]:
        """Whose word is still missing."""
        return tuple(person for person in self.able if person not in self.voted)


class Decision(Value):
    """One decision, as the log holds it (KRN-07)."""

    task: str
    review: str
    step: str
    outcome: str
    actor: str
    on_behalf_of: str | None
    content_hash: str
    at: datetime
    standing: bool = True
    override: bool = False
    via: tuple[str, ...] = ()

    @property
    def persons(self) -> tuple[str, ...]:
        """Everybody with a part in it: who decided, for whom, and those in between (KRN-03, KRN-21)."""
        return (self.actor, *((self.on_behalf_of,) if self.on_behalf_of else ()), *self.via)


class ApprovalCondition(Value):
    """A condition under which somebody approved. `id` is its owner's task, `decision` the task that was decided,
    `set_by` whoever decided and whom they stood in for. `state`: open, met, waived, void (KRN-17).
    """

    id: str
    text: str
    owner: str
    due: date
    set_by: tuple[str, ...]
    decision: str
    state: str = "open"


class StepPlan(Value):
    """A step of a review after conditions were applied: its place in the policy and the hash it answers for."""

    name: str
    content_hash: str
    state: str = "waiting"  # waiting, open, approved, rejected, stuck
    into: str = ""  # the step whose decision counts for this one too (KRN-04)


class Review(Value):
    """One approval of one piece of content: `id` in the case, `route` in the policy.

    `fields` maps each material field to the hash of its value, so that a change can be named (KRN-14, KRN-15).
    """

    id: str
    route: str
    round: int
    status: Status
    content_hash: str
    fields: dict[str, str]
    data: dict[str, object]
    amount: Money | None
    requester: str
    excluded: tuple[str, ...]
    unit: str
    steps: tuple[StepPlan, ...]
    decisions: tuple[Decision, ...] = ()
    conditions: tuple[ApprovalCondition, ...] = ()
    instead: dict[str, dict[str, str]] = {}  # by step: whoever has the place of whom (KRN-23)
    extra: dict[str, tuple[str, ...]] = {}  # by step: approvers who were added to those of the policy
    appointers: dict[str, tuple[str, ...]] = {}  # by step: who gave a place in it to another as operations


class Deadline(Value):
    """An instant at which the workflow sends the command `deadline`. Unique by (kind, key)."""

    kind: str
    key: str
    at: datetime


class Hold(Value):
    """`cause` is empty for a hold by the case's own people; a freeze from outside names itself (KRN-45)."""

    by: str
    reason: str
    since: datetime
    cause: str = ""


class Override(Value):
    """A step that was approved by privilege; `finding` is the second person's, None until they looked (KRN-44)."""

    task: str
    review: str
    step: str
    by: str
    review_task: str
    finding: str | None = None


class Attachment(Value):
    """A file by the SHA-256 of its bytes (hex); `size` in bytes, `about` a task or review, None the case (KRN-54)."""

    name: str
    size: int
    media_type: str
    sha256: str
    by: str
    at: datetime
    about: str | None = None


class Comment(Value):
    by: str
    text: str
    at: datetime
    task: str | None = None


class Case(Value):
    """The kernel's part of a process's state.

    `subjects` are the people a case is for or about; with the requester they never decide (KRN-02). `answering` says
    who answers from then on for what somebody asked for (KRN-24): the asker stays who they were. `team` runs the case
    with them, by the process (HR partner, recruiter): they may decide, but appoint no decider in it.
    `policy` is the pinned version, None until something was submitted (KRN-40).
    """

    id: str
    process: str
    title: Message | None = None
    requester: str | None = None
    subjects: tuple[str, ...] = ()
    unit: str | None = None
    policy: int | None = None
    reviews: dict[str, Review] = {}
    tasks: dict[str, Task] = {}
    deadlines: tuple[Deadline, ...] = ()
    hold: Hold | None = None
    closed: Status | None = None
    stuck: tuple[str, ...] = ()
    comments: tuple[Comment, ...] = ()
    next_task: int = 1
    more_holds: tuple[Hold, ...] = ()
    overrides: tuple[Override, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    answering: dict[str, str] = {}
    team: tuple[str, ...] = ()

    def answers_for(self, asker: str) -> str:
        """Whoever answers today for what `asker` asked for: they themself, until it was handed on (KRN-24)."""
        while asker in self.answering:
            asker = self.answering[asker]
        return asker

    @property
    def responsible(self) -> str | None:
        """Whoever answers for the case today: resubmits, withdraws, is told and asked."""
        return self.answers_for(self.requester) if self.requester else None

    @property
    def own(self) -> frozenset[str]:
        """Requester, subjects, and whoever answered for the case since: they never decide it (KRN-02)."""
        asker = (self.requester,) if self.requester else ()
        return frozenset({*asker, *self.subjects, *self.answering, *self.answering.values()})

    @property
    def parties(self) -> frozenset[str]:
        """Everybody with a stake in the case: no stand-in and no place that they arrange for others counts in it."""
        return self.own | frozenset(self.team)

    @property
    def holds(self) -> tuple[Hold, ...]:
        """Everything that holds the case; the clock stands since the first."""
        return ((self.hold,) if self.hold else ()) + self.more_holds
