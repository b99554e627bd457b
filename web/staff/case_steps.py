"""What the reader may do on a case's page besides deciding. Only for what is offered: the case itself refuses."""

from collections.abc import Collection
from dataclasses import dataclass

ON_THE_PAGE = frozenset({"decide", "comment", "withdraw", "hold", "resume", "claim", "release", "ask-information"})
"""Commands that the page itself has a form for."""


@dataclass(frozen=True)
class May:
    """`commands` are those that have a form of their own at `/cases/{case}/do/{command}`."""

    comment: bool = False
    attach: bool = False
    withdraw: bool = False
    hold: bool = False
    resume: bool = False
    operate: bool = False
    commands: tuple[str, ...] = ()


def may(offered: Collection[str], *, operates: bool) -> May:
    """By the commands that are offered to the reader; `operates` says that they look after Signoff itself."""
    return May(
        comment="comment" in offered,
        attach="attach" in offered,
        withdraw="withdraw" in offered,
        hold="hold" in offered,
        resume="resume" in offered,
        operate=operates,
        commands=tuple(name for name in offered if name not in ON_THE_PAGE),
    )
