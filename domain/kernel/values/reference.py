"""Fields whose value names something that exists: forms offer what there is, under its name instead of its id."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "person", "unit", "position", "budget-line", "category", "currency", "process",
    "skill", "speciality", "topic", "job-description",
    "task", "review", "field", "candidate", "offer", "interview", "check", "cause", "item",
]  # fmt: skip
"""Those of the first two lines are of the organisation, the others of the case that a command is for.

Besides these, the noun of a register (`domain/kernel/register/`) is a kind.
"""


@dataclass(frozen=True)
class Reference:
    """Marks a field of a payload: `unit: Annotated[str, Among("unit")]`. It says what to offer and checks nothing.

    Of several marks the last one counts. `free` fields also take what is not offered.
    """

    what: Kind | str
    free: bool = False
