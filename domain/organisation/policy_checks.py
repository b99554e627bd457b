"""Whether the organisation can do what a policy asks, before it is published (KRN-40)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from functools import cached_property

from pydantic import ValidationError

from domain.kernel.policy import Approver, Condition, Ladder, Policy, ProcessPolicy, Route, Step
from domain.kernel.values.money import Money
from domain.organisation.confidentiality_checks import unknown_names
from domain.organisation.model import Organisation
from domain.organisation.separation_checks import short_units

Path = tuple[str | int, ...]
Parameter = Decimal | int | str | bool | tuple[str, ...]
COMPARISONS = ("equals", "one_of", "over", "at_least", "under", "at_most")


@dataclass(frozen=True)
class Needs:
    """What a process must find in a policy, and the data fields that its conditions may name (empty: not checked).

    `defaults` are the parameters it reads, with the value that counts when the policy is silent (empty: not checked).
    Where a default is a number, the policy must give a number of 0 or more. `parts` and `confidential` are the
    parts and fields that `confidentiality` may name besides those of every case.
    """

    routes: frozenset[str] = frozenset()
    parameters: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()
    defaults: Mapping[str, Parameter] = field(default_factory=dict)
    parts: frozenset[str] = frozenset()
    confidential: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Problem:
    """`path` leads to the place, as in `("processes", "hiring", "routes")`; the reader of the file knows its line."""

    path: Path
    text: str


def check(policy: Policy, organisation: Organisation, needs: Mapping[str, Needs], today: date) -> list[Problem]:
    """Every reason why `policy` cannot be published. `needs` is by process name; other processes are unknown."""
    world = _World(organisation, policy, today)
    return [
        *(problem for name, ladder in policy.ladders.items() for problem in _ladder(("ladders", name), ladder)),
        *_missing_processes(policy, needs),
        *(problem for name, own in policy.processes.items() for problem in _process(world, name, own, needs.get(name))),
    ]


def _missing_processes(policy: Policy, needs: Mapping[str, Needs]) -> Iterator[Problem]:
    for name in sorted(needs.keys() - policy.processes.keys()):
        yield Problem(("processes",), f"the process {name} has no routes here; add {name}: with its routes")


def _ladder(path: Path, ladder: Ladder) -> Iterator[Problem]:
    for number, rung in enumerate(ladder.rungs):
        if (rung.at_percent is None) == (rung.after_days is None):
            yield Problem((*path, "rungs", number), "a rung has either at_percent or after_days: give exactly one")


def _process(world: "_World", name: str, own: ProcessPolicy, needs: Needs | None) -> Iterator[Problem]:
    path: Path = ("processes", name)
    if needs is None:
        yield Problem(path, f"there is no process {name}; correct the name")
        return
    for key in sorted(needs.routes - own.routes.keys()):
        yield Problem((*path, "routes"), f"the process {name} needs a route {key}; add it")
    for key in sorted(needs.parameters - own.parameters.keys()):
        yield Problem((*path, "parameters"), f"the process {name} needs the parameter {key}; add it")
    for key, value in own.parameters.items():
        yield from _parameter(world, (*path, "parameters", key), value, needs)
    for key, route in own.routes.items():
        yield from _route(world, (*path, "routes", key), route, needs.fields)
    hidden = unknown_names(own.confidentiality, parts=needs.parts, fields=needs.confidential, roles=world.roles)
    for place, text in hidden:
        yield Problem((*path, "confidentiality", *place), text)


def _parameter(world: "_World", path: Path, value: Parameter, needs: Needs) -> Iterator[Problem]:
    name, known = str(path[-1]), needs.defaults.keys() | needs.parameters
    if needs.defaults and name not in known:
        near = get_close_matches(name, known, n=1) or sorted(known)
        yield Problem(path, f"there is no parameter {name}; known: {', '.join(near)}")
    elif isinstance(needs.defaults.get(name), Decimal | int) and not _is_number(value):
        yield Problem(path, "write a number of 0 or more")
    elif name.startswith("role_") and value not in world.roles:
        yield Problem(path, f"nobody holds the role {value}; grant it or correct the name")


def _is_number(value: Parameter) -> bool:
    try:
        return not isinstance(value, bool | tuple) and Decimal(value).is_finite() and Decimal(value) >= 0
    except InvalidOperation:
        return False


def _route(world: "_World", path: Path, route: Route, fields: frozenset[str]) -> Iterator[Problem]:
    names = [step.name for step in route.steps]
    if route.fallback:
        yield from _approver(world, (*path, "fallback"), route.fallback, fields)
    for number, step in enumerate(route.steps):
        here = (*path, "steps", number)
        if step.name in names[:number]:
            yield Problem((*here, "name"), f"two steps are called {step.name}; give one of them another name")
        wrong = [*_step(world, here, step, fields), *_beside(here, number, route)]
        yield from wrong or _undoable(world, here, step, route.fallback)
    yield from _separate(world, path, route)


def _beside(path: Path, number: int, route: Route) -> Iterator[Problem]:
    """Steps side by side are neighbours: what stands between them would run before one and after the other (KRN-12)."""
    word = route.steps[number].beside
    earlier = [step.beside for step in route.steps[:number]]
    if word and word in earlier and earlier[-1] != word:
        yield Problem((*path, "beside"), f"the steps beside {word} do not follow each other; put them together")


def _separate(world: "_World", path: Path, route: Route) -> Iterator[Problem]:
    """Whether each unit has as many people as steps that must be separate (KRN-03)."""
    names = [] if isinstance(route.separate, bool) else [name for name in route.separate if "/" not in name]
    known = {step.name for step in route.steps}
    if unknown := [name for name in names if name not in known]:
        yield Problem((*path, "separate"), f"there is no step {', '.join(unknown)} in this route; correct the name")
        return
    if short := short_units(route, world.organisation, world.today):
        yield Problem(
            (*path, "separate"),
            f"{_some(short)}: too few people for steps that must be separate; fill the roles or take a step out",
        )


def _step(world: "_World", path: Path, step: Step, fields: frozenset[str]) -> Iterator[Problem]:
    yield from _approver(world, (*path, "who"), step.who, fields)
    if step.veto:
        yield from _approver(world, (*path, "veto"), step.veto, fields)
    if step.quorum not in ("any", 1) and (step.who.person or step.who.manager_of or step.who.owner_of):
        yield Problem((*path, "quorum"), "only a role or a group has several people; leave the quorum out")
    if step.ladder not in world.policy.ladders:
        yield Problem((*path, "ladder"), f"there is no ladder {step.ladder}; add it under ladders or correct the name")
    if step.due_days <= 0:
        yield Problem((*path, "due_days"), "a step needs some time: give due_days of more than 0")
    for number, condition in enumerate(step.when):
        yield from _condition((*path, "when", number), condition, fields)
    yield from _fields((*path, "material"), step.material, fields)


def _condition(path: Path, condition: Condition, fields: frozenset[str]) -> Iterator[Problem]:
    given = [name for name in COMPARISONS if getattr(condition, name) is not None]
    if len(given) != 1:
        yield Problem(path, f"a condition has exactly one of {', '.join(COMPARISONS)}")
    yield from _fields((*path, "field"), (condition.field,), fields)
    for name in ("over", "at_least", "under", "at_most"):
        value = getattr(condition, name)
        if isinstance(value, str) and not _is_money(value):
            yield Problem((*path, name), "write a number, or money as an amount and a currency, for example 95000 THB")


def _is_money(value: str) -> bool:
    try:
        Money.model_validate(value)
    except ValidationError:
        return False
    return True


def _fields(path: Path, names: Iterable[str], fields: frozenset[str]) -> Iterator[Problem]:
    for name in names:
        if fields and name not in fields:
            yield Problem(path, f"there is no field {name}; the fields are {', '.join(sorted(fields))}")


def _approver(world: "_World", path: Path, who: Approver, fields: frozenset[str]) -> Iterator[Problem]:
    """Names in an approver that the organisation does not know."""
    person = who.person or (who.manager_of if who.manager_of not in ("requester", "beneficiary") else None)
    if person and not world.organisation.works_here(person, world.today):
        yield Problem(path, f"nobody with the id {person} works here; correct the id")
    if who.role and who.role not in world.roles:
        yield Problem(path, f"nobody holds the role {who.role}; grant it or correct the name")
    if who.group and not world.organisation.holders(who.group, None, world.today):
        yield Problem(path, f"the group {who.group} has no members; fill it or correct the name")
    if who.unit not in ("case", "requester") and who.unit not in world.organisation.units:
        yield Problem(path, f"there is no unit {who.unit}; write case, requester, or the id of a unit")
    if who.owner_of:
        yield from _fields(path, (who.owner_of,), fields)


def _undoable(world: "_World", path: Path, step: Step, fallback: Approver | None) -> Iterator[Problem]:
    """Units in which nobody could ever do the step: its approvers are missing, and so is the fallback (KRN-13)."""
    empty = [unit for unit in world.organisation.units if not world.can_do(step.who, unit)]
    if fallback:
        empty = [unit for unit in empty if not world.can_do(fallback, unit)]
    if empty:
        yield Problem(path, f"step {step.name} finds nobody in {_some(empty)}; fill the role or name a fallback")
    if step.authority:
        category = step.authority.category
        without = [unit for unit in world.organisation.units if not world.anyone_may(category, unit)]
        if without:
            yield Problem(
                (*path, "authority"), f"nobody has a limit for {category} in {_some(without)}; set one under limits"
            )


def _some(units: Sequence[str]) -> str:
    return ", ".join(units[:10]) + (f" and {len(units) - 10} more units" if len(units) > 10 else "")


@dataclass
class _World:
    """The organisation on one day, with what the checks ask again and again."""

    organisation: Organisation
    policy: Policy
    today: date

    @cached_property
    def roles(self) -> frozenset[str]:
        """Roles that someone who works here holds today, for whatever unit."""
        held = (h for h in self.organisation.roles if h.holds_on(self.today))
        return frozenset(h.role for h in held if self.organisation.works_here(h.person, self.today))

    @cached_property
    def led(self) -> frozenset[str]:
        """Units in which someone has a manager: only there can a step go to the manager of whoever asks."""
        here = [p.id for p in self.organisation.people.values() if p.holds_on(self.today)]
        found = {self.organisation.unit_of(p, self.today) for p in here if self.organisation.manager_of(p, self.today)}
        return frozenset(unit for unit in found if unit)

    @cached_property
    def staffed(self) -> frozenset[str]:
        here = (p.id for p in self.organisation.people.values() if p.holds_on(self.today))
        return frozenset(unit for p in here if (unit := self.organisation.unit_of(p, self.today)))

    def can_do(self, who: Approver, unit: str) -> bool:
        """Whether someone fits `who` for a case of `unit`. The rest of an approver was checked by name."""
        if who.role:
            place = unit if who.unit in ("case", "requester") else who.unit
            return bool(self.organisation.holders(who.role, place, self.today))
        if who.manager_of in ("requester", "beneficiary"):
            return unit in self.led or unit not in self.staffed
        return True

    def anyone_may(self, category: str, unit: str) -> bool:
        covering = {*self.organisation.units_above(unit), None}
        limits = [x for x in self.organisation.limits if x.category == category and x.unit in covering]
        return any(
            self.organisation.works_here(x.person, self.today)
            if x.person
            else bool(self.organisation.holders(x.role or "", unit, self.today))
            for x in limits
            if x.holds_on(self.today)
        )
