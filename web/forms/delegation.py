"""What people say when somebody is to stand in for them: models of forms like any command's."""

from typing import Annotated

from pydantic import Field

from domain.kernel.commands import Person
from domain.kernel.value import Value
from domain.kernel.values.days import Day
from domain.kernel.values.money import Money
from domain.kernel.values.reference import Reference


class OutOfOffice(Value):
    """From now on somebody else may do what waits for you, until you are back."""

    delegate: Person = Field(title="who stands in for you")
    end: Day = Field(title="the day you are back")


class Delegate(Value):
    """Somebody may act for you for a time, in all or in some of what you decide. You can end it whenever you want."""

    delegate: Person = Field(title="who stands in for you")
    start: Day = Field(title="first day")
    end: Day = Field(title="until", description="The first day on which it no longer holds.")
    processes: Annotated[tuple[Annotated[str, Reference("process")], ...], Field(max_length=20)] = Field(
        (), title="only in these processes"
    )
    units: Annotated[tuple[Annotated[str, Reference("unit")], ...], Field(max_length=20)] = Field(
        (), title="only in these units and below"
    )
    up_to: Money | None = Field(None, title="only up to this amount")
    reason: Annotated[str, Field(max_length=500)] = Field("", title="reason")
