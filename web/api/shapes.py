"""What the API answers to commands and mistakes, in the words of the command line's JSON."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

TASK = "hiring-7k2m9p4x3d.1"
CASE = "hiring-7k2m9p4x3d"


class Shape(BaseModel):
    """A frozen answer. Clients must ignore fields that they do not know."""

    model_config = ConfigDict(frozen=True)


class Acknowledged(Shape):
    """The command is in the log: the case's version after it, and the log's position. `repeated`: it was there."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"case": CASE, "version": 7, "position": 4711, "repeated": False}]}
    )
    case: str
    version: int
    position: int
    repeated: bool = False


class Attached(Acknowledged):
    """As `Acknowledged`, with the hash by which the file is got."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"case": CASE, "version": 8, "position": 4712, "repeated": False, "sha256": f"{'0123456789abcdef' * 4}"}
            ]
        }
    )
    sha256: str


class Pending(Shape):
    """Nobody knows yet whether the command was carried out. Ask at `Location`, or repeat it with the same key."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"case": CASE, "command_id": "0b0c7e0e-6b0f-4c3c-9d5e-2f1f5a3e8a11", "recorded": None,
                 "ask": "/api/v1/commands/0b0c7e0e-6b0f-4c3c-9d5e-2f1f5a3e8a11?receipt=…"}
            ]
        }
    )  # fmt: skip
    case: str
    command_id: UUID
    recorded: None = None
    ask: str


class Result(Shape):
    """What became of one task of a bulk. `recorded` is null where it is not known yet: repeat it with the same key."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"task": TASK, "recorded": True, "case": CASE, "version": 7, "position": 4711},
                {"task": TASK, "recorded": False, "code": "task-done", "message": "…", "facts": {"task": TASK}},
            ]
        }
    )
    task: str
    recorded: bool | None
    case: str | None = None
    version: int | None = None
    position: int | None = None
    code: str | None = None
    message: str | None = None
    facts: dict[str, Any] | None = None


class Problem(Shape):
    """RFC 9457. `code` is stable and for programs; `message` (also `detail`) tells the reader what to do."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:signoff:problem:own-case", "title": "Forbidden", "status": 403, "code": "own-case",
                    "detail": "…", "message": "…", "facts": {"case": CASE}, "instance": f"/api/v1/cases/{CASE}",
                }
            ]
        }
    )  # fmt: skip
    type: str
    title: str
    status: int
    code: str
    detail: str
    message: str
    facts: dict[str, Any]
    instance: str
