"""The loader of real payment requests: what their steps become, and the company and policy that are made for them."""

import gzip
from datetime import date
from pathlib import Path

import pytest

from application.files.organisation import read_organisation
from application.files.policy import read_policy
from bench import payment_data as data
from bench.payment_data import Request

STEPS = {
    "R1": ("employee submitted", "administration approved", "supervisor final_approved", "system payment_handled"),
    "R2": ("employee submitted", "administration rejected", "employee rejected"),
    "R3": (
        "employee submitted", "supervisor rejected", "employee rejected", "employee submitted",
        "supervisor final_approved", "missing rejected", "employee submitted", "supervisor final_approved",
    ),
    "R4": ("employee saved",),
}  # fmt: skip


@pytest.fixture
def requests(tmp_path: Path) -> list[Request]:
    file = tmp_path / "requests.csv.gz"
    with gzip.open(file, "wt", encoding="utf-8") as out:
        out.write("request,at,who,what,amount,cost_type,unit,project\n")
        for id_, steps in STEPS.items():
            out.writelines(f"{id_},2017-01-09T11:41:36,{step.replace(' ', ',')},12.50,0,7,8\n" for step in steps)
    return data.read(file)


def test_steps_become_commands(requests: list[Request]) -> None:
    assert [[f"{act.deed} {act.role}".strip() for act in request.acts] for request in requests] == [
        ["submit", "approve administration", "approve supervisor", "pay"],
        ["submit", "return administration", "withdraw"],
        ["submit", "return supervisor", "resubmit", "approve supervisor", "cancel", "submit", "approve supervisor"],
        ["save"],
    ]
    assert [request.end for request in requests] == ["closed", "withdrawn", "ordered", "draft"]


def test_a_line_says_who_decides_there(requests: list[Request], tmp_path: Path) -> None:
    assert [request.line for request in requests] == ["u7-p8-as", "u7-p8-a", "u7-p8-s", "u7-p8-s"]
    route = read_policy(data.write_policy(requests, tmp_path)).policy.processes["spending"].routes["approval"]
    assert route.table is not None
    assert [row.steps for row in route.table][:-1] == [
        ("administration",),
        ("administration", "supervisor"),
        ("supervisor",),
    ]
    read = read_organisation([data.write_company(requests, tmp_path)], date(2026, 1, 5))
    assert {line.value.id for line in read.wanted.budget_lines} == {"u7-p8-as", "u7-p8-a", "u7-p8-s"}


def test_a_plan_has_room_for_each_new_case(requests: list[Request]) -> None:
    assert data.plan_rows(requests, "2026")[-1] == {"line": "u7-p8-s", "period": "2026", "amount": "37.50 EUR"}
