"""The arithmetic of the bench: a wrong percentile or a ratio upside down would be worse than none."""

import random

import pytest

from bench.figures import Ratio, Round, Side, Target, p50_ratio, percentile, rate_ratio
from bench.load import alternate, each_in_order, for_seconds


def side(*rounds: tuple[float, list[float]]) -> Side:
    return Side([Round(seconds, latencies) for seconds, latencies in rounds])


def test_percentiles_lie_between_their_neighbours():
    values = [4.0, 1.0, 3.0, 2.0]
    assert percentile(values, 0) == 1.0
    assert percentile(values, 50) == 2.5
    assert percentile(values, 90) == pytest.approx(3.7)
    assert percentile(values, 100) == 4.0
    assert percentile([7.0], 99) == 7.0


def test_there_is_no_percentile_of_nothing():
    with pytest.raises(ValueError, match="nothing"):
        percentile([], 50)


def test_a_ratio_compares_rounds_that_ran_side_by_side():
    ours = side((1.0, [0.1] * 10), (2.0, [0.1] * 10), (1.0, [0.1] * 30))  # 10, 5 and 30 a second
    theirs = side((1.0, [0.1] * 20), (1.0, [0.1] * 10), (1.0, [0.1] * 40))  # 20, 10 and 40 a second
    assert rate_ratio(ours, theirs) == Ratio(middle=0.5, lowest=0.5, highest=0.75)


def test_the_ratio_of_latencies_is_above_one_for_the_slower():
    ours, theirs = side((1.0, [0.030, 0.031, 0.090])), side((1.0, [0.010, 0.0155, 0.020]))
    assert p50_ratio(ours, theirs).middle == pytest.approx(2.0)


def test_sides_of_unequal_rounds_are_not_compared():
    with pytest.raises(ValueError, match="argument"):
        rate_ratio(side((1.0, [0.1])), side((1.0, [0.1]), (1.0, [0.1])))


def test_background_work_counts_in_the_settled_rate():
    one = Side([Round(1.0, [0.1] * 10, settled=2.0)])
    assert (one.rate, one.settled_rate) == (10, 5)
    assert Side([Round(1.0, [0.1])]).settled_rate is None


def test_a_missed_must_is_said_in_words():
    more, less = Target(0.5, 0.8), Target(1.5, 1.15, "less")
    assert [more.verdict(v) for v in (0.49, 0.5, 0.8)] == ["MISSED: must be reached", "reached", "aim reached"]
    assert [less.verdict(v) for v in (1.51, 1.5, 1.15)] == ["MISSED: must be reached", "reached", "aim reached"]
    assert Target(aim=0.3).verdict(0.1) == "below the aim"
    assert Target().verdict(0.1) == ""


async def test_the_first_turn_of_each_side_does_not_count():
    turns: list[str] = []

    def turn(name: str):
        async def take() -> Round:
            turns.append(name)
            return Round(1.0, [float(turns.count(name))])

        return take

    done = await alternate({"a": turn("a"), "b": turn("b")}, rounds=3, rng=random.Random(1))
    assert done["a"].latencies == [2.0, 3.0, 4.0]
    assert [set(turns[n : n + 2]) for n in range(0, 8, 2)] == [{"a", "b"}] * 4


async def test_each_client_takes_one_job_at_a_time_and_keeps_its_order():
    seen: list[tuple[int, int]] = []

    def call(job: int, step: int):
        async def take() -> None:
            seen.append((job, step))

        return take

    done = await each_in_order([[call(job, step) for step in range(3)] for job in range(5)], clients=2)
    assert len(done.latencies) == 15
    assert all([s for j, s in seen if j == job] == [0, 1, 2] for job in range(5))


async def test_clients_stop_when_the_time_is_over():
    done = await for_seconds(0.0, [_nothing])
    assert done.latencies == []


async def _nothing() -> None: ...
