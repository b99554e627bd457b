"""Policy files: routes, ladders, parameters, checked against the organisation, each problem with its line (KRN-40)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from domain.kernel.policy import Policy
from domain.organisation.model import Organisation
from domain.organisation.policies import Needs, check
from domain.organisation.problems import refusal
from files.document import Located, read_document, yaml_of
from files.validation import validated


@dataclass(frozen=True)
class PolicyFile:
    """A policy that was read, and the document that knows its lines."""

    policy: Policy
    document: Located

    def check(self, organisation: Organisation, needs: Mapping[str, Needs], today: date) -> None:
        """Raises Refused `bad-policy` with every problem as `file:line: what to do`."""
        problems = check(self.policy, organisation, needs, today)
        if problems:
            raise refusal(
                [f"{self.document.where(problem.path)}: {problem.text}" for problem in problems], "bad-policy"
            )


def read_policy(path: Path | str) -> PolicyFile:
    """Raises Refused `bad-file` with every problem."""
    return _policy(read_document(path))


def policy_of(text: str, name: str) -> PolicyFile:
    """The same of a text in YAML that came from elsewhere; problems call it `name`."""
    return _policy(yaml_of(text, name))


def written(policy: Policy) -> str:
    """A policy as a file that reads as the same policy; what a file may leave out is left out."""
    data = policy.model_dump(mode="json", exclude={"version"}, exclude_defaults=True)
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=120)


def _policy(document: Located) -> PolicyFile:
    return PolicyFile(policy=validated(document, Policy), document=document)
