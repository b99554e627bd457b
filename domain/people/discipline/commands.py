"""What people can say in a disciplinary case. The first paragraph about each stands above its form."""

from typing import Annotated, Literal

from pydantic import Field

from domain.kernel.commands import Text
from domain.kernel.value import Value
from domain.kernel.values.days import Day
from domain.kernel.values.reference import Reference
from domain.people.discipline.terms import Gravity, Measure, Post

PersonId = Annotated[str, Field(min_length=1, max_length=64), Reference("person")]
Short = Annotated[str, Field(min_length=1, max_length=300)]
Clause = Annotated[str, Field(min_length=1, max_length=80)]
Sha = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Number = Annotated[int, Field(ge=1, le=500)]
Numbers = Annotated[tuple[Number, ...], Field(max_length=100)]


class ReportConcern(Value):
    """`clause` is the rule of the house that was broken. `reporter`: whoever said it, where HR writes it down."""

    employee: PersonId
    clause: Clause
    gravity: Gravity
    allegation: Text
    happened_on: Day
    witnesses: Annotated[tuple[PersonId, ...], Field(max_length=20)] = ()
    reporter: PersonId | None = None


class Triage(Value):
    """`investigator` and `hearing_manager` are named for a formal case."""

    way: Literal["formal", "informal", "no-case"]
    reason: Text
    investigator: PersonId | None = None
    hearing_manager: PersonId | None = None


class Appoint(Value):
    post: Post
    person: PersonId
    reason: Text


class AddEvidence(Value):
    """`file` is the SHA-256 of an attached file."""

    text: Text
    file: Sha | None = None


class AskWitness(Value):
    person: PersonId
    question: Text


class GiveStatement(Value):
    statement: Text


class AnswerAllegation(Value):
    answer: Text


class SubmitReport(Value):
    findings: Text
    proceed: bool


class Proceed(Value):
    proceed: bool
    reason: Text


class Invite(Value):
    """`heaviest` is the heaviest outcome that is possible. All evidence there is now is served with it."""

    day: Day
    place: Short
    heaviest: Measure
    note_taker: PersonId | None = None


class ServeEvidence(Value):
    evidence: Numbers


class NameCompanion(Value):
    person: PersonId


class Postpone(Value):
    day: Day
    reason: Text


class RecordHearing(Value):
    """`refusal`: how the employee refused to attend, if they did."""

    attendance: Literal["held", "refused", "absent"]
    minutes: Text
    refusal: Text | None = None


class DecideOutcome(Value):
    """`evidence`: the numbers of the evidence on which it rests."""

    measure: Measure
    reason: Text
    evidence: Numbers = ()


class Appeal(Value):
    """`good_cause`: why it comes late, if it does."""

    grounds: Text
    good_cause: Text | None = None


class AdmitAppeal(Value):
    admit: bool
    reason: Text


class DecideAppeal(Value):
    measure: Measure
    reason: Text


class Suspend(Value):
    reason: Text


class ReviewSuspension(Value):
    keep: bool
    reason: Text


class Target(Value):
    """`measure` is how it is measured, `reach` the value to reach."""

    text: Short
    measure: Short
    reach: Short


class StartPlan(Value):
    targets: Annotated[tuple[Target, ...], Field(min_length=1, max_length=20)]
    support: Text
    until: Day


class ConcludePlan(Value):
    met: bool
    reason: Text


class RaiseGrievance(Value):
    against: PersonId
    text: Text


class AnswerGrievance(Value):
    upheld: bool
    reason: Text


class CloseUnresolved(Value):
    resigned_on: Day
    reason: Text


class Annul(Value):
    reason: Text
