"""What people can ask: each model is the payload of one command, its docstring says what it does."""

from typing import Annotated, Any, Self

from pydantic import AliasChoices, Field, model_validator

from domain.kernel.commands import KERNEL_COMMANDS, Text
from domain.kernel.value import Value
from domain.kernel.values.days import Day
from domain.kernel.values.money import Money
from domain.kernel.values.reference import Reference

Name = Annotated[str, Field(min_length=1, max_length=80)]
Category = Annotated[Name, Reference("category", free=True)]
Unit = Annotated[Name, Reference("unit")]
PersonId = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]+$"), Reference("person")]
From = Annotated[Day | None, Field(validation_alias=AliasChoices("from", "start"), title="first day")]
Until = Annotated[
    Day | None,
    Field(
        validation_alias=AliasChoices("until", "end"),
        title="until",
        description="The first day on which it no longer holds.",
    ),
]


class RequestLimit(Value):
    """Asks that a person may approve up to an amount in a category, in a unit and below it. Submits it for approval."""

    person: PersonId
    category: Category
    up_to: Money
    unit: Unit
    start: From = None
    end: Until = None
    reason: Text


class RevokeLimit(Value):
    """Asks to end a limit of a person: from the day `until` on, or once it is approved. Submits it for approval."""

    person: PersonId
    category: Category
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$"), Reference("currency")]
    unit: Unit | None = None
    end: Until = None
    reason: Text


class ResubmitLimit(Value):
    """Sends a returned request back for approval, changed or not (KRN-15)."""

    up_to: Money | None = None
    unit: Unit | None = None
    start: From = None
    end: Until = None
    reason: Text | None = None

    def changes(self) -> dict[str, Any]:
        """The fields that were given. A day may be taken back with null, anything else not."""
        given = {name: getattr(self, name) for name in self.model_fields_set}
        return {name: value for name, value in given.items() if value is not None or name in ("start", "end")}


class AmendLimit(ResubmitLimit):
    """Changes what is asked for. Anything but the reason voids the approvals there are (KRN-14)."""

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.changes():
            raise ValueError("name at least one field to change")
        return self


class NoteRecorded(Value):
    """Sent by the delivery: the organisation holds the change since this position of the log."""

    position: Annotated[int, Field(ge=1)]


OWN: dict[str, type[Value]] = {
    "request-limit": RequestLimit,
    "revoke-limit": RevokeLimit,
    "amend-limit": AmendLimit,
    "resubmit-limit": ResubmitLimit,
    "note-recorded": NoteRecorded,
}

COMMANDS = OWN | KERNEL_COMMANDS

START = frozenset({"request-limit", "revoke-limit"})
