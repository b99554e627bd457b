"""What the API shows, in the words of the command line's JSON. Fields may be added, none changes its meaning.

Where a rule keeps something from the reader, its place holds `{"hidden": true}` (KRN-43).
"""

from datetime import datetime
from typing import Any, Literal, TypeAlias, TypeVar
from uuid import UUID

from pydantic import ConfigDict, Field

from web.api.shapes import CASE, TASK, Shape

T = TypeVar("T")
AT = "2026-11-23T07:30:00Z"


class Hidden(Shape):
    """In the place of what this reader may not see."""

    hidden: Literal[True]


class Said(Shape):
    """A sentence as a message id and its arguments, for clients that translate."""

    id: str
    args: dict[str, Any] = {}


MayHide: TypeAlias = T | Hidden
People: TypeAlias = list[MayHide[str]]


class InboxTask(Shape):
    """An open task of the reader; `for` is whom they stand in for, null for their own. `command` does it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "task": TASK, "case": CASE, "process": "hiring", "title": "Approve it", "kind": "decide",
                    "step": "line", "command": "decide", "subject": "requisition", "due_at": AT, "offered_at": AT,
                    "overdue": False, "on_hold": False, "claimed": False, "for": None, "unit": "it-platform",
                    "message": {"id": "Approve the requisition", "args": {}}, "case_title": None, "delegation": None,
                }
            ]
        }
    )  # fmt: skip
    task: str
    case: str
    process: str
    case_title: Said | None
    title: str
    message: Said
    step: str
    kind: str
    command: str
    subject: str
    unit: MayHide[str] | None
    due_at: datetime
    offered_at: datetime
    overdue: bool
    on_hold: bool
    claimed: bool
    delegation: str | None
    for_: str | None = Field(alias="for")


class CaseListed(Shape):
    """A case in a list. `opened` and `position` are positions of the log; `waiting_on` are who must act next."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "case": CASE, "process": "hiring", "stage": "requisition", "version": 7, "closed": False,
                    "status": "open", "on_hold": False, "overdue": False, "unit": "it-platform", "title": "Hiring",
                    "case_title": {"id": "Hiring", "args": {}},
                    "requester": "e1009", "waiting_on": ["e1003"], "stuck": [], "due_at": AT, "position": 4711,
                    "opened": 4700, "opened_at": AT, "updated_at": AT,
                }
            ]
        }
    )  # fmt: skip
    case: str
    process: str
    stage: MayHide[str]
    version: MayHide[int]
    closed: bool
    status: MayHide[str]
    on_hold: MayHide[bool]
    overdue: MayHide[bool]
    unit: MayHide[str] | None
    title: MayHide[str] | None
    case_title: MayHide[Said] | None
    requester: MayHide[str] | None
    waiting_on: MayHide[People]
    stuck: MayHide[People]
    due_at: MayHide[datetime] | None
    position: MayHide[int]
    opened: MayHide[int]
    opened_at: MayHide[datetime]
    updated_at: MayHide[datetime]


class CaseShown(Shape):
    """A case as this reader may see it; `tasks` are those that are open, `state` is the process's own."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "case": CASE, "process": "hiring", "stage": "requisition", "version": 7, "closed": False,
                    "on_hold": False, "tasks": [{"id": TASK, "kind": "decide", "assignees": ["e1003"]}],
                    "deadlines": [{"kind": "reminder", "key": TASK, "at": AT}], "state": {"requisition": {"seats": 1}},
                }
            ]
        }
    )  # fmt: skip
    case: str
    process: str
    stage: MayHide[str]
    version: MayHide[int]
    closed: bool
    on_hold: MayHide[bool]
    tasks: list[dict[str, Any]]
    deadlines: list[dict[str, Any]]
    state: dict[str, Any]


class Happened(Shape):
    """One event of a case."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "version": 1, "type": "RequisitionRaised", "actor": "e1009", "on_behalf_of": None, "channel": "api",
                    "command_id": "0b0c7e0e-6b0f-4c3c-9d5e-2f1f5a3e8a11", "recorded_at": AT, "data": {"seats": 1},
                }
            ]
        }
    )  # fmt: skip
    version: int
    type: str
    actor: str
    on_behalf_of: str | None
    channel: str
    command_id: UUID
    recorded_at: datetime
    data: dict[str, Any]


class PreviewStep(Shape):
    """One step as it would run if each before it took its whole time (KRN-41)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"step": "line-manager", "title": "Line manager", "assignees": ["e1003"], "due_at": AT, "stuck": None,
                 "basis": "line manager of e1009", "quorum": "any", "veto": [], "beside": None}
            ]
        }
    )  # fmt: skip
    step: str
    title: str
    assignees: list[str]
    basis: str
    due_at: datetime | None
    stuck: str | None
    quorum: str
    veto: list[str]
    beside: str | None


class ProcessListed(Shape):
    """A process; `start` names the commands that open a case of it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"process": "hiring", "start": ["raise-requisition"], "commands": ["decide"]}]}
    )
    process: str
    start: list[str]
    commands: list[str]


class CommandListed(Shape):
    """A command with the JSON schema of its payload."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"command": "decide", "start": False, "schema": {"type": "object"}}]}
    )
    command: str
    start: bool
    schema_: dict[str, Any] = Field(alias="schema")


class Bound(Shape):
    amount: str
    currency: str


class Covers(Shape):
    """What a delegation covers; empty or null means everything."""

    processes: list[str]
    units: list[str]
    up_to: Bound | None


class DelegationShown(Shape):
    """Somebody may act for somebody, from `from` until `until` (excluded)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"delegation": "d-0b0c7e0e6b0f", "principal": "e1003", "delegate": "e1004", "from": AT, "until": AT,
                 "state": "active", "scope": {"processes": ["hiring"], "units": [], "up_to": None}, "reason": "Leave",
                 "out_of_office": False, "revoked_at": None, "granted_by": "e1003"}
            ]
        }
    )  # fmt: skip
    delegation: str
    principal: str
    delegate: str
    from_: datetime = Field(alias="from")
    until: datetime
    state: Literal["over", "active", "coming"]
    scope: Covers
    reason: str
    out_of_office: bool
    revoked_at: datetime | None
    granted_by: str | None = None
