"""Whether the parts and fields that a policy hides exist, before it is published (KRN-40, KRN-43)."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from domain.kernel.policy import Confidentiality
from domain.kernel.showing.confidential import KERNEL_FIELDS, KERNEL_WORDS

Place = tuple[str | int, ...]
ROLE = "role:"


def unknown_names(
    block: Confidentiality, *, parts: frozenset[str], fields: frozenset[str], roles: frozenset[str]
) -> Iterator[tuple[Place, str]]:
    """Each place in `block` with what is wrong there. `parts` and `fields` are the process's own; `roles` are held."""
    yield from _seers(("seen_by",), block.seen_by or (), KERNEL_WORDS | parts, roles)
    for name, group in block.groups.items():
        yield from _seers(("groups", name, "seen_by"), group.seen_by, KERNEL_WORDS | parts, roles)
        for number, field in enumerate(group.fields):
            known = KERNEL_FIELDS.keys() | fields
            if field not in known:
                yield ("groups", name, "fields", number), f"there is no field {field}; {_known('fields', field, known)}"


def _seers(
    place: Place, words: Iterable[str], known: frozenset[str], roles: frozenset[str]
) -> Iterator[tuple[Place, str]]:
    for number, said in enumerate(words):
        role = said.removeprefix(ROLE)
        if said.startswith(ROLE):
            if role not in roles:
                yield (*place, number), f"nobody holds the role {role}; grant it or correct the name"
        elif said not in known:
            yield (*place, number), f"there is no part {said}; {_known('parts', said, known)}, or role: and a role"


def _known(what: str, name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"did you mean {near[0]}" if near else f"the {what} are {', '.join(sorted(known))}"
