"""What a process reads from its policy by name: days, rates, names of roles; and what counts when it is silent."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.policy import Policy
from domain.organisation.policy_needs import Parameter


@dataclass(frozen=True)
class Parameters:
    """The parameters of one process, by name with their default."""

    process: str
    defaults: Mapping[str, Parameter]

    def of(self, facts: Facts, name: str) -> Parameter:
        return self.in_policy(facts.policy, name)

    def in_policy(self, policy: Policy | None, name: str) -> Parameter:
        """The parameter as a version of the policy has it; None: none was published."""
        own = policy.processes.get(self.process) if policy else None
        return own.parameters.get(name, self.defaults[name]) if own else self.defaults[name]

    def text(self, facts: Facts, name: str) -> str:
        """A parameter as text: a role's name or a number."""
        return str(self.of(facts, name))

    def number(self, facts: Facts, name: str) -> Decimal:
        """A parameter as a number. Raises Refused `policy-parameter`."""
        try:
            return Decimal(self.text(facts, name))
        except ArithmeticError:
            template = "The policy's parameter {name} of {process} must be a number; publish a corrected policy."
            raise Refused("policy-parameter", template, name=name, process=self.process) from None
