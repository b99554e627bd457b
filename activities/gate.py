"""Which commands a worker takes from Temporal: signed ones, its own timers, and signals that the policy names."""

from dataclasses import dataclass
from datetime import UTC, datetime

from domain.kernel.command import TEMPORAL_ACCESS
from domain.kernel.key_ring import KeyRing
from domain.kernel.signature import require_signed, unsigned
from domain.organisation.policies import PolicyBook
from workflows.messages import Perform


@dataclass(frozen=True)
class Gate:
    """`signals`: whether this deployment takes unsigned ones at all; the policy in force says of which commands."""

    ring: KeyRing
    signals: bool = False

    def require_sent_by_us(self, request: Perform, policies: PolicyBook) -> None:
        """Raises Refused `not-signed`. A timer is believed where our own workflow asked, which can be no one else's.

        A workflow's clock counts for the signature's age where it is behind ours: a database that is away for days
        makes no command too old.
        """
        command = request.command
        if command.channel == "timer" and request.sealed:
            return
        if command.channel == "signal" and not command.signature:
            if not (self.signals and command.name in policies.signals and command.authenticated == TEMPORAL_ACCESS):
                raise unsigned(command)
            return
        now = datetime.now(UTC)
        require_signed(command, self.ring, min(now, command.at or now))


def as_arrived(request: Perform, *, sealed: bool) -> Perform:
    """The request with what only our own workflow may say, if it was encrypted by a key holder; else without it."""
    if sealed:
        return request.model_copy(update={"sealed": True})
    command = request.command.model_copy(update={"at": None})
    return request.model_copy(update={"command": command, "sealed": False, "record_refusal": False})
