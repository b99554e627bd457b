"""Many decisions in one go, each with an answer of its own."""

from uuid import uuid4

import pytest

from tests.cli.conftest import LINE, MANAGER, REQUISITION, Cli


def started(cli: Cli, count: int) -> list[str]:
    return [
        cli.done("start", "hiring", "--file", REQUISITION, "--as", MANAGER, "--id", f"hiring-b{uuid4().hex[:8]}")[
            "case"
        ]
        for _ in range(count)
    ]


@pytest.mark.rule("KRN-01")
def test_a_refusal_among_many_names_its_task_and_stops_no_other(cli: Cli) -> None:
    first, second, third = started(cli, 3)
    cli.decide(f"{second}.1", LINE)

    said = cli("decide-many", "approve", f"{first}.1", f"{second}.1", f"{third}.1", "--as", LINE, "--json")

    answers = {row["task"]: row for row in said.json}
    assert said.code == 2
    assert [row["task"] for row in said.json] == [f"{first}.1", f"{second}.1", f"{third}.1"]
    assert answers[f"{first}.1"]["decided"]
    assert answers[f"{third}.1"]["decided"]
    assert (answers[f"{second}.1"]["decided"], answers[f"{second}.1"]["code"]) == (False, "task-done")


@pytest.mark.rule("KRN-19")
def test_repeating_a_bulk_with_its_id_decides_nothing_twice(cli: Cli) -> None:
    [case] = started(cli, 1)
    call = ("decide-many", "approve", f"{case}.1", "--as", LINE, "--command-id", str(uuid4()))

    first, again = cli.done(*call), cli.done(*call)

    assert [(row["version"], row["position"]) for row in again] == [(row["version"], row["position"]) for row in first]
    assert [row["type"] for row in cli.done("timeline", case)].count("Decided") == 1


@pytest.mark.rule("KRN-02")
def test_a_bulk_gets_nobody_past_the_rules(cli: Cli) -> None:
    cases = started(cli, 2)

    said = cli("decide-many", "approve", *(f"{case}.1" for case in cases), "--as", MANAGER, "--json")

    assert said.code == 2
    assert {row["code"] for row in said.json} == {"not-your-task"}


def test_people_read_first_what_was_refused(cli: Cli) -> None:
    [case] = started(cli, 1)
    out = cli("decide-many", "approve", f"{case}.1", f"{case}.99", "--as", LINE, COLUMNS="200").out
    assert out.index(f"{case}.99") < out.index(f"{case}.1 ")
