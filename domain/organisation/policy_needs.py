"""What a process must find in a policy, and what a policy may look at in its cases (KRN-40)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

Parameter = Decimal | int | str | bool | tuple[str, ...]
Kind = Literal[
    "money", "number", "flag", "word", "currency", "unit", "position", "person", "category", "budget_line", "other"
]
"""What a field of a case is. `word` is text that is compared as a whole; `other` no condition can look at."""


@dataclass(frozen=True)
class PolicyFields:
    """What a route sees of a case that takes it: the fields that approvers answer for, and those besides.

    `amount` is False where these cases state no amount, so that no step can need authority.
    """

    material: Mapping[str, Kind]
    data: Mapping[str, Kind] = field(default_factory=dict)
    amount: bool = True

    @property
    def fields(self) -> Mapping[str, Kind]:
        return {**self.material, **self.data}


@dataclass(frozen=True)
class Needs:
    """What a process must find in a policy, and the data fields that its conditions may name (empty: not checked).

    `seen` says it by route and with the kind of each field, so that a comparison that could never hold is refused;
    for a route that it leaves out `fields` counts. `defaults` are the parameters that the process reads, with the
    value that counts when the policy is silent (empty: not checked). Where a default is a number, the policy must give
    a number of 0 or more. `parts` and `confidential` are the parts and fields that `confidentiality` may name besides
    those of every case. `commands` are those that a person may give (empty: not checked).
    """

    routes: frozenset[str] = frozenset()
    parameters: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()
    seen: Mapping[str, PolicyFields] = field(default_factory=dict)
    defaults: Mapping[str, Parameter] = field(default_factory=dict)
    parts: frozenset[str] = frozenset()
    confidential: frozenset[str] = frozenset()
    commands: frozenset[str] = frozenset()

    @property
    def looked_at(self) -> frozenset[str]:
        """Every field that some policy could look at."""
        return self.fields.union(*(seen.fields for seen in self.seen.values()))
