"""Whether the organisation can walk a route of a policy: its steps, and the people of each (KRN-40)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from domain.kernel.policy import Approver, ProcessPolicy, Route, Step
from domain.kernel.routing.condition import bound_of
from domain.kernel.values.money import Money
from domain.organisation.condition_checks import condition_problems, no_such_field
from domain.organisation.policy_needs import Kind, PolicyFields
from domain.organisation.policy_world import Path, Problem, World, some
from domain.organisation.separation_checks import short_of_votes, short_units
from domain.organisation.table_checks import table_problems

LONGEST_NAME, LONGEST_TITLE, LONGEST_DAYS, MOST_VOTES = 64, 200, 400, 100


@dataclass(frozen=True)
class StepBasis:
    """What a route stands on: its process in the policy, and what it sees of a case (None: not known)."""

    world: World
    own: ProcessPolicy
    seen: PolicyFields | None
    fields: Mapping[str, Kind | None]

    @property
    def material(self) -> Mapping[str, Kind | None]:
        return self.seen.material if self.seen else self.fields


def route_problems(ground: StepBasis, path: Path, route: Route) -> Iterator[Problem]:
    """Every reason why this route of a policy cannot be published."""
    if route.fallback:
        yield from _approver(ground, (*path, "fallback"), route.fallback)
    for number, step in enumerate(route.steps):
        here = (*path, "steps", number)
        wrong = [*_name(here, number, route), *_step(ground, here, step), *_beside(here, number, route)]
        yield from wrong or _undoable(ground, here, step, route)
    yield from table_problems(ground.world, (*path, "table"), route, ground.fields)
    yield from _uncovered(ground, path, route)
    yield from _separate(ground, path, route)


def _name(path: Path, number: int, route: Route) -> Iterator[Problem]:
    step = route.steps[number]
    if step.name in [other.name for other in route.steps[:number]]:
        yield Problem((*path, "name"), f"two steps are called {step.name}; give one of them another name")
    for field, name in (("name", step.name), ("beside", step.beside)):
        if name is not None and (not name.strip() or "/" in name or len(name) > LONGEST_NAME):
            yield Problem((*path, field), f"a name has 1 to {LONGEST_NAME} characters and no /")
    if not step.title.strip() or len(step.title) > LONGEST_TITLE:
        yield Problem((*path, "title"), f"a title has 1 to {LONGEST_TITLE} characters")


def _beside(path: Path, number: int, route: Route) -> Iterator[Problem]:
    """Steps side by side are neighbours: what stands between them would run before one and after the other (KRN-12)."""
    word = route.steps[number].beside
    earlier = [step.beside for step in route.steps[:number]]
    if word and word in earlier and earlier[-1] != word:
        yield Problem((*path, "beside"), f"the steps beside {word} do not follow each other; put them together")


def _step(ground: StepBasis, path: Path, step: Step) -> Iterator[Problem]:
    yield from _approver(ground, (*path, "who"), step.who)
    if step.veto:
        yield from _approver(ground, (*path, "veto"), step.veto)
    if step.quorum not in ("any", 1) and (step.who.person or step.who.manager_of or step.who.owner_of):
        yield Problem((*path, "quorum"), "only a role or a group has several people; leave the quorum out")
    if step.ladder not in ground.world.policy.ladders:
        yield Problem((*path, "ladder"), f"there is no ladder {step.ladder}; add it under ladders or correct the name")
    if step.due_days <= 0:
        yield Problem((*path, "due_days"), "a step needs some time: give due_days of more than 0")
    if step.due_days > LONGEST_DAYS:
        yield Problem((*path, "due_days"), f"give at most {LONGEST_DAYS} working days")
    for number, condition in enumerate(step.when):
        yield from condition_problems(ground.world, (*path, "when", number), condition, ground.fields)
    for name in step.material:
        if ground.material and name not in ground.material:
            yield Problem((*path, "material"), _not_material(ground, name))


def _not_material(ground: StepBasis, name: str) -> str:
    if name not in ground.fields:
        return no_such_field(name, ground.fields)
    return f"nobody answers for {name}: it follows from other fields; take {', '.join(sorted(ground.material))}"


def _uncovered(ground: StepBasis, path: Path, route: Route) -> Iterator[Problem]:
    """What no step answers for would be approved by nobody: a case with it is refused when it is submitted."""
    if ground.seen is None or any(not step.material for step in route.steps):
        return
    if loose := sorted(ground.seen.material.keys() - {name for step in route.steps for name in step.material}):
        yield Problem((*path, "steps"), f"no step answers for {', '.join(loose)}; name it in a step's material")


def _separate(ground: StepBasis, path: Path, route: Route) -> Iterator[Problem]:
    """Whether the steps exist, and each unit has as many people as steps that must be separate (KRN-03)."""
    here = (*path, "separate")
    unknown = list(_unknown_steps(ground.own, route))
    yield from (Problem(here, text) for text in unknown)
    if isinstance(route.separate, tuple) and len(set(route.separate)) == 1:
        yield Problem(here, "one step is separate from nothing; name two or more, or write true for all")
    if route.separate is True and route.collapse:
        yield Problem((*path, "collapse"), "where all steps are separate nothing can collapse; leave one of them out")
    if not unknown and (short := short_units(route, ground.world.organisation, ground.world.today)):
        yield Problem(
            here, f"{some(short)}: too few people for steps that must be separate; fill the roles or take a step out"
        )


def _unknown_steps(own: ProcessPolicy, route: Route) -> Iterator[str]:
    for said in () if isinstance(route.separate, bool) else route.separate:
        key, slash, name = said.rpartition("/")
        if slash and key not in own.routes:
            yield f"there is no route {key} in this process; correct the name"
        elif name not in {step.name for step in (own.routes[key] if slash else route).steps}:
            yield f"there is no step {name} in {f'route {key}' if slash else 'this route'}; correct the name"


def _approver(ground: StepBasis, path: Path, who: Approver) -> Iterator[Problem]:
    """Names in an approver that the organisation does not know."""
    world = ground.world
    person = who.person or (who.manager_of if who.manager_of not in ("requester", "beneficiary") else None)
    if person and not world.organisation.works_here(person, world.today):
        yield Problem(path, f"nobody with the id {person} works here; correct the id")
    if who.role and who.role not in world.roles:
        yield Problem(path, f"nobody holds the role {who.role}; grant it or correct the name")
    if who.group and not world.organisation.holders(who.group, None, world.today):
        yield Problem(path, f"the group {who.group} has no members; fill it or correct the name")
    if who.unit not in ("case", "requester") and who.unit not in world.organisation.units:
        yield Problem(path, f"there is no unit {who.unit}; write case, requester, or the id of a unit")
    if who.unit != "case" and not who.role:
        yield Problem((*path, "unit"), "only a role is held for a unit; leave the unit out")
    if who.line != "reporting" and not who.manager_of:
        yield Problem((*path, "line"), "only managers have a line; leave it out")
    if who.levels != 1 and not who.manager_of:
        yield Problem((*path, "levels"), "only managers have levels; leave them out")
    elif who.levels > max(world.depths.values(), default=0) > 0:
        yield Problem((*path, "levels"), f"nobody has {who.levels} managers above them; give fewer levels")
    if who.owner_of:
        yield from _owner(ground, path, who.owner_of)


def _owner(ground: StepBasis, path: Path, field: str) -> Iterator[Problem]:
    if ground.fields and field not in ground.fields:
        yield Problem(path, no_such_field(field, ground.fields))
    elif ground.fields.get(field) not in ("budget_line", None):
        yield Problem(path, f"{field} names no budget line, so it has no owner; take a field that does")


def _undoable(ground: StepBasis, path: Path, step: Step, route: Route) -> Iterator[Problem]:
    """Units in which nobody could ever do the step: its approvers are missing, and so is the fallback (KRN-13)."""
    world, fallback = ground.world, route.fallback
    units = list(world.organisation.units)
    empty = [unit for unit in units if not world.asked(step.who, unit) and not _falls_back(world, fallback, unit)]
    if empty:
        yield Problem(path, f"step {step.name} finds nobody in {some(empty)}; fill the role or name a fallback")
    if step.veto and (
        mute := [u for u in units if not world.asked(step.veto, u) and not _falls_back(world, fallback, u)]
    ):
        yield Problem((*path, "veto"), f"nobody has the veto in {some(mute)}; fill the role or name a fallback")
    if isinstance(step.quorum, int) and step.quorum > 1:
        yield from _votes(world, path, step, route)
    if step.authority:
        yield from _authority(ground, path, step, route, step.authority.category)


def _falls_back(world: World, fallback: Approver | None, unit: str) -> bool:
    return fallback is not None and bool(world.asked(fallback, unit))


def _votes(world: World, path: Path, step: Step, route: Route) -> Iterator[Problem]:
    """A quorum that nobody could reach, or that is reached only with people whom the policy does not name (KRN-11)."""
    assert isinstance(step.quorum, int)
    most = max(world.asked(step.who, unit) for unit in world.organisation.units)
    if step.quorum > min(most, MOST_VOTES):
        yield Problem((*path, "quorum"), f"{step.quorum} must approve, but at most {most} are asked; lower the quorum")
    elif short := short_of_votes(step, route, world.organisation, world.today):
        yield Problem(
            (*path, "quorum"), f"{some(short)}: too few people for this quorum; fill the role or lower the quorum"
        )


def _authority(ground: StepBasis, path: Path, step: Step, route: Route, category: str) -> Iterator[Problem]:
    here = (*path, "authority")
    if ground.seen and not ground.seen.amount:
        yield Problem(here, "cases of this route state no amount, so no limit can cover it; leave authority out")
        return
    world, currencies = ground.world, sorted(_currencies(ground, step, route))
    without = [unit for unit in world.organisation.units if not world.anyone_may(category, unit, currencies)]
    if without:
        what = f"{category} in {' and '.join(currencies)}" if currencies else category
        yield Problem(here, f"nobody has a limit for {what} in {some(without)}; set one under limits")


def _currencies(ground: StepBasis, step: Step, route: Route) -> set[str]:
    """The currencies that the conditions of a step, and of the rows that it is in, leave for the amount."""
    rows = [row.when for row in route.table if step.name in row.steps]
    conditions = [condition for when in (step.when, *rows) for condition in when]
    named = [c.one_of or (c.equals,) for c in conditions if ground.fields.get(c.field) == "currency"]
    bounds = [bound_of(value) for c in conditions for value in (c.over, c.at_least, c.under, c.at_most)]
    return {str(one) for ones in named for one in ones} | {b.currency for b in bounds if isinstance(b, Money)}
