"""What lists over many cases need of one: made of its state, kept by the read models, made anew by them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from domain.kernel.value import Value

S = TypeVar("S", bound=Value)


@dataclass(frozen=True)
class SummarySpec(Generic[S]):
    """`of` is pure and knows no day: what a summary says of today is worked out by who reads it. None: nothing yet.

    It holds no personal data but ids. Raise the version of the view `summaries` when it makes something else.
    """

    model: type[Value]
    of: Callable[[S], Value | None]


def nothing(_state: Any) -> Value | None:
    return None


NONE: SummarySpec[Any] = SummarySpec(Value, nothing)
