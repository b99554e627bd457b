"""The payloads of a cycle's commands."""

from datetime import date
from typing import Annotated

from pydantic import Field

from domain.kernel.commands import TaskId, Text
from domain.kernel.value import Value
from domain.kernel.values.reference import Reference
from domain.people.review.terms import ReviewTerms


class DesignCycle(ReviewTerms):
    """Design a review cycle for a unit and all below it. The form is the same for everybody and stays so."""

    name: Annotated[str, Field(min_length=1, max_length=120)]
    unit: Annotated[str, Field(max_length=80), Reference("unit")]
    as_of: date


class AnnounceCycle(Value):
    """Tell every manager in the unit that the cycle begins."""

    task: TaskId


class Absence(Value):
    """A long absence, which the organisation does not record."""

    person: Annotated[str, Field(max_length=64), Reference("person")]
    note: Annotated[str, Field(min_length=1, max_length=300)]


class FreezePopulation(Value):
    """Fix who takes part, as of the day of the design, and begin every review. It cannot be taken back.

    Name those who are absent for long; who works here too short, or has no manager, is left out by itself.
    """

    task: TaskId
    absent: Annotated[tuple[Absence, ...], Field(max_length=2000)] = ()


class CalibrateUnit(Value):
    """Finish the calibration of a unit: its ratings stay as they are now, and go to the second level."""

    task: TaskId
    comment: Text | None = None


class ListJoiners(Value):
    """List who is in the unit by now and not in the population. Each of them can get a review of their own."""


class CallOffCycle(Value):
    """Call the cycle off: every review that is not over ends. It cannot be taken back."""

    reason: Text
