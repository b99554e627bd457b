"""Whoever stands in for people is told of their tasks too, once, and for whom (KRN-20).

How far a delegation reaches, and what a stand-in must never decide, the case judges when the mail is made; a mail with
nothing in it is not sent.
"""

from collections.abc import Sequence
from datetime import datetime

from activities.record_cache import Records
from domain.kernel.delegation import Delegations
from eventstore.mails import MimePart, Untold


def for_others(records: Records, told: Sequence[Untold], now: datetime) -> list[MimePart]:
    """What is to be told besides: tasks, to those who stand in at `now` for whoever was told of one."""
    own = {(each.effect, each.person) for each in told}
    return [
        MimePart(each, reader)
        for each in told
        if each.task is not None
        for reader in stand_ins(records.delegations, each.person, now, hops=records.policies.hops)
        if (each.effect, reader) not in own
    ]


def stand_ins(known: Delegations, person: str, now: datetime, *, hops: int) -> tuple[str, ...]:
    """Who may act for `person` at `now`, over at most `hops` delegations, the nearest first."""
    found: dict[str, None] = {}
    last = [person]
    for _ in range(hops):
        nearer = [one.delegate for each in last for one in known.of_principal(each, now)]
        last = [each for each in dict.fromkeys(nearer) if each not in found and each != person]
        found |= dict.fromkeys(last)
    return tuple(found)
