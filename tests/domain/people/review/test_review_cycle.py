"""The population, the calibration by unit, the release, the reports."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from domain.kernel.cycle import PageStarted
from domain.kernel.errors import Refused
from domain.kernel.report import Snapshot
from domain.organisation.model import Organisation, Person, Position, Unit
from domain.people.review.cycle_definition import REVIEW_CYCLE
from domain.people.review.cycle_state import JoinersListed, PopulationFrozen
from domain.people.review.definition import REVIEW
from domain.people.review.events import RatingCalibrated, StepEnded
from domain.people.review.report import ReviewLine, cycle_report, leniency, line_of
from domain.people.review.state import Stage
from tests.conformance import company
from tests.domain.people.review.cycle_world import (
    CHAIR,
    HR,
    World,
    answer,
    assess,
    calibrate_unit,
    rate,
    released,
    sign,
    talk,
)

WEB = ("e1011", "e1024", "e1025", "e1026")
BY_SYSTEM = {"by": "system", "channel": "effect"}


def hired(world_day: date, person: str = "e1026") -> Organisation:
    known = company.organisation()
    people = {**known.people, person: known.people[person].model_copy(update={"start": world_day})}
    return known.model_copy(update={"people": people})


@pytest.mark.rule("REV-01")
def test_the_population_is_frozen_by_tenure_and_absence():
    world = World(hired(date(2026, 10, 1))).begin(absent=("e1025",))
    (frozen,) = [event for event in world.cycle.history if isinstance(event, PopulationFrozen)]
    assert {(one.person, one.reason) for one in frozen.excluded} == {("e1026", "tenure"), ("e1025", "absence")}
    assert set(world.reviews) == {"e1011", "e1024"}


@pytest.mark.rule("REV-01")
def test_later_joiners_are_listed_and_not_added():
    world = World().begin()
    newcomer = Person(id="e2001", position="web-developer-4", calendar="th-bangkok", start=date(2026, 12, 2))

    def joined(known: Organisation) -> Organisation:
        seat = Position(
            id="web-developer-4", title={"en": "Developer"}, unit="it-web", grade=4, reports_to="lead-web"
        )  # fmt: skip
        return known.model_copy(
            update={
                "people": {**known.people, "e2001": newcomer},
                "positions": {**known.positions, seat.id: seat},
            }
        )

    world.organisation(joined)
    world.wait(timedelta(days=7))
    world.act(world.cycle, "list-joiners", {}, by=HR)
    assert world.cycle.found(JoinersListed).people == ("e2001",)
    assert "e2001" not in world.reviews


@pytest.mark.rule("REV-01")
def test_a_list_with_leavers_is_refused():
    known = company.organisation()
    gone = known.people["e1025"].model_copy(update={"end": date(2026, 11, 1)})
    world = World(known.model_copy(update={"people": {**known.people, "e1025": gone}}))
    with pytest.raises(Exception, match="left on 2026-11-01"):
        world.begin(absent=("e1025",))
    with pytest.raises(Exception, match="does not work in this part"):
        World().begin(absent=("e1039",))


@pytest.mark.rule("REV-04")
def test_nothing_is_released_before_the_unit_is_calibrated():
    world = World().begin()
    for person in WEB:
        assess(world, person)
    for person in WEB[:3]:
        rate(world, person)
    world.deliver()
    assert {play.state.step for play in world.reviews.values()} == {Stage.RATED, Stage.MANAGER}
    assert not [task for task in world.cycle.case.tasks.values() if task.kind == "calibrate"]
    rate(world, WEB[3])
    world.deliver()
    calibrate_unit(world)
    for person in WEB[:3]:
        sign(world, person)
    assert all(play.state.released is None for play in world.reviews.values())
    sign(world, WEB[3])
    assert all(play.state.released == Decimal(4) for play in world.reviews.values())


@pytest.mark.rule("REV-04")
def test_calibration_keeps_old_new_and_reason():
    world = World().begin()
    for person in WEB:
        assess(world, person)
        rate(world, person)
    play = world.reviews["e1024"]
    change = {"old": "4", "new": "3.5", "reason": "As others with the same results"}
    assert play.refused("calibrate", {**change, "reason": " "}, by=CHAIR) == "reason-missing"
    world.act(play, "calibrate", change, by=CHAIR)
    kept = play.found(RatingCalibrated)
    assert (kept.old, kept.new, kept.reason, kept.by) == (4, Decimal("3.5"), change["reason"], CHAIR)


@pytest.mark.rule("REV-04")
def test_of_two_who_calibrate_at_once_one_is_told():
    world = World().begin()
    for person in WEB:
        assess(world, person)
        rate(world, person)
    play = world.reviews["e1024"]
    world.act(play, "calibrate", {"old": "4", "new": "3.5", "reason": "less"}, by=CHAIR)
    assert play.refused("calibrate", {"old": "4", "new": "4.5", "reason": "more"}, by=CHAIR) == "rating-changed"
    assert play.state.rating == Decimal("3.5")


@pytest.mark.rule("REV-04")
def test_a_fixed_rating_is_not_calibrated_any_more():
    world = released(World().begin())
    change = {"old": "4", "new": "5", "reason": "late"}
    assert world.reviews["e1024"].refused("calibrate", change, by=CHAIR) == "not-now"


@pytest.mark.rule("REV-10")
def test_ten_thousand_fit_in_one_history():
    world = World(large(10_000)).freeze("it").start_pages()
    cycle = world.cycle
    assert len(world.outbox) == len(cycle.state.cycle.children) > 10_000
    assert sum(isinstance(event, PageStarted) for event in cycle.history) == 101
    for gate in ("rated", "signed", "done"):
        for unit in list(cycle.state.cycle.planned):
            cycle.when("note-unit-passed", {"unit": unit, "gate": gate}, **BY_SYSTEM)
            if gate == "rated":
                task = cycle.open("calibrate")
                cycle.when("calibrate-unit", {"task": task.id}, by=task.assignees[0])
    assert REVIEW_CYCLE.stage(cycle.state) == "closed"
    assert len(cycle.history) < 5000


def large(count: int) -> Organisation:
    """So many people in twenty units below IT, each unit with its lead."""
    known = company.organisation()
    units = {f"u{n}": Unit(id=f"u{n}", name={"en": f"U{n}"}, parent="it") for n in range(20)}
    seats = {
        f"s{n}": Position(id=f"s{n}", title={"en": "x"}, unit=f"u{n % 20}", grade=3, reports_to="cio")
        for n in range(count)
    }  # fmt: skip
    people = {f"x{n}": Person(id=f"x{n}", position=f"s{n}", calendar="th-bangkok") for n in range(count)}
    kept = {person.id: person for person in known.people.values() if not person.position.startswith("it-")}
    chief = {key: person for key, person in kept.items() if key in ("e1003", "e1001", "e1062", HR)}
    return known.model_copy(
        update={
            "units": {**known.units, **units},
            "positions": {**known.positions, **seats},
            "people": {**chief, **people},
        }
    )


@pytest.mark.rule("REV-10")
def test_progress_is_in_the_figures_of_each_review():
    world = World().begin()
    shown = REVIEW.figures(world.reviews["e1024"].state, {})
    assert shown == {"cycle": "cycle-1", "group": "it-web", "late": [], "missed": []}
    reached = [name for event in world.reviews["e1024"].history for name in REVIEW.milestones(event)]
    assert reached == ["goals"]


@pytest.mark.rule("REV-09")
def test_every_step_is_due_and_lateness_is_kept():
    world = World().begin()
    play = world.reviews["e1024"]
    world.due(play, "assessment")
    assert play.open("self").timing.due_at == play.state.due
    world.due(play, "step-over")
    ended = next(event for event in play.last if isinstance(event, StepEnded))
    assert (ended.step, ended.late, ended.missed) == (Stage.SELF, True, True)
    assert play.open("rate").timing.rungs
    assert play.state.late == ("goals", "self")  # no goals were agreed either


@pytest.mark.rule("REV-09")
def test_the_report_compares_before_and_after():
    world = World().begin()
    for person, value in zip(WEB, ("5", "5", "4", "3"), strict=True):
        assess(world, person)
        rate(world, person, value)
    world.deliver()
    world.act(world.reviews["e1024"], "calibrate", {"old": "5", "new": "4", "reason": "as others"}, by=CHAIR)
    calibrate_unit(world)
    report = cycle_report(line_of(play.state, REVIEW.stage(play.state)) for play in world.reviews.values())
    assert (report.before, report.after) == ({3: 1, 4: 1, 5: 2}, {3: 1, 4: 2, 5: 1})
    assert report.units[0].stages == {"second_level": 4}
    assert (report.reviews, report.over) == (4, 0)


@pytest.mark.rule("REV-09")
def test_a_report_tells_of_the_readers_units_only():
    world = World().begin()
    cases = {"review": {play.case.id: play.state for play in world.reviews.values()}}
    whole = Snapshot(at=world.facts.now, position=1, organisation=world.facts.organisation, cases=cases)
    report = REVIEW_CYCLE.reports["review-cycle"]
    found = report.build(whole, report.question(cycle="cycle-1"))
    assert (found.reviews, found.units[0].stages) == (4, {"goals": 4})
    other = replace(whole, units=frozenset({"hr"}))
    with pytest.raises(Refused, match="No review of cycle cycle-1 is in your units"):
        report.build(other, report.question(cycle="cycle-1"))


@pytest.mark.rule("REV-09")
def test_leniency_is_told_of_raters_of_three():
    lines = [
        ReviewLine(group="a", stage="rated", rater=rater, before=Decimal(value))
        for rater, value in [("m1", 5), ("m1", 5), ("m1", 4), ("m2", 3), ("m2", 3), ("m2", 4), ("m3", 1)]
    ]
    found = leniency(lines)
    assert [(line.rater, line.mean) for line in found] == [("m1", Decimal("4.67")), ("m2", Decimal("3.33"))]
    assert found[0].leniency == Decimal("1.10")


@pytest.mark.rule("REV-09")
def test_fewer_than_three_ratings_are_not_told():
    lines = [ReviewLine(group="a", stage="rated", rater="m1", before=Decimal(5))] * 2
    assert cycle_report(lines).before == {}


def test_the_cycle_closes_once_everybody_answered():
    world = released(World().begin())
    for person in WEB:
        talk(world, person)
        answer(world, person, "acknowledged")
    assert REVIEW_CYCLE.stage(world.cycle.state) == "closed"
    assert world.cycle.found(JoinersListed).people == ()


def test_a_cycle_called_off_ends_its_reviews():
    world = World().begin()
    late = world.cycle.case.id + "-e1026"
    gone = world.reviews.pop("e1026")
    world.act(world.cycle, "call-off-cycle", {"reason": "reorganised"}, by=HR)
    world.deliver()
    assert {REVIEW.stage(play.state) for play in world.reviews.values()} == {"called_off"}
    first = gone.history[0]
    payload = {
        "person": "e1026",
        "requester": HR,
        "terms": first.terms.model_dump(mode="json"),
        "cycle": gone.state.cycle.link.model_dump(mode="json"),
    }
    fresh = type(gone)(REVIEW, world.facts, late)
    world.act(fresh, "begin-review", payload, **BY_SYSTEM)
    assert REVIEW.stage(fresh.state) == "called_off"
