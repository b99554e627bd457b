"""Random histories against a model that adds up naively, at every instant and after all was made anew (BUD-04)."""

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.fold import Fold
from domain.kernel.ledger import LinePeriod, balances_after, unbalanced
from domain.kernel.payloads import parse_payload
from domain.kernel.policy import Policy
from eventstore import ledger_books, log
from tests.domain.kernel.test_postings import NEW_YEAR
from tests.support.buying import BUYING, Shop, organisation
from tests.support.naive_ledger import PLACES, NaiveLedger

ACCOUNTS = ("plan", "transferred", "carried", "available", "reserved", "committed", "actual")
UNITS = {"tools": "dev", "staff": "dev", "travel": "it"}


def shown(balance):
    return {name: getattr(balance, name) for name in ACCOUNTS}


class Pure:
    """The decisions of the test's process without a store: facts are what all transfers add up to."""

    def __init__(self):
        self.transfers = []
        self.states = {}
        self.policy = Policy(version=1, name="test", processes={}, ladders={})
        self.organisation = organisation()

    def balances(self):
        return {key: balance for (key, _), balance in balances_after(self.transfers).items()}

    def do(self, case, asked):
        state = self.states.get(case) or BUYING.initial(case)
        payload = parse_payload(BUYING, "buy", {"steps": [asked]})
        needs = BUYING.needs(state, None, payload)
        known = self.balances()
        empty = {key: ledger_books.Balance(line=key.line, period=key.period, currency="THB") for key in needs}
        facts = Facts(
            now=NEW_YEAR,
            organisation=self.organisation,
            policy=self.policy,
            balances={key: known.get(key, empty[key]) for key in needs},
        )
        try:
            [event] = BUYING.decide(state, None, payload, facts)
        except Refused:
            return False
        self.states[case] = BUYING.evolve(state, event)
        self.transfers += event.transfers
        return True


@pytest.mark.rule("BUD-04")
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False), st.integers(1, 40))
def test_any_history_adds_up_as_the_naive_model(rng, length):
    naive, pure = NaiveLedger(), Pure()
    for _ in range(length):
        case = f"case-{rng.randint(1, 3)}"
        asked = naive.step(case, rng)
        assert pure.do(case, asked) == naive.accept(case, asked), asked
    known = pure.balances()
    for place in PLACES:
        balance = known.get(LinePeriod(*place))
        if balance:
            assert shown(balance) == naive.amounts(*place)
            assert balance.plan + balance.transferred + balance.carried == (
                balance.available + balance.reserved + balance.committed + balance.actual
            )
    assert not unbalanced(pure.transfers)
    held = {case: {h.number: (h.key, h.account, h.left) for h in s.holdings.open} for case, s in pure.states.items()}
    assert {case: some for case, some in held.items() if some} == {c: some for c, some in naive.held.items() if some}


@pytest.mark.rule("BUD-04")
@pytest.mark.rule("BUD-15")
@pytest.mark.parametrize("seed", [1, 2])
async def test_a_stored_history_can_be_told_at_every_instant(pool, seed, monkeypatch):
    monkeypatch.setattr(ledger_books, "MARK_EVERY", 20)
    rng, naive, shop = Random(seed), NaiveLedger(), await Shop.opened(pool)
    instants = []
    for _ in range(120):
        case = f"case-{rng.randint(1, 5)}"
        asked = naive.step(case, rng)
        done = await (shop.more if naive.numbers[case] else shop.buy)(case, asked)
        assert (done.refusal is None) == naive.accept(case, asked), (asked, done.refusal)
        if done.refusal is None:
            async with pool.acquire() as conn:
                [stored] = await log.read_stream(conn, case, after=done.version - 1)
            instants.append((stored.recorded_at, {place: naive.amounts(*place) for place in PLACES}))
    async with pool.acquire() as conn:
        chosen = instants[:: len(instants) // 12]
        for at, amounts in [*chosen, *chosen[::-1]]:  # a second time: then from the marks that the first left
            then = {(b.line, b.period): shown(b) for b in await ledger_books.balances(conn, recorded=at)}
            nothing = dict.fromkeys(ACCOUNTS, 0)
            assert {place: then.get(place, nothing) for place in PLACES} == amounts
        assert 2 <= await conn.fetchval("select count(distinct at) from signoff.balance_marks") < 8
        now = await ledger_books.balances(conn)
        assert {(b.line, b.period): shown(b) for b in now} == {
            place: amounts for place, amounts in instants[-1][1].items() if place in {(b.line, b.period) for b in now}
        }
        units = {(b.line, b.period): b.available for b in await ledger_books.balances(conn, by="unit")}
        assert units == {(unit, period): naive.of_unit(unit, period, UNITS) for unit, period in units}
        assert units["company", "2027"] == units["it", "2027"] != 0
        kept = await ledger_books.transfers(conn)
        assert await ledger_books.unlike(conn) == []

        assert await ledger_books.rebuild(conn, transfers_of) == len(kept)
        assert await ledger_books.transfers(conn) == kept
        assert await ledger_books.balances(conn) == now


def transfers_of(process, events):
    if process == "buying":
        fold = Fold(BUYING, events[0].stream)
        for stored in events:
            before, event = fold.state, BUYING.events.decode(stored)
            fold.apply([stored])
            if moved := BUYING.transfers(before, event, fold.state):
                yield stored, moved
