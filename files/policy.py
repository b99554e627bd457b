"""Policy files: routes, ladders, parameters, checked against the organisation, each problem with its line (KRN-40)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from domain.kernel.policy import Policy
from domain.organisation.model import Organisation
from domain.organisation.policies import Needs, check
from domain.organisation.problems import refusal
from files.document import Located, read_document
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
    document = read_document(path)
    return PolicyFile(policy=validated(document, Policy), document=document)
