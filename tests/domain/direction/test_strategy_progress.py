"""Progress and sums of objectives: in both directions, bounded, and unknown is not zero."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.direction.strategy.content import Adding, Objective
from domain.direction.strategy.progress import now_of, progress, row_of, totals_of
from domain.direction.strategy.state import Live, Reading, Series
from tests.domain.direction.plans import HEAD, in_force, objectives, prepared

NUMBERS = st.decimals(min_value=-(10**9), max_value=10**9, places=2)


def live(adding: Adding, *values: tuple[str, str], **more: Any) -> Live:
    objective = Objective.model_validate(
        {"id": "o", "text": "t", "owner": "e1005", "measure": "m", "unit": "THB", "source": "ledger",
         "baseline": "100", "target": "0", "due": "2027-01-01", "adding": adding, **more}
    )  # fmt: skip
    readings = tuple(
        Reading(value=Decimal(value), on=date(2026, 1, 1 + number), part=part, source="s", by="e1005")
        for number, (part, value) in enumerate(values)
    )
    return Live(series=(Series(objective=objective, since=datetime(2026, 1, 1, tzinfo=UTC), readings=readings),))


@pytest.mark.rule("STR-06")
@given(start=NUMBERS, target=NUMBERS, now=NUMBERS)
def test_progress_is_between_none_and_all(start: Decimal, target: Decimal, now: Decimal):
    found = progress(start, target, now)
    assert (found is None) == (start == target)
    if found is not None:
        assert 0 <= found <= 1
        assert found == progress(-start, -target, -now), "rising and falling are the same"
        assert (progress(start, target, start), progress(start, target, target)) == (0, 1)


@pytest.mark.rule("STR-06")
def test_no_value_is_not_zero():
    assert progress(Decimal(1), Decimal(2), None) is None
    row = row_of(live(Adding.SUM))
    assert (row.now, row.progress) == (None, None)
    assert row_of(live(Adding.SUM, ("", "100"))).progress == 0
    assert row_of(live(Adding.SUM, ("", "25"))).progress == Decimal("0.75")


@pytest.mark.rule("STR-07")
@pytest.mark.parametrize(("adding", "wanted"), [("sum", "70"), ("mean", "35"), ("worst", "40"), ("last", "40")])
def test_values_add_up_as_chosen(adding: str, wanted: str):
    """The newest value of each part counts; lower is better here, so the greater one is the worst."""
    one = live(Adding(adding), ("erp", "90"), ("erp", "30"), ("web", "40"))
    assert (now_of(one.series[-1]), row_of(one).method) == (Decimal(wanted), adding)


@pytest.mark.rule("STR-07")
def test_amounts_add_up_as_amounts():
    small, large = live(Adding.SUM, ("", "0")), live(Adding.SUM, ("", "900"), baseline="900")
    (total,) = totals_of([small, large])
    assert (total.currency, total.baseline, total.now, total.progress) == ("THB", 1000, 900, Decimal("0.1"))
    (unknown,) = totals_of([small, live(Adding.SUM, baseline="900")])
    assert (unknown.now, unknown.progress) == (None, None)


@pytest.mark.rule("STR-07")
def test_percents_are_not_summed_nor_amounts_averaged():
    play = prepared(until="set-objectives")
    assert play.refused("set-objectives", objectives(play, {}, {"adding": "sum"}), by=HEAD) == "adds-up-wrong"
    assert play.refused("set-objectives", objectives(play, {"adding": "mean"}), by=HEAD) == "adds-up-wrong"


def test_a_value_of_tomorrow_is_refused():
    value = {"objective": "run-cost", "value": "1", "on": "2026-12-02"}
    assert in_force().refused("report-value", value, by=HEAD) == "future-value"
