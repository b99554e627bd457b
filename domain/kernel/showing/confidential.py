"""What one reader may see of one case, by the newest policy: the same question for a state and for a row (KRN-43)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from domain.kernel.cases.case import Case
from domain.kernel.delegation import way_to
from domain.kernel.policy import Confidentiality, Policy, Secret
from domain.kernel.routing.case_roles import CaseRole, people_in, word
from domain.kernel.showing.task_roles import role_of
from domain.kernel.showing.task_sight import Paths, is_whole
from domain.kernel.showing.viewer import Viewer, token
from domain.kernel.value import Value
from domain.kernel.values.money import Money

ASKED, REQUESTER, SUBJECT = word(CaseRole.ASKED), word(CaseRole.REQUESTER), word(CaseRole.SUBJECT)
HOLDER = word(CaseRole.ASSIGNEE)
"""Who has a task that shows only what its work needs. No policy names it: it is no part in the case."""

KERNEL_WORDS = frozenset(
    {REQUESTER, SUBJECT, ASKED, word(CaseRole.DECIDER), word(CaseRole.OPERATIONS), "line", "anyone"}
)
"""The parts that `seen_by` may name in every process, besides `role:<role>`."""

INVOLVED_WORDS = (REQUESTER, SUBJECT, ASKED, word(CaseRole.DECIDER), word(CaseRole.OPERATIONS), "line")

AMOUNT = "amount"
KERNEL_FIELDS: Mapping[str, tuple[str, ...]] = {
    AMOUNT: (AMOUNT,),
    "comments": ("comment", "text", "reason", "question", "note", "message"),
    "conditions": ("conditions", "condition"),
    "attachments": ("attachments", "attachment"),
}
"""The fields that every case has, by the JSON keys of their values. `comments` are all that people wrote."""

CONTENT_HASH = "content_hash"
_HASHES = frozenset({CONTENT_HASH})
"""The hash of a few amounts is as good as the amounts: all of them can be tried."""


@dataclass(frozen=True)
class Confidential:
    """What a process says about itself, so that a policy can hide parts of it.

    `fields` maps the names that a policy may use to the keys in the process's JSON (state, events, data of reviews,
    arguments of messages) besides `KERNEL_FIELDS`. `parts(state)` are its people by word, besides the kernel's.
    `default` counts where the policy is silent; `always` know that the case exists, for they must be able to act.
    `tasks` says by kind of task what its holders see of the state: paths, or `WHOLE` where holding it is a part in the
    case. Those with a part in `apart` see their own matter only, as the process's `visible` and `may_see` cut it.
    """

    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    words: frozenset[str] = frozenset()
    parts: Callable[[Any], Mapping[str, Iterable[str]]] = field(default=lambda _state: {})
    default: Confidentiality = field(default=Confidentiality(seen_by=INVOLVED_WORDS, others="nothing"))
    always: tuple[str, ...] = (REQUESTER, ASKED)
    tasks: Mapping[str, Paths] = field(default_factory=dict)
    apart: frozenset[str] = frozenset()


class Outline(Value):
    """As much of a case as says who may see it; a row of a list can hold it. `amounts` are those of its reviews.

    `parts` are people by word; among those asked also tokens of roles, whose holders of any later day are asked too.
    """

    process: str
    unit: str | None
    requester: str | None
    parts: dict[str, tuple[str, ...]]
    amounts: tuple[Money, ...] = ()


def outline(case: Case, more: Mapping[str, Iterable[str]], tasks: Mapping[str, Paths]) -> Outline:
    """The outline of a case; `more` are the people of its process, `tasks` what it says of its kinds of tasks."""
    people: dict[str, set[str]] = {word(part): set(who) for part, who in people_in(case).items()}
    whole = [task for task in case.tasks.values() if is_whole(tasks, task.kind)]
    people[ASKED] = {person for task in whole for person in task.people}
    people[HOLDER] = {person for task in case.tasks.values() if task not in whole for person in task.people}
    offered = map(role_of, case.tasks.values())
    people[ASKED] |= {token(role, unit) for role, unit in offered if role is not None and unit is not None}
    for name, who in more.items():
        people.setdefault(name, set()).update(who)
    return Outline(
        process=case.process,
        unit=case.unit,
        requester=case.requester,
        parts={name: tuple(sorted(who)) for name, who in people.items() if who},
        amounts=tuple(dict.fromkeys(review.amount for review in case.reviews.values() if review.amount)),
    )


@dataclass(frozen=True)
class Rules:
    """The confidentiality of one process as it counts now. `secrets` are JSON keys and who sees them."""

    seen_by: tuple[str, ...]
    others: Literal["exists", "nothing"]
    always: tuple[str, ...]
    secrets: tuple[tuple[frozenset[str], tuple[str, ...]], ...] = ()
    apart: frozenset[str] = frozenset()

    @property
    def secret_keys(self) -> frozenset[str]:
        """All that anybody is kept from, sums of money always."""
        return frozenset(key for keys, _ in self.secrets for key in keys) | _HASHES | {AMOUNT}

    def open_to(self, part: str) -> bool:
        """Whether everybody with this part sees everything."""
        return all(part in seen_by for seen_by in (self.seen_by, *(who for _, who in self.secrets)))


def rules_of(process: str, own: Confidential, policy: Policy | None) -> Rules:
    """What the newest policy says, over what the process has by itself. `policy` None: none was published."""
    said = policy.processes[process].confidentiality if policy and process in policy.processes else Confidentiality()
    groups = {**own.default.groups, **said.groups}
    seen_by = own.default.seen_by if said.seen_by is None else said.seen_by
    return Rules(
        seen_by=seen_by or (),
        others=said.others or own.default.others or "nothing",
        always=own.always,
        secrets=tuple((_keys(own, group), group.seen_by) for group in groups.values()),
        apart=own.apart,
    )


def _keys(own: Confidential, group: Secret) -> frozenset[str]:
    known = {**KERNEL_FIELDS, **own.fields}
    return frozenset(key for name in group.fields for key in known.get(name, (name,)))


@dataclass(frozen=True)
class Visibility:
    """`case`: the reader sees it, without the JSON keys in `hidden`. `eyes` are they and those they stand in for.

    `own`: they see their own matter in it; `task`: what their tasks in it need. Neither tells what else there is.
    """

    row: Literal["case", "own", "task", "exists", "nothing"]
    hidden: frozenset[str] = frozenset()
    viewpoints: tuple[str, ...] = ()

    @property
    def partly(self) -> bool:
        """Whether they see something of the case and must not learn how much more there is."""
        return self.row in ("own", "task")

    @property
    def whole(self) -> bool:
        return self.row == "case" and not self.hidden


EVERYTHING = Visibility("case")
"""What the operator and the auditor see."""


def visibility(rules: Rules, case: Outline, reader: Viewer, *, also: str | None = None) -> Visibility:
    """What `reader` may see of a case today. `also` is a part that they are known to have in what is shown."""
    if reader.gone:
        return Visibility("nothing")
    viewpoints = _viewpoints(case, reader)

    def among(words: Iterable[str]) -> bool:
        return any(name == also or _has(case, reader, person, name) for name in words for person in viewpoints)

    if not among(rules.seen_by):
        if among((HOLDER,)):
            return Visibility("task", rules.secret_keys - _WORDS, viewpoints)
        return Visibility(
            "exists" if rules.others == "exists" or among(rules.always) else "nothing", viewpoints=viewpoints
        )
    hidden = frozenset(key for keys, seen_by in rules.secrets if not among(seen_by) for key in keys)
    row: Literal["own", "case"] = "own" if _is_apart(case, viewpoints, rules.apart) else "case"
    return Visibility(row, hidden | _HASHES if hidden else hidden, viewpoints)


_WORDS = frozenset((*KERNEL_FIELDS["comments"], *KERNEL_FIELDS["conditions"]))
"""What was said to the holder of a task in it: no event of others reaches them."""


def through(case: Outline, viewpoints: Iterable[str]) -> str | None:
    """Through whose eyes a process's own rules look: the first with any part in the case (KRN-20)."""
    return next((person for person in viewpoints if any(person in people for people in case.parts.values())), None)


def _is_apart(case: Outline, viewpoints: Iterable[str], apart: frozenset[str]) -> bool:
    person = through(case, viewpoints) if apart else None
    return any(person in case.parts.get(name, ()) for name in apart)


def _viewpoints(case: Outline, reader: Viewer) -> tuple[str, ...]:
    """They, and whom they stand in for here; never in a matter of their own (KRN-20, KRN-21)."""
    own = {case.requester, *case.parts.get(REQUESTER, ()), *case.parts.get(SUBJECT, ())}
    if not reader.chains or reader.person in own:
        return (reader.person,)
    units, past = reader.organisation.units_above(case.unit), {name for name in own if name}
    covered = (
        chain[-1].principal
        for amount in case.amounts or (None,)
        for chain in reader.chains
        if way_to(
            chain[-1].principal, [chain], process=case.process, units=units, amount=amount, past=past, parties=past
        )
    )
    return tuple(dict.fromkeys((reader.person, *covered)))


def _has(case: Outline, reader: Viewer, person: str, name: str) -> bool:
    match name:
        case "anyone":
            return reader.works_here(person)
        case "line":
            return case.requester is not None and reader.is_above(person, case.requester)
        case "operations":
            return reader.holds(person, name, case.unit)
        case _ if name.startswith("role:"):
            return reader.holds(person, name.removeprefix("role:"), case.unit)
    people = case.parts.get(name, ())
    return person in people or (name == ASKED and not reader.tokens(person).isdisjoint(people))
