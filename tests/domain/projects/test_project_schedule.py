"""Dependencies: who moves, who waits, circles, the critical path."""

import time
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.kernel.errors import Refused
from domain.projects.delivery import schedule
from domain.projects.delivery.content import Activity, Work
from tests.domain.projects.delivering import MANAGER, activity, baselined, delegated, moved, planned_days, worked
from tests.support.examples import examples

FIRST = date(2027, 1, 1)


def planned(id_: str, first: int | None, length: int = 5, *after: str) -> Activity:
    if first is None:
        return Activity(id=id_, title=id_, after=after)
    starts = FIRST + timedelta(days=first)
    return Activity(id=id_, title=id_, starts=starts, ends=starts + timedelta(days=length - 1), after=after)


def works(*activities: Activity) -> dict[str, Work]:
    return {one.id: Work(activity=one) for one in activities}


@pytest.mark.rule("DEL-10")
def test_followers_move_later_only_where_a_dependency_breaks():
    project = baselined()
    before = planned_days(project, "live")
    project.when("move-activity", moved("build", 11, 50), by=MANAGER)
    starts, ends = planned_days(project, "train")
    assert starts is not None
    assert ends is not None
    assert ((starts - project.now.date()).days, (ends - project.now.date()).days) == (51, 70)
    assert planned_days(project, "live") == before


@pytest.mark.rule("DEL-10")
def test_followers_never_move_earlier_by_themselves():
    project = baselined()
    before = planned_days(project, "train")
    project.when("move-activity", moved("build", 1, 20), by=MANAGER)
    assert planned_days(project, "train") == before


@pytest.mark.rule("DEL-10")
def test_an_activity_cannot_start_before_what_it_waits_for():
    assert baselined().refused("move-activity", moved("train", 30, 50), by=MANAGER) == "breaks-dependency"


@pytest.mark.rule("DEL-10")
def test_a_predecessor_without_days_is_no_permission():
    known = works(planned("a", None), planned("b", 3, 5, "a"))
    assert schedule.pushed(known) == {}
    assert schedule.waits_for(known, "b") == ("a",)


@pytest.mark.rule("DEL-10")
def test_what_followed_cancelled_work_is_planned_anew():
    project = baselined().when("cancel-activity", {"activity": "build", "reason": "Bought instead"}, by=MANAGER)
    assert project.state.works["train"].replan
    assert project.open("replan").people == (MANAGER,)
    project.when("move-activity", moved("train", 20, 40), by=MANAGER)
    assert not project.state.works["train"].replan
    assert not [task for task in project.case.tasks.values() if task.kind == "replan"]


@pytest.mark.rule("DEL-10")
def test_work_that_began_stays_in_the_plan():
    project = worked(baselined(), "build")
    assert project.refused("set-plan", {"activities": [activity("other", 1, 2)]}, by=MANAGER) == "begun-work"


@pytest.mark.rule("DEL-10")
def test_a_circle_is_refused_and_shown():
    project = delegated()
    plan = [activity("a", 1, 2, after=["c"]), activity("b", 3, 4, after=["a"]), activity("c", 5, 6, after=["b"])]
    with pytest.raises(Refused, match="→") as refused:
        project.when("set-plan", {"activities": plan}, by=MANAGER)
    assert refused.value.code == "circle"
    shown = str(refused.value.details["circle"]).split(" → ")
    assert (len(shown), shown[0]) == (4, shown[-1])


def test_the_critical_path_is_the_longest_chain():
    chain = (planned("a", 0, 5), planned("b", 5, 9, "a"), planned("c", 5, 3, "a"), planned("d", 14, 1, "b", "c"))
    assert schedule.critical_path(chain) == ("a", "b", "d")


def test_slip_is_counted_against_the_baseline():
    baseline = (planned("a", 0, 5), planned("b", 5, 5, "a"))
    known = works(planned("a", 2, 5), planned("b", 7, 5, "a"))
    slips = schedule.slips(known, baseline, FIRST)
    assert [one.days for one in slips] == [2, 2]


def test_five_thousand_activities_have_a_path_in_time():
    chain = [planned(f"a{n}", n, 2, *((f"a{n - 7}", f"a{n - 1}") if n > 7 else ())) for n in range(5000)]
    fastest = min(_seconds(chain) for _ in range(5))
    assert fastest < 0.1


def _seconds(chain: list[Activity]) -> float:
    begun = time.process_time()
    assert len(schedule.critical_path(chain)) > 700
    return time.process_time() - begun


@st.composite
def plans(draw: st.DrawFn) -> dict[str, Work]:
    count = draw(st.integers(1, 8))
    made = []
    for n in range(count):
        after = draw(st.lists(st.sampled_from([f"a{m}" for m in range(n)]), unique=True)) if n else []
        made.append(planned(f"a{n}", draw(st.one_of(st.none(), st.integers(0, 40))), draw(st.integers(1, 9)), *after))
    return works(*made)


@pytest.mark.rule("DEL-10")
def test_after_a_push_no_dependency_is_broken_and_nobody_is_earlier():
    @settings(max_examples=examples(200))
    @given(plans())
    def pushes(known: dict[str, Work]) -> None:
        moves = schedule.pushed(known)
        now = {id_: moves.get(id_, work.activity) for id_, work in known.items()}
        for id_, one in now.items():
            before = known[id_].activity.starts
            assert (one.starts is None) == (before is None)
            if one.starts and before:
                assert one.starts >= before
                ends = [now[each].ends for each in one.after if each in now]
                assert all(each < one.starts for each in ends if each)
        assert schedule.pushed({id_: Work(activity=one) for id_, one in now.items()}) == {}

    pushes()
