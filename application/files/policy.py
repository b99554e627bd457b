"""Policy files: routes, ladders, parameters, checked against the organisation, each problem with its line (KRN-40)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path as FilePath
from typing import Any

import yaml

from application.files.document import Located, read_document, yaml_of
from application.files.validation import validated
from application.files.words import money_problem
from domain.kernel.policy import Condition, Policy
from domain.kernel.routing.condition import COMPARISONS, bound_of
from domain.kernel.values.money import Money
from domain.organisation.model import Organisation
from domain.organisation.policies import Needs, Problem, check
from domain.organisation.policy_world import Path
from domain.organisation.problems import refusal


@dataclass(frozen=True)
class PolicyFile:
    """A policy that was read, and the document that knows its lines."""

    policy: Policy
    document: Located

    def check(
        self, organisation: Organisation, needs: Mapping[str, Needs], today: date, *, in_force: Policy | None = None
    ) -> None:
        """Raises Refused `bad-policy` with every problem as `file:line: what to do`."""
        problems = [
            *check(self.policy, organisation, needs, today, in_force=in_force),
            *_wrong_amounts(self.policy),
        ]
        problems += _numbered(self.policy)
        if problems:
            raise refusal(
                [f"{self.document.where(problem.path)}: {problem.text}" for problem in problems], "bad-policy"
            )


def read_policy(path: FilePath | str) -> PolicyFile:
    """Raises Refused `bad-file` with every problem."""
    return _policy(read_document(path))


def policy_of(text: str, name: str) -> PolicyFile:
    """The same of a text in YAML that came from elsewhere; problems call it `name`."""
    return _policy(yaml_of(text, name))


def policy_schema() -> dict[str, Any]:
    """The JSON schema of a policy file. A version has no place in one: it gets its number when it is published."""
    found = Policy.model_json_schema()
    del found["properties"]["version"]
    return found


def written(policy: Policy) -> str:
    """A policy as a file that reads as the same policy; what a file may leave out is left out."""
    data = policy.model_dump(mode="json", exclude={"version"}, exclude_defaults=True)
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=120)


def _numbered(policy: Policy) -> list[Problem]:
    text = "a version gets its number when it is published; leave it out"
    return [Problem(("version",), text)] if policy.version else []


def _wrong_amounts(policy: Policy) -> Iterator[Problem]:
    """Amounts that no currency has: a condition with them never holds, refuses every case, or means another amount."""
    for place, condition in _conditions(policy):
        for name in COMPARISONS:
            money = bound_of(getattr(condition, name))
            if isinstance(money, Money) and (problem := money_problem(money)):
                yield Problem((*place, name), problem)


def _conditions(policy: Policy) -> Iterator[tuple[Path, Condition]]:
    for process, own in policy.processes.items():
        for key, route in own.routes.items():
            here: Path = ("processes", process, "routes", key)
            places = [((*here, "steps", number), step.when) for number, step in enumerate(route.steps)]
            places += [((*here, "table", number), row.when) for number, row in enumerate(route.table)]
            for place, when in places:
                yield from (((*place, "when", number), condition) for number, condition in enumerate(when))


def _policy(document: Located) -> PolicyFile:
    return PolicyFile(policy=validated(document, Policy), document=document)
