"""What a case that holds money is told when a year ends."""

from typing import Annotated

from pydantic import Field

from domain.kernel.ledger import Period
from domain.kernel.value import Value
from domain.kernel.values.money import Money
from domain.kernel.values.reference import Reference


class MoveCommitment(Value):
    """Sent to a case that holds money: what it holds of `line` in `period` goes to `target`, or is given back.

    `decision` is `carry`, `carry-without`, `re-encumber` (at `price`) or `cancel`. What goes along with it was moved by
    the budget already; the case only gives back the old and holds the new. With `most`, at most so much goes, the
    newest first: what a case held of the target before the year's end stays when that is undone. A case that holds
    nothing there any more does nothing.
    """

    line: Annotated[str, Field(max_length=80), Reference("budget-line")]
    period: Period
    target: Period
    decision: Annotated[str, Field(max_length=20)]
    price: Money | None = None
    most: Money | None = None
