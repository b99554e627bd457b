"""What a document is: its events, its field of the state, and what a process says of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeVar

from pydantic import Field

from domain.kernel.cases.case import Case, Status
from domain.kernel.definition.opening import Opened, Retitled
from domain.kernel.facts import Facts
from domain.kernel.routing.case_roles import CaseRole
from domain.kernel.value import Value
from domain.kernel.values.content import Content
from domain.kernel.values.message import N_, Message
from domain.kernel.values.money import Money
from domain.organisation.policy_needs import Kind

C = TypeVar("C", bound=Value)


class Drafted(Opened, Generic[C]):
    """The event of a process that opens a case with a document. It is its own class: `TripAsked(Drafted[Trip])`."""

    content: C


class Amended(Retitled, Generic[C]):
    """The content is another one. `changed` are its fields whose value changed."""

    content: C
    changed: tuple[str, ...]
    by: str


class Document(Value, Generic[C]):
    """A field of the state: the content as it stands. Whether it is approved, its review says."""

    content: C | None = None

    @property
    def the_content(self) -> C:
        assert self.content is not None
        return self.content


class KeepDraft(Value):
    """For the payload of an opening command: whether to submit at once."""

    draft: bool = Field(default=False, title="keep it as a draft", description="It is asked of the approvers later.")


class Standing(StrEnum):
    """Where a document stands. A process whose case is its document can take these as its stages."""

    NEW = "new"
    DRAFT = "draft"
    IN_APPROVAL = "in_approval"
    RETURNED = "returned"
    APPROVED = "approved"
    ON_HOLD = "on_hold"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


IN_WORK = frozenset({Standing.DRAFT.value, Standing.IN_APPROVAL.value, Standing.RETURNED.value})
"""The stages in which a document is usually amended."""


@dataclass(frozen=True)
class Derived:
    """What conditions of a policy see besides the fields of the content: worked out from it."""

    kind: Kind
    value: Callable[[Any], Any]


@dataclass(frozen=True)
class LookedUp:
    """The same, for what else must be known: the organisation of that moment."""

    kind: Kind
    value: Callable[[Facts, Any], Any]


def _nothing(*_: object) -> None:
    return None


def _no_people(*_: object) -> tuple[str, ...]:
    return ()


def _no_fields(*_: object) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, kw_only=True)
class DocumentSpec(Generic[C]):
    """What one process says of its document.

    `noun` names its commands: `submit-trip`, `amend-trip`, `resubmit-trip`. `material` are the fields that approvers
    answer for: a change voids their decisions (KRN-14). `check(facts, content, requester)` raises Refused for what must
    not be asked; `check_change(facts, before, after)` for what must not become of it. `content_of(payload, facts)`
    makes the content of an opening command, by default from the fields of the same names.
    `subjects` are the people that it is for or about, the beneficiary first: they never decide (KRN-02). `unit` is
    whose roles are asked. `amount` is the field or property with the amount of the matter; None: no step can need
    authority.
    `beside(facts, content)` are the fields that its two events have besides the content, fixed at that moment.
    `derived` are further data for conditions, `unseen` fields of the content that no condition sees, `fixed` those that
    stay as they were first asked for. `routes` are the routes it can take, `route(content)` the one it takes.
    `name` is the field of the state and the id of the review. `editors` may amend, submit and send again; `amend_in`
    are the stages for that. `approved_as` are the stages that the last approval can lead to, where the process has
    others than `approved`. `drafts`: it may be kept as a draft. `why` are the fields that say why it is
    asked for: they stand first wherever it is decided.
    """

    noun: str
    content: type[C]
    drafted: type[Drafted[C]]
    amended: type[Amended[C]]
    title: Callable[[C], Message]
    material: frozenset[str]
    check: Callable[[Facts, C, str], None] = _nothing
    check_change: Callable[[Facts, C, C], None] = _nothing
    content_of: Callable[[Any, Facts], C] | None = None
    subjects: Callable[[Facts, C], tuple[str, ...]] = _no_people
    unit: Callable[[Facts, C], str] = field(default=lambda _facts, content: str(getattr(content, "unit")))  # noqa: B009
    amount: str | None = None
    beside: Callable[[Facts, C], Mapping[str, Any]] = _no_fields
    derived: Mapping[str, Derived | LookedUp] = field(default_factory=dict)
    unseen: frozenset[str] = frozenset()
    fixed: frozenset[str] = frozenset()
    routes: frozenset[str] = frozenset({"approval"})
    route: Callable[[C], str] = field(default=lambda _content: "approval")
    name: str = "document"
    editors: tuple[StrEnum, ...] = (CaseRole.REQUESTER,)
    amend_in: frozenset[str] = IN_WORK
    approved_as: frozenset[str] = frozenset({Standing.APPROVED.value})
    drafts: bool = True
    why: tuple[str, ...] = ("reason",)

    def made_from(self, payload: Value, facts: Facts) -> C:
        """The content that an opening command asks for."""
        if self.content_of is not None:
            return self.content_of(payload, facts)
        return self.content.model_validate({name: getattr(payload, name) for name in self.content.model_fields})

    def submission(self, facts: Facts, content: C, requester: str) -> Content:
        """What approvers decide on."""
        given = {name: getattr(content, name) for name in self.content.model_fields if name not in self.unseen}
        amount = getattr(content, self.amount) if self.amount else None
        assert amount is None or isinstance(amount, Money)
        return Content(
            requester=requester,
            unit=self.unit(facts, content),
            data={**given, **{name: _value(more, facts, content) for name, more in self.derived.items()}},
            material={name: getattr(content, name) for name in self.content.model_fields if name in self.material},
            amount=amount,
            excluded=tuple(who for who in self.subjects(facts, content) if who != requester),
        )

    def of(self, state: Value) -> Document[C]:
        """The document of a state."""
        document = getattr(state, self.name)
        assert isinstance(document, Document)
        return document


def _value(more: Derived | LookedUp, facts: Facts, content: Value) -> object:
    return more.value(facts, content) if isinstance(more, LookedUp) else more.value(content)


def standing_of(case: Case, spec: DocumentSpec[Any]) -> str:
    """The stage of an open case by its document alone."""
    review = case.reviews.get(spec.name)
    if review is None:
        return Standing.DRAFT
    if review.status is Status.RETURNED:
        return Standing.RETURNED
    return Standing.APPROVED if review.status is Status.APPROVED else Standing.IN_APPROVAL


def is_approved(case: Case, name: str = "document") -> bool:
    """Whether the review `name` of a case is approved, of the content as it stands."""
    review = case.reviews.get(name)
    return review is not None and review.status is Status.APPROVED


WORDS: Mapping[str, tuple[Message, Message]] = {
    "submit": (N_("submit"), N_("Sends the draft to everybody who has to approve it.")),
    "amend": (
        N_("change"),
        N_("Changes what is asked for; what is left out stays. Approvers decide again on what they answer for."),
    ),
    "resubmit": (N_("send again"), N_("Sends what was returned back for approval, changed or not.")),
}
"""Label and help of the commands that every document has."""
