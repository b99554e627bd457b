"""What a decision rests on besides the case itself: read in the transaction that records the decision."""

from datetime import datetime

from domain.kernel.delegation import Delegations
from domain.kernel.effects import HeldClaim
from domain.kernel.policy import Policy
from domain.kernel.register.entries import Registers
from domain.kernel.value import Value
from domain.organisation.model import Organisation


class Facts(Value):
    """`now` is when the workflow took the command up (UTC). `policy` is the case's pinned one, or the one in force.

    `hops` is how many delegations may follow each other, by the policy in force now (KRN-21). `recorded` is the clock
    as it is decided, later than `now` if that had to wait: whoever stands in must still do so then (KRN-20).
    """

    now: datetime
    organisation: Organisation
    policy: Policy
    claims: tuple[HeldClaim, ...] = ()
    delegations: Delegations = Delegations()
    hops: int = 1
    recorded: datetime | None = None
    registers: Registers = Registers()

    @property
    def latest(self) -> datetime:
        return max(self.now, self.recorded or self.now)
