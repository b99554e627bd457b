"""Standing in for someone: dated, scoped delegations, as decisions see them (KRN-20 to KRN-22)."""

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import cached_property

from domain.kernel.value import Value
from domain.kernel.values.money import Money


class Scope(Value):
    """What a delegation covers; an empty tuple or None means everything. `up_to` bounds the amount of the matter."""

    processes: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    up_to: Money | None = None

    def covers(self, *, process: str, units: tuple[str, ...], amount: Money | None) -> bool:
        """`units` are the matter's unit and those above it. A matter without an amount is within any bound."""
        if self.processes and process not in self.processes:
            return False
        if self.units and not set(self.units) & set(units):
            return False
        if self.up_to is None or amount is None:
            return True
        return amount.currency == self.up_to.currency and amount <= self.up_to


class Delegation(Value):
    """`delegate` may act for `principal` from `start` until `end` (UTC, end excluded) within `scope`.

    `out_of_office` says that it was made as an absence (KRN-22); `revoked_at` ends it early. `granted_by` is who made
    it, empty where it was the principal.
    """

    id: str
    principal: str
    delegate: str
    start: datetime
    end: datetime
    scope: Scope = Scope()
    reason: str = ""
    out_of_office: bool = False
    revoked_at: datetime | None = None
    granted_by: str = ""

    @property
    def arranger(self) -> str | None:
        """Who made it in place of the principal: a manager, operations or HR; None for one's own."""
        return self.granted_by if self.granted_by not in ("", self.principal) else None

    def holds_at(self, instant: datetime) -> bool:
        return self.start <= instant < self.end and (self.revoked_at is None or instant < self.revoked_at)


Chain = tuple[Delegation, ...]
"""How somebody comes to act for another: the first delegation is to them, each further one to the principal of the one
before. Longer than one only where the policy allows it (KRN-21)."""


class Via(Value):
    """Somebody between an actor and whom it is done for: `person` stands in for the next under `delegation`."""

    person: str
    delegation: str


def between(chain: Chain) -> tuple[Via, ...]:
    """Whom a chain passes on its way to its last principal, nearest the actor first; nobody in a chain of one."""
    return tuple(Via(person=one.delegate, delegation=one.id) for one in chain[1:])


def way_to(
    principal: str,
    chains: Iterable[Chain],
    *,
    process: str,
    units: tuple[str, ...],
    amount: Money | None,
    past: Collection[str] = (),
    parties: Collection[str] = (),
) -> Chain | None:
    """The first of `chains` that ends at `principal` with every delegation covering the matter, past nobody of `past`.

    None in which one of `parties` arranged for another, nor one arranged by somebody through whose hands it would come
    back to them (KRN-02, KRN-21). One answer for the decision and for the inbox. `units` and `amount` as in
    `Scope.covers`.
    """
    return next(
        (
            chain
            for chain in chains
            if chain[-1].principal == principal
            and all(one.scope.covers(process=process, units=units, amount=amount) for one in chain)
            and not any(via.person in past for via in between(chain))
            and impartial(chain, parties)
        ),
        None,
    )


def impartial(chain: Chain, parties: Collection[str]) -> bool:
    """Whether nobody of `parties`, nor anybody on the way, arranged it for others: a party appoints no decider."""
    hands = {one.delegate for one in chain}
    return not any(
        one.arranger is not None
        and (one.arranger in parties or (one.arranger in hands and one.arranger != one.delegate))
        for one in chain
    )


class Delegations(Value):
    """All delegations ever granted, folded from the stream `delegations`; ended ones stay for the report."""

    version: int = 0
    granted: dict[str, Delegation] = {}

    def of_delegate(self, person: str, instant: datetime) -> tuple[Delegation, ...]:
        """Those under which `person` may act for someone at `instant`."""
        return tuple(d for d in self.given_to(person) if d.holds_at(instant))

    def chains(self, person: str, instant: datetime, *, hops: int) -> tuple[Chain, ...]:
        """Every way in which `person` may act for somebody at `instant`, of at most `hops` delegations, shortest first.

        Nobody is in a chain twice: what comes back to somebody was theirs to begin with.
        """
        found: list[Chain] = []
        ends: list[Chain] = [()]
        for _ in range(hops):
            ends = [longer for chain in ends for longer in self._longer(chain, person, instant)]
            found += ends
        return tuple(found)

    def _longer(self, chain: Chain, person: str, instant: datetime) -> list[Chain]:
        passed = {person, *(one.principal for one in chain)}
        last = chain[-1].principal if chain else person
        return [(*chain, one) for one in self.of_delegate(last, instant) if one.principal not in passed]

    def given_to(self, person: str) -> tuple[Delegation, ...]:
        """Every delegation `person` ever had from somebody. Indexed on the first question: a decision asks often."""
        return self._by_delegate.get(person, ())

    def __copy__(self) -> "Delegations":
        """A copy without the indexes: `model_copy(update=…)` would carry those of the old value along."""
        copied = super().__copy__()
        for name in ("_by_delegate", "_by_principal"):
            copied.__dict__.pop(name, None)
        return copied

    def of_principal(self, person: str, instant: datetime) -> tuple[Delegation, ...]:
        """Those by which someone may act for `person` at `instant`."""
        return tuple(d for d in self._by_principal.get(person, ()) if d.holds_at(instant))

    @cached_property
    def _by_delegate(self) -> dict[str, tuple[Delegation, ...]]:
        return _grouped((one.delegate, one) for one in self.granted.values())

    @cached_property
    def _by_principal(self) -> dict[str, tuple[Delegation, ...]]:
        return _grouped((one.principal, one) for one in self.granted.values())


def _grouped(pairs: Iterable[tuple[str, Delegation]]) -> dict[str, tuple[Delegation, ...]]:
    found: dict[str, list[Delegation]] = {}
    for person, one in pairs:
        found.setdefault(person, []).append(one)
    return {person: tuple(those) for person, those in found.items()}
