"""What the state of every process has; apart from definitions, which stand on events that move money."""

from typing import TypeVar

from domain.kernel.cases.case import Case
from domain.kernel.value import Value


class CaseState(Value):
    """What every state has: the kernel's part. A process adds fields of its own, each with a default."""

    case: Case


S = TypeVar("S", bound=CaseState)
