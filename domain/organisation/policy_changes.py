"""What is different between two versions of the policy, field by field: nothing that differs is left out (KRN-40)."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from domain.kernel.policy import Policy
from domain.kernel.value import Value

LEAVES = frozenset({"who", "veto", "fallback", "authority", "when", "rungs", "table"})
"""Fields whose value is one thing to a reader, although it has parts."""

_NAMES = frozenset({"processes", "routes", "steps", "parameters", "groups", "ladders"})
"""What stands below them is called as people like it, and may be called like a field: a process `authority`."""

Path = tuple[str, ...]


class PolicyChange(Value):
    """`path` leads to the field, steps by their name: `processes, hiring, routes, offer, steps, hr, due_days`.

    `added` and `removed` are of things with a name of their own (a step, a parameter). `order` has the names of the
    steps that both versions have, as each puts them. `before` and `after` are as JSON has them.
    """

    path: Path
    what: Literal["added", "removed", "changed", "order"]
    before: Any = None
    after: Any = None


def policy_changes(before: Policy, after: Policy) -> tuple[PolicyChange, ...]:
    """Every difference but the number, in the order of the file."""
    return tuple(_compared((), _shape(before), _shape(after)))


def _shape(policy: Policy) -> dict[str, Any]:
    told: dict[str, Any] = policy.model_dump(mode="json", exclude={"version"})
    for process in told["processes"].values():
        for route in process["routes"].values():
            route["steps"] = {step.pop("name"): step for step in route["steps"]}
    return told


def _compared(path: Path, before: Any, after: Any) -> Iterator[PolicyChange]:
    if before == after and not _moved(path, before, after):
        return
    if not (isinstance(before, Mapping) and isinstance(after, Mapping)) or _is_leaf(path):
        yield PolicyChange(path=path, what="changed", before=before, after=after)
        return
    for name, value in before.items():
        if name in after:
            yield from _compared((*path, name), value, after[name])
        else:
            yield PolicyChange(path=(*path, name), what="removed", before=value)
    for name, value in after.items():
        if name not in before:
            yield PolicyChange(path=(*path, name), what="added", after=value)
    if _moved(path, before, after):
        kept = [[name for name in one if name in other] for one, other in ((before, after), (after, before))]
        yield PolicyChange(path=path, what="order", before=kept[0], after=kept[1])


def _is_leaf(path: Path) -> bool:
    return len(path) > 1 and path[-1] in LEAVES and path[-2] not in _NAMES


def _moved(path: Path, before: Any, after: Any) -> bool:
    """Whether steps that both have come in another order: dictionaries are equal whatever their order."""
    if not path or path[-1] != "steps" or len(path) != 5:
        return False
    return [name for name in before if name in after] != [name for name in after if name in before]
