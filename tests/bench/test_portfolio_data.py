"""The loader of real projects: baselines, facts and health from three small files."""

from datetime import date
from pathlib import Path

import pytest

from bench.portfolio_data import agreement, load, views

PROJECTS = """project,investment,name,start_days_after_2000,planned_days,delay_days,planned_cost_musd,cost_variance_musd
1,i1,On time,4300,60,0,1.5,0
2,i1,Late,4300,60,0,1,-0.5
"""
ACTIVITIES = """activity,project,name,planned_start,planned_duration,actual_start_delay,planned_cost_musd,status,output
11,1,Design,2012-01-01,31 days,0 days,0.5,Completed - Closed,Key Deliverable
12,1,Build,2012-02-01,29 days,0 days,1,Completed - Costs Pending,Usable Functionality
21,2,Build,2012-07-01,62 days,31 days,1,In-progress,
"""
INVESTMENTS = """investment,bureau,type,cio_evaluation,enhancement_spend_musd,last_baseline,changes_to_baseline
i1,Bureau,Major,5,1,2012-01-01,0
"""
AS_OF = date(2012, 8, 31)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (("projects", PROJECTS), ("activities", ACTIVITIES), ("investments", INVESTMENTS)):
        (tmp_path / f"portfolio-{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


def test_what_was_planned_is_the_baseline(folder: Path):
    first = load(folder, AS_OF)[0].state
    assert [one.finish for one in first.baselines] == [date(2012, 2, 29)]
    assert str(first.budget) == "1,500,000.0 USD"


def test_what_happened_are_facts(folder: Path):
    (_, one), (_, late) = views(load(folder, AS_OF), AS_OF)
    assert (str(one.progress), one.colour, one.actual.amount) == ("100.0", "green", 1_500_000)
    assert (late.late_days, str(late.progress), late.actual.amount) == (31, "50.0", 750_000)


def test_health_stands_beside_the_recorded_evaluation(folder: Path):
    assert agreement(folder, views(load(folder, AS_OF), AS_OF)) == {("green", "green"): 1, ("green", "red"): 1}
