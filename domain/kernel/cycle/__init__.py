"""A case with children by the thousand, started in pages; of each unit it hears once, when the last one is through."""

from domain.kernel.cycle.member import MemberSpec, join, member, pass_gate
from domain.kernel.cycle.parent import CycleSpec, child_case, cycle, plan
from domain.kernel.cycle.spec import (
    Child,
    Cycle,
    CycleJoined,
    CycleLink,
    GateClosed,
    GatePassed,
    Membership,
    PageStarted,
    UnitPassed,
    UnitPlanned,
)

__all__ = [
    "Child",
    "Cycle",
    "CycleJoined",
    "CycleLink",
    "CycleSpec",
    "GateClosed",
    "GatePassed",
    "MemberSpec",
    "Membership",
    "PageStarted",
    "UnitPassed",
    "UnitPlanned",
    "child_case",
    "cycle",
    "join",
    "member",
    "pass_gate",
    "plan",
]
