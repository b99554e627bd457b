"""The stream `policy`: published versions of routes, limits and ladders, immutable and known by number (KRN-40)."""

from typing import Any

from domain.kernel.errors import Refused
from domain.kernel.events import Event, Registry
from domain.kernel.policy import Policy
from domain.kernel.value import Value
from domain.organisation.policy_checks import Needs, Problem, check

__all__ = ["REGISTRY", "STREAM", "Needs", "PolicyBook", "PolicyPublished", "Problem", "check", "evolve", "publish"]

STREAM = "policy"


class PolicyPublished(Event):
    """From now on new submissions follow this version; cases under way keep the one they pinned."""

    version: int
    policy: Policy
    published_by: str


REGISTRY = Registry([PolicyPublished])


class PolicyBook(Value):
    """Every version ever published. `version` is the version of the stream it was folded from."""

    version: int = 0
    versions: dict[int, Policy] = {}

    @property
    def in_force(self) -> Policy:
        """The newest version. Raises Refused `no-policy` if none was published."""
        if not self.versions:
            raise Refused("no-policy", "No policy has been published yet; operations publish one first.")
        return self.versions[max(self.versions)]

    @property
    def hops(self) -> int:
        """How many delegations one after the other may carry a task (KRN-21): 1 if no policy says more."""
        return self.in_force.delegation.hops if self.versions else 1

    @property
    def signals(self) -> frozenset[str]:
        """Commands that may come as unsigned signals now, whatever a case pinned; none before a policy is published."""
        return frozenset(self.in_force.signals) if self.versions else frozenset()

    def pinned(self, version: int | None) -> Policy:
        """The version a case was submitted under; for None the one in force. Raises Refused `no-policy`."""
        if version is None:
            return self.in_force
        if version not in self.versions:
            raise Refused("no-policy", "Policy version {version} was never published.", version=version)
        return self.versions[version]


def evolve(book: PolicyBook, event: Event) -> PolicyBook:
    """The book after one event."""
    match event:
        case PolicyPublished(version=version, policy=policy):
            return PolicyBook(version=book.version + 1, versions={**book.versions, version: policy})
        case _:
            raise TypeError(f"{type(event).__name__} is not an event of the policy")


def publish(book: PolicyBook, policy: Policy, published_by: str) -> list[Event]:
    """The next version, or nothing if `policy` says what is in force already. Run `check` first."""
    number = max(book.versions, default=0) + 1
    if book.versions and _content(book.in_force) == _content(policy):
        return []
    numbered = policy.model_copy(update={"version": number})
    return [PolicyPublished(version=number, policy=numbered, published_by=published_by)]


def _content(policy: Policy) -> dict[str, Any]:
    """As the log holds it: there a fraction is text, which must not look like a change."""
    return policy.model_dump(mode="json", exclude={"version"})
