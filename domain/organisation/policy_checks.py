"""Whether the organisation can do what a policy asks, before it is published (KRN-40)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches

from domain.kernel.policy import Ladder, Policy, ProcessPolicy, Rung
from domain.organisation.confidentiality_checks import unknown_names
from domain.organisation.model import Organisation
from domain.organisation.policy_needs import Needs, Parameter
from domain.organisation.policy_world import Path, Problem, World
from domain.organisation.route_checks import LONGEST_DAYS, StepBasis, route_problems

__all__ = ["Needs", "Problem", "check", "not_in_use"]

MOST_SPLIT_DAYS = 3660
MOST_BY_UNIT = {"_days": Decimal(LONGEST_DAYS), "_months": Decimal(120)}
MOST = Decimal(10) ** 12


def check(
    policy: Policy,
    organisation: Organisation,
    needs: Mapping[str, Needs],
    today: date,
    *,
    in_force: Policy | None = None,
) -> list[Problem]:
    """Every reason why `policy` cannot be published. `needs` is by process name; other processes are unknown.

    A process that the policy leaves out is not in use, unless it is in the one `in_force`: then it was forgotten.
    """
    world = World(organisation, policy, today)
    return [
        *_splitting(policy),
        *_signals(policy, {name for each in needs.values() for name in each.commands}),
        *(problem for name, ladder in policy.ladders.items() for problem in _ladder(("ladders", name), ladder)),
        *_forgotten(policy, in_force),
        *(problem for name, own in policy.processes.items() for problem in _process(world, name, own, needs)),
    ]


def not_in_use(policy: Policy, needs: Mapping[str, Needs]) -> list[str]:
    """Processes that nobody can start under this policy, because they need routes and it has none for them."""
    used = {name for name, own in policy.processes.items() if own.routes}
    return sorted(name for name, own in needs.items() if own.routes and name not in used)


def _splitting(policy: Policy) -> Iterator[Problem]:
    if not 0 <= policy.splitting.days <= MOST_SPLIT_DAYS:
        yield Problem(("splitting", "days"), f"write a number of days from 0 to {MOST_SPLIT_DAYS}")


def _signals(policy: Policy, known: set[str]) -> Iterator[Problem]:
    """Whoever writes a command wrong would believe that it may be signalled."""
    for number, name in enumerate(policy.signals):
        if known and name not in known:
            yield Problem(("signals", number), f"no person gives a command {name}; {_near('commands', name, known)}")


def _forgotten(policy: Policy, in_force: Policy | None) -> Iterator[Problem]:
    used = {name for name, own in in_force.processes.items() if own.routes} if in_force else set()
    for name in sorted(used - policy.processes.keys()):
        yield Problem(
            ("processes",),
            f"the policy in force has routes for {name}, this one has none; add them, or write {name}: "
            "{routes: {}} if nobody shall start one any more",
        )


def _ladder(path: Path, ladder: Ladder) -> Iterator[Problem]:
    """Each rung says when, once, and acts: those after the end of a review never would (KRN-31, KRN-33)."""
    before: Rung | None = None
    for number, rung in enumerate(ladder.rungs):
        here = (*path, "rungs", number)
        if (rung.at_percent is None) == (rung.after_days is None):
            yield Problem(here, "a rung has either at_percent or after_days: give exactly one")
        elif rung.after_days is not None and rung.after_days > LONGEST_DAYS:
            yield Problem(here, f"give at most {LONGEST_DAYS} working days")
        elif before and before.do in ("expire", "deny"):
            yield Problem(here, f"nothing comes after {before.do}; put this rung before it or take it out")
        elif before and _time(before) > _time(rung):
            yield Problem(here, "this rung acts before the one above it; put the rungs in the order of time")
        before = rung


def _time(rung: Rung) -> tuple[bool, Decimal]:
    return rung.at_percent is None, Decimal(rung.at_percent or rung.after_days or 0)


def _process(world: World, name: str, own: ProcessPolicy, known: Mapping[str, Needs]) -> Iterator[Problem]:
    path: Path = ("processes", name)
    needs = known.get(name)
    if needs is None:
        yield Problem(path, f"there is no process {name}; {_near('processes', name, known)}")
        return
    for key in sorted(needs.routes - own.routes.keys()) if own.routes else ():
        yield Problem((*path, "routes"), f"the process {name} needs a route {key}; add it")
    for key in sorted(needs.parameters - own.parameters.keys()):
        yield Problem((*path, "parameters"), f"the process {name} needs the parameter {key}; add it")
    for key, value in own.parameters.items():
        yield from _parameter(world, (*path, "parameters", key), value, needs)
    for key, route in own.routes.items():
        if needs.routes and key not in needs.routes:
            yield Problem((*path, "routes", key), f"there is no route {key}; {_near('routes', key, needs.routes)}")
        seen = needs.seen.get(key)
        fields = seen.fields if seen else dict.fromkeys(needs.fields)
        yield from route_problems(StepBasis(world, own, seen, fields), (*path, "routes", key), route)
    hidden = unknown_names(own.confidentiality, parts=needs.parts, fields=needs.confidential, roles=world.roles)
    for place, text in hidden:
        yield Problem((*path, "confidentiality", *place), text)


def _near(what: str, name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"did you mean {near[0]}" if near else f"the {what} are {', '.join(sorted(known))}"


def _parameter(world: World, path: Path, value: Parameter, needs: Needs) -> Iterator[Problem]:
    name, known = str(path[-1]), needs.defaults.keys() | needs.parameters
    if needs.defaults and name not in known:
        near = get_close_matches(name, known, n=1) or sorted(known)
        yield Problem(path, f"there is no parameter {name}; known: {', '.join(near)}")
    elif isinstance(needs.defaults.get(name), Decimal | int) and not _is_number(value):
        yield Problem(path, "write a number of 0 or more")
    elif _is_number(value) and Decimal(str(value)) > _most(name):
        yield Problem(path, f"give at most {_most(name):f}")
    elif name.startswith("role_") and value not in world.roles:
        yield Problem(path, f"nobody holds the role {value}; grant it or correct the name")


def _most(name: str) -> Decimal:
    """The largest number a parameter may be: what counts days or months must not lead out of the calendar."""
    return next((most for ending, most in MOST_BY_UNIT.items() if name.endswith(ending)), MOST)


def _is_number(value: Parameter) -> bool:
    try:
        return not isinstance(value, bool | tuple) and Decimal(value).is_finite() and Decimal(value) >= 0
    except InvalidOperation:
        return False
