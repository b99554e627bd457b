"""What a review is made of: period, parts with weights, questions to peers. Pinned when it begins (REV-02, REV-11)."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Literal

from pydantic import Field

from domain.kernel.commands import Text, says_nothing
from domain.kernel.errors import Refused
from domain.kernel.value import Value
from domain.kernel.values.reference import Reference

Key = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[a-z0-9][a-z0-9-]*$")]
Label = Annotated[str, Field(min_length=1, max_length=120)]
Rating = Annotated[Decimal, Field(ge=1, le=5, max_digits=3, decimal_places=2)]
"""From 1 to 5, the highest."""
LONGEST_PERIOD = timedelta(days=2 * 366)
_CENT = Decimal("0.01")


class FormPart(Value):
    """A part of the form. `weight` is in per cent of the whole."""

    id: Key
    label: Label
    weight: Annotated[Decimal, Field(gt=0, le=100, max_digits=5, decimal_places=2)]


class PeerQuestion(Value):
    id: Key
    text: Annotated[str, Field(min_length=1, max_length=300)]


class ReviewTerms(Value):
    """The same for every review of a cycle. Assessment begins on `assess_from`; goals are agreed until then.

    After a transfer in the period the `owner` of the review is the new manager, or the old one; the other contributes
    (REV-06). `draft_first`: the manager sees what peers said only once the own rating is in.
    """

    period_from: date
    period_until: date
    assess_from: date
    parts: Annotated[tuple[FormPart, ...], Field(min_length=1, max_length=20)]
    questions: Annotated[tuple[PeerQuestion, ...], Field(max_length=10)] = ()
    owner: Literal["new", "old"] = "new"
    draft_first: bool = False


class Mark(Value):
    """A rating of one part of the form with what it rests on."""

    part: Annotated[str, Field(max_length=40), Reference("review-part", free=True)]
    mark: Rating
    evidence: Text


def check_terms(terms: ReviewTerms) -> None:
    """Raises Refused `weights`, `part-twice`, `period`."""
    total = sum((part.weight for part in terms.parts), Decimal(0))
    if total != 100:
        template = "The weights add up to {total} %, not to 100 %; correct them."
        raise Refused("weights", template, total=format(total.normalize(), "f"))
    for name in ("parts", "questions"):
        ids = [one.id for one in getattr(terms, name)]
        if twice := next((one for one in ids if ids.count(one) > 1), None):
            raise Refused("part-twice", "{id} stands there twice; give each its own id.", id=twice)
    if not terms.period_from < terms.period_until <= terms.period_from + LONGEST_PERIOD:
        raise Refused("period", "The period ends after it begins, within two years; correct the days.")
    if not terms.period_from <= terms.assess_from <= terms.period_until + LONGEST_PERIOD:
        raise Refused("period", "The assessment begins in the period or within two years of it; correct the day.")


def check_marks(terms: ReviewTerms, marks: Sequence[Mark]) -> None:
    """Raises Refused `unknown-part`, `part-twice`, `no-evidence` (REV-02)."""
    known, seen = {part.id for part in terms.parts}, set[str]()
    for mark in marks:
        if mark.part not in known:
            listed = ", ".join(sorted(known))
            raise Refused("unknown-part", "The form has no part {part}; it has: {known}.", part=mark.part, known=listed)
        if mark.part in seen:
            raise Refused("part-twice", "{id} stands there twice; give each its own id.", id=mark.part)
        if says_nothing(mark.evidence):
            raise Refused("no-evidence", "Say what the mark for {part} rests on.", part=mark.part)
        seen.add(mark.part)


def weighted(terms: ReviewTerms, marks: Iterable[Mark]) -> Decimal:
    """The rating of marks by weight, to two places. A part without a mark has no weight: two 5 are 5 (REV-11)."""
    weights = {part.id: part.weight for part in terms.parts}
    given = [(weights[mark.part], mark.mark) for mark in marks]
    whole = sum((weight for weight, _ in given), Decimal(0))
    return (sum((weight * mark for weight, mark in given), Decimal(0)) / whole).quantize(_CENT, ROUND_HALF_UP)
