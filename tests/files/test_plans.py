"""A planner's own file becomes the plan, and the plan becomes one: CSV, XLSX, XML of Microsoft Project."""

from pathlib import Path

import pytest

from application.files.plans import PlanMap, read_plan, write_plan
from domain.kernel.errors import Refused
from domain.projects.delivery.content import Activity

PLAN = [
    Activity.model_validate(each)
    for each in (
        {"id": "1", "title": "Analyse", "starts": "2027-01-04", "ends": "2027-01-08", "owner": "e1011", "hours": "40"},
        {"id": "2", "title": "สร้าง", "starts": "2027-01-11", "ends": "2027-02-05", "after": ["1"], "cost": "90000 THB"},
        {"id": "3", "title": "Live", "starts": "2027-02-08", "ends": "2027-02-08", "after": ["1", "2"],
         "milestone": True},
    )
]  # fmt: skip
MAP = PlanMap(values={"currency": "THB"})
PROJECT = """<?xml version="1.0" encoding="UTF-8"?>
<Project xmlns="http://schemas.microsoft.com/project"><Name>Shop</Name><CurrencyCode>THB</CurrencyCode>
<Tasks>
<Task><UID>0</UID><Name>Shop</Name><Summary>1</Summary></Task>
<Task><UID>7</UID><Name>Phase 1</Name><Summary>1</Summary><Start>2027-01-04T08:00:00</Start></Task>
<Task><UID>8</UID><Name>Analyse</Name><Summary>0</Summary><Start>2027-01-04T08:00:00</Start>
  <Finish>2027-01-08T17:00:00</Finish><Work>PT40H0M0S</Work><Cost>1250000</Cost><Milestone>0</Milestone></Task>
<Task><UID>9</UID><Name>Live</Name><Summary>0</Summary><Start>2027-01-11T08:00:00</Start>
  <Finish>2027-01-11T08:00:00</Finish><Milestone>1</Milestone>
  <PredecessorLink><PredecessorUID>8</PredecessorUID><Type>1</Type></PredecessorLink></Task>
</Tasks>
<Resources><Resource><UID>3</UID><Name>Nicha Tongdee</Name></Resource></Resources>
<Assignments><Assignment><TaskUID>8</TaskUID><ResourceUID>3</ResourceUID></Assignment></Assignments>
</Project>"""


@pytest.mark.parametrize("ending", ["csv", "xlsx", "xml"])
def test_what_is_written_is_read_back(tmp_path: Path, ending: str):
    path = tmp_path / f"plan.{ending}"
    write_plan(path, PLAN, "Shop")
    assert [Activity.model_validate(each) for each in read_plan(path, MAP)] == PLAN


def test_a_plan_of_microsoft_project_is_taken(tmp_path: Path):
    path = tmp_path / "shop.xml"
    path.write_text(PROJECT, encoding="utf-8")
    first, last = read_plan(path, PlanMap(people={"Nicha Tongdee": "e1024"}))
    assert first == {
        "id": "8", "title": "Analyse", "starts": "2027-01-04", "ends": "2027-01-08", "owner": "e1024", "hours": "40.0",
        "cost": {"amount": "12500", "currency": "THB"},
    }  # fmt: skip
    assert (last["after"], last["milestone"]) == (["8"], True), "summaries are no activities"


def test_every_wrong_row_is_named(tmp_path: Path):
    path = tmp_path / "plan.csv"
    path.write_text(
        "WBS,Task,Start,End,After,Who\n1,One,2027-13-01,2027-01-02,,e1011\n2,Two,2027-01-01,2027-01-02,9,Ann\n,Three,,,,\n",
        encoding="utf-8",
    )
    columns = {"id": "WBS", "title": "Task", "starts": "Start", "ends": "End", "after": "After", "owner": "Who"}
    with pytest.raises(Refused) as refused:
        read_plan(path, PlanMap(columns=columns))
    assert [text.partition(": ")[0] for text in refused.value.details["problems"]] == [
        "plan.csv:2", "plan.csv:3", "plan.csv:4", "plan.csv:3",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<Project/>", "no plan of Microsoft Project"),
        ("<Project", "is no XML"),
        ('<!DOCTYPE x [<!ENTITY a "a">]><Project xmlns="http://schemas.microsoft.com/project"/>', "document type"),
    ],
)
def test_what_is_no_plan_is_refused(tmp_path: Path, text: str, said: str):
    path = tmp_path / "plan.xml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Refused, match=said):
        read_plan(path, MAP)
