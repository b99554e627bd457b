"""What the views show: rows as readers get them, and the pure functions that make stored columns of a folded case."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from pydantic import Field
from pydantic_core import from_json

from domain.kernel.cases.case import Case, Status, Task
from domain.kernel.routing.delegates import review_of
from domain.kernel.showing.confidential import Outline
from domain.kernel.showing.outlook import waiting_on
from domain.kernel.showing.task_roles import role_of
from domain.kernel.value import Value
from domain.kernel.values.message import Message
from domain.kernel.values.money import Money
from readmodels.fold import Change

Columns = dict[str, Any]
"""The columns of one stored row, JSON-shaped but for instants; without the generation."""


class CaseRow(Value):
    """One case. `waiting_on` are the people who must act next; `due_at` (UTC) is the earliest of its open tasks.

    `position` is the last event shown, `opened` the position of the first: pages of a listing go on after it.
    `parts` and `amounts` say who may see it (KRN-43); readers get the row without them.
    `overdue` is told for the instant of the question; a case on hold is not overdue, its clock stands (KRN-32).
    """

    case: str
    process: str
    stage: str
    status: Status
    closed: bool
    on_hold: bool
    overdue: bool
    unit: str | None
    title: Message | None
    requester: str | None
    waiting_on: tuple[str, ...]
    stuck: tuple[str, ...]
    due_at: datetime | None
    version: int
    position: int
    opened: int
    opened_at: datetime
    updated_at: datetime
    parts: dict[str, Any] = Field(exclude=True)
    amounts: tuple[Any, ...] = Field(exclude=True)

    @property
    def outline(self) -> Outline:
        """As much of the case as says who may see it."""
        return Outline.model_construct(
            process=self.process,
            unit=self.unit,
            requester=self.requester,
            parts=self.parts,
            amounts=tuple(map(Money.model_validate, self.amounts)),
        )

    @classmethod
    def of(cls, columns: Mapping[str, Any], now: datetime) -> "CaseRow":
        """The row of stored columns, told at `now`. Not validated again: the columns have these types."""
        own = dict(columns)
        return cls.model_construct(
            case=own.pop("case_id"),
            status=Status(own.pop("status")),
            title=_message(own.pop("title")),
            waiting_on=tuple(own.pop("waiting_on")),
            stuck=tuple(own.pop("stuck")),
            parts=_json_of(own.pop("parts")),
            amounts=tuple(_json_of(own.pop("amounts"))),
            overdue=not own["closed"] and _late(own, now),
            **own,
        )


class InboxRow(Value):
    """One open task, as one of the persons sees it who may do it. `command` does it; instants are UTC.

    `person` is whose task it is, `claimed` that they keep it for themself (KRN-23). `delegation` is set where a reader
    sees it because they stand in for that person; `via` are those in between, where the policy lets a stand-in have a
    stand-in (KRN-21).
    """

    task: str
    person: str
    case: str
    process: str
    case_title: Message | None
    title: Message
    step: str
    kind: str
    command: str
    subject: str
    unit: str | None
    on_hold: bool
    claimed: bool
    overdue: bool
    due_at: datetime
    offered_at: datetime
    delegation: str | None = None
    via: tuple[str, ...] = ()

    @property
    def principal(self) -> str | None:
        """For whom it is done; None for one's own."""
        return self.person if self.delegation else None

    @classmethod
    def of(cls, columns: Mapping[str, Any], now: datetime) -> "InboxRow":
        """As `CaseRow.of`; columns that only say who else may see the row are left out.

        A fifth of the price of `model_construct`: an inbox may have hundreds of rows.
        """
        fields = dict(columns)
        if "barred" in fields:
            fields = {name: value for name, value in fields.items() if name not in _FOR_OTHERS}
        fields["case"] = fields.pop("case_id")
        fields["case_title"] = _message(fields["case_title"])
        fields["title"] = _message(fields["title"])
        fields["overdue"] = _late(fields, now)
        fields.setdefault("delegation", None)
        fields.setdefault("via", ())
        made = cls.__new__(cls)
        object.__setattr__(made, "__dict__", fields)
        object.__setattr__(made, "__pydantic_fields_set__", _INBOX_FIELDS)
        object.__setattr__(made, "__pydantic_extra__", None)
        object.__setattr__(made, "__pydantic_private__", None)
        return made


_INBOX_FIELDS = set(InboxRow.model_fields)
_FOR_OTHERS = frozenset({"amount", "currency", "barred", "role", "role_unit"})


def case_columns(change: Change) -> list[Columns]:
    """The one row of a case."""
    case, tasks = change.case, open_tasks(change)
    return [
        {
            "case_id": change.stream,
            "process": change.process.name,
            "stage": change.process.stage(change.state),
            "status": status_of(case),
            "closed": change.closed,
            "on_hold": case.hold is not None,
            "unit": case.unit,
            "title": _json(case.title),
            "requester": case.requester,
            "waiting_on": list(waiting_on(case)),
            "stuck": list(case.stuck),
            "due_at": min((task.timing.due_at for task in tasks), default=None),
            "version": change.last.version,
            "position": change.last.position,
            "opened": change.first.position,
            "opened_at": change.first.recorded_at,
            "updated_at": change.last.recorded_at,
            **change.process.outline(change.state).model_dump(mode="json", include={"parts", "amounts"}),
        }
    ]


def inbox_columns(change: Change) -> list[Columns]:
    """One row for each open task and each person who may do it."""
    case = change.case
    return [
        {
            "case_id": change.stream,
            "task": task.id,
            "person": person,
            "process": change.process.name,
            "case_title": _json(case.title),
            "title": _json(task.title),
            "step": task.step,
            "kind": task.kind,
            "command": task.command,
            "subject": task.subject,
            "unit": review.unit if (review := review_of(case, task)) else case.unit,
            "on_hold": case.hold is not None,
            "claimed": task.claimed_by == person,
            "due_at": task.timing.due_at,
            "offered_at": task.timing.offered_at,
            **_for_others(case, task, first=number == 0),
        }
        for task in open_tasks(change)
        for number, person in enumerate(people_of(task))
    ]


def _for_others(case: Case, task: Task, *, first: bool) -> Columns:
    """What says who else may see the task: the amount of the matter, who never decides it, and the role it is for.

    The role stands on one row of each task (KRN-02, KRN-10, KRN-20).
    """
    review = review_of(case, task)
    role, role_unit = role_of(task) if first else (None, None)
    shown: Columns = {"amount": None, "currency": None, "barred": [], "role": role, "role_unit": role_unit}
    if review is None:
        return shown
    if review.amount is not None:
        shown |= {"amount": review.amount.amount, "currency": review.amount.currency}
    return shown | {"barred": sorted({review.requester, *review.excluded, *case.own})}


def open_tasks(change: Change) -> tuple[Task, ...]:
    """The tasks someone can still do: none once the case is finished."""
    return () if change.closed else tuple(change.case.tasks.values())


def people_of(task: Task) -> list[str]:
    """Those whose word is missing; an escalation adds and never removes (KRN-31). A claimed task is its claimer's."""
    return sorted(task.waiting)


def status_of(case: Case) -> Status:
    """Where approval stands: the end if there is one, else the newest open review, else the newest review at all."""
    if case.closed is not None:
        return case.closed
    statuses = [review.status for review in case.reviews.values()]
    pending = [status for status in statuses if status in (Status.IN_REVIEW, Status.RETURNED)]
    return (pending or statuses or [Status.DRAFT])[-1]


def _late(columns: Mapping[str, Any], now: datetime) -> bool:
    return not columns["on_hold"] and columns["due_at"] is not None and columns["due_at"] < now


def _json(message: Message | None) -> Columns | None:
    return None if message is None else message.model_dump(mode="json")


def _json_of(value: Any) -> Any:
    """A column of JSON, which the database hands over as text."""
    return from_json(value) if isinstance(value, str) else value


def _message(value: str | Columns | None) -> Message | None:
    match value:
        case None:
            return None
        case str():
            return _parsed(value)
        case _:
            return Message.model_validate(value)


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Message:
    """Titles repeat: in the rows of one task, and from one listing to the next."""
    return Message.model_validate_json(text)
