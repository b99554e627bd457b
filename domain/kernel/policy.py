"""Routes, limits and ladders as data (KRN-40). A published policy is immutable and known by its version."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from domain.kernel.value import Value


class Approver(Value):
    """Where a step's approvers come from (KRN-10). Exactly one of the first five is set.

    `person`: a person id. `role`: its holders in `unit` (`case`, `requester`, or a unit id) or the nearest unit above.
    `manager_of`: `requester`, `beneficiary` or a person id, `levels` up or the topmost there is. `group`: its members.
    With `line: functional` it is the manager besides the line, or that of the line for whoever has no other (ORG-05).
    `owner_of`: a field of the case's data that names a budget line. The beneficiary is whom the matter is for; who asks
    for themself is both.
    """

    person: str | None = None
    role: str | None = None
    manager_of: str | None = None
    group: str | None = None
    owner_of: str | None = None
    unit: str = "case"
    line: Literal["reporting", "functional"] = "reporting"
    levels: int = Field(default=1, ge=1)

    @model_validator(mode="after")
    def _exactly_one(self) -> "Approver":
        given = [name for name in ("person", "role", "manager_of", "group", "owner_of") if getattr(self, name)]
        if len(given) != 1:
            raise ValueError("name exactly one of person, role, manager_of, group, owner_of")
        return self


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class Condition(Value):
    """A test on the case's data (KRN-12). Exactly one comparison. Money is written as text, `500000 THB`.

    `within`: the field names one of these units, or a unit below one of them.
    """

    field: str
    equals: Any = None
    one_of: tuple[Any, ...] | None = None
    within: (
        Annotated[tuple[str, ...], BeforeValidator(_listed, json_schema_input_type=str | tuple[str, ...])] | None
    ) = None
    over: Any = None
    at_least: Any = None
    under: Any = None
    at_most: Any = None


class Authority(Value):
    """The step needs a limit of this category that covers the amount; else the route climbs the line (KRN-05)."""

    category: str


class Rung(Value):
    """One rung of a ladder (KRN-31): at a share of the way to the due time, or working days after it."""

    at_percent: int | None = Field(default=None, ge=1, le=100)
    after_days: Decimal | None = Field(default=None, ge=0)
    do: Literal["remind", "escalate", "expire", "deny"]


class Ladder(Value):
    rungs: tuple[Rung, ...]


Quorum = Literal["any", "all"] | Annotated[int, Field(ge=1)]
"""How many of those asked must approve (KRN-11). `any`: the first decision counts for all. A number: so many approvals,
and a rejection only once so many have become impossible."""


class Step(Value):
    """One step of a route. All of `when` must hold. `due_days` are working days of the approver's calendar.

    `material`: the fields this step answers for; empty means all material fields of the route (KRN-15).
    `veto`: people asked besides, whose rejection ends the step and without whose word it does not end (KRN-11).
    `beside`: neighbouring steps with the same word here run side by side (KRN-12).
    """

    name: str
    title: str
    who: Approver
    when: tuple[Condition, ...] = ()
    authority: Authority | None = None
    due_days: Decimal = Decimal(2)
    ladder: str = "standard"
    material: tuple[str, ...] = ()
    quorum: Quorum = "any"
    veto: Approver | None = None
    beside: str | None = None


class Row(Value):
    """One row of a route's table: the steps there are where all of `when` holds."""

    when: tuple[Condition, ...] = ()
    steps: tuple[str, ...] = Field(min_length=1)


class Route(Value):
    """The steps of an approval, in order. `restart` says what a resubmission starts again: changed steps or all.

    `separate`: steps in which nobody acts twice, all of them or those named here; `route/step` names a step of another
    route of the same case (KRN-03). `collapse`: whoever approved one of the other steps is not asked again at a later
    one that answers for nothing more (KRN-04).

    `table`: the first row that fits says which of the steps there are, in the order of `steps` (KRN-12). Empty: all of
    them, as far as their own conditions hold.
    """

    steps: tuple[Step, ...] = Field(min_length=1)
    table: tuple[Row, ...] = ()
    fallback: Approver | None = None
    restart: Literal["changed", "all"] = "changed"
    separate: bool | tuple[str, ...] = False
    collapse: bool = False

    @property
    def rows(self) -> tuple[Row, ...]:
        """The table, or where there is none its only row: all steps, for every case."""
        return self.table or (Row(steps=tuple(step.name for step in self.steps)),)

    def step(self, name: str) -> Step:
        """The step of this name. Raises KeyError."""
        return {step.name: step for step in self.steps}[name]


class Secret(Value):
    """Fields whose values only `seen_by` see, wherever in a case they occur (KRN-43)."""

    fields: tuple[str, ...] = Field(min_length=1)
    seen_by: tuple[str, ...]


class Confidentiality(Value):
    """Who sees a case, and what of it (KRN-43). What is left out is as the process has it by itself.

    `seen_by` name parts in the case (`requester`), `role:<role>` for its unit, `line` (managers above the requester) or
    `anyone` who works here. `others` see that the case exists, or nothing. `groups` are by name; one of the same name
    replaces that of the process.
    """

    seen_by: tuple[str, ...] | None = None
    others: Literal["exists", "nothing"] | None = None
    groups: dict[str, Secret] = {}


class ProcessPolicy(Value):
    """What one process may find in the policy: its routes by key, and parameters by name (days, rates, role names)."""

    routes: dict[str, Route]
    confidentiality: Confidentiality = Confidentiality()
    parameters: dict[str, Decimal | int | str | bool | tuple[str, ...]] = {}


class Splitting(Value):
    """Requests of one requester on one budget line within `days` are added up against limits (KRN-05)."""

    days: int = 30


class Delegating(Value):
    """How far standing in is passed on: 1, a stand-in's own stand-in has no part in it; 2, B→C carries A→B on to C
    (KRN-21). The version in force counts, also for cases that pinned an older one: like a delegation itself.
    """

    hops: int = Field(default=1, ge=1, le=3)


class Policy(Value):
    """One published version. `version` is the number in the log, 0 for a file that was only checked.

    `signals` names the commands that may come as unsigned Temporal signals, where the deployment takes any (ADR 33).
    """

    version: int = 0
    name: str
    processes: dict[str, ProcessPolicy]
    ladders: dict[str, Ladder]
    splitting: Splitting = Splitting()
    delegation: Delegating = Delegating()
    signals: tuple[str, ...] = ()
