"""People's days in files: re-dated, taken back, corrected, and a second stretch; and what a file is silent on."""

from datetime import date, timedelta

import pytest

from domain.organisation import events as ev
from domain.organisation.model import Organisation
from domain.organisation.record import fold
from tests.files.test_organisation_import import BASE, TODAY
from tests.files.test_organisation_import import plan as plan  # noqa: PLC0414 - the fixture
from tests.files.test_organisation_import import problems as problems  # noqa: PLC0414 - the fixture

LATER = TODAY + timedelta(days=30)
SOONER, AFTER = LATER - timedelta(days=9), LATER + timedelta(days=7)
ROW = "people:\n  - {{id: {id}, name: {{en: N}}, position: {position}, calendar: th-bangkok{more}}}\n"
MOVED = {"id": "e2", "position": "engineer", "more": f", since: {LATER}"}


@pytest.fixture
def base(plan):
    return fold(Organisation(), plan(BASE))


def row(person: str = "e2", position: str = "head", **more: object) -> str:
    said = "".join(f", {name}: {value}" for name, value in more.items())
    return ROW.format(id=person, position=position, more=said)


@pytest.mark.rule("ORG-02")
def test_silence_takes_nothing_away(plan, base):
    silent = (
        "positions: [{id: head, title: {en: Head}, unit: it, grade: 10}]\n"
        "units: [{id: it, name: {en: IT}}]\n"
        "people: [{id: e2, name: {en: Boon}, position: head, calendar: th-bangkok}]\n"
    )
    assert plan(silent, current=base) == []
    [unit, position] = plan(
        "positions: [{id: head, title: {en: Head}, unit: it, grade: 10, reports_to: null}]\n"
        "units: [{id: it, name: {en: IT}, parent: null}]\n",
        current=base,
    )
    assert (unit.unit.parent, position.position.reports_to) == (None, None), "taking away is said"
    assert unit.unit.name == {"en": "IT", "th": "ไอที"}


@pytest.mark.rule("ORG-04")
@pytest.mark.parametrize(
    ("first", "then", "works"),
    [
        pytest.param({"from": LATER}, {"from": LATER + timedelta(7)}, (LATER + timedelta(7), None), id="joins later"),
        pytest.param({"from": LATER}, {"from": TODAY}, (TODAY, None), id="joins earlier"),
        pytest.param({"from": LATER}, {"from": LATER, "until": LATER}, (LATER, LATER), id="never comes"),
        pytest.param({"until": LATER}, {"until": "null"}, (None, None), id="stays after all"),
        pytest.param({"until": LATER}, {"until": AFTER}, (None, AFTER), id="leaves later"),
        pytest.param({"until": LATER}, {}, (None, LATER), id="silence"),
    ],
)  # fmt: skip
def test_what_is_planned_can_be_dated_anew_or_taken_back(plan, base, first, then, works):
    person, position = ("e3", "engineer") if "from" in first else ("e2", "head")
    known = fold(base, plan(row(person, position, **first), current=base))
    after = fold(known, plan(row(person, position, **then), current=known))
    assert (after.people[person].start, after.people[person].end) == works
    assert plan(row(person, position, **then), current=after) == [], "the same file again changes nothing"


@pytest.mark.rule("ORG-04")
def test_a_day_that_is_over_is_corrected_with_a_reason(plan, base, problems):
    gone = fold(base, plan(row(until="2026-11-01"), current=base))
    [problem] = problems(row(until="2026-11-30"), current=gone)
    assert "until: with a reason:" in problem
    [corrected] = plan(row(until="2026-11-30", reason="The notice was misread"), current=gone)
    assert isinstance(corrected, ev.PersonDatesSet)
    assert (corrected.end, corrected.reason) == (date(2026, 11, 30), "The notice was misread")
    [stays] = plan(row(until="null", reason="The resignation was withdrawn"), current=gone)
    assert fold(gone, [stays]).works_here("e2", TODAY)


@pytest.mark.rule("ORG-04")
def test_who_comes_back_begins_a_second_stretch(plan, base):
    gone = fold(base, plan(row(until="2026-11-01"), current=base))
    back = fold(gone, plan(row("e2", "engineer", **{"from": LATER}), current=gone))
    days = [date(2026, 10, 1), date(2026, 11, 10), LATER]
    assert [back.works_here("e2", day) for day in days] == [True, False, True]
    assert [back.people["e2"].position_on(day) for day in (days[0], days[2])] == ["head", "engineer"]
    assert back.holders("hr-partner", "company", LATER) == (), "old roles stay ended"
    assert plan(row("e2", "engineer", **{"from": LATER}), current=back) == []


@pytest.mark.rule("ORG-04")
@pytest.mark.parametrize(
    ("position", "since", "expected"),
    [
        pytest.param("head", None, [("head", None), ("engineer", LATER)], id="a full export says where they are"),
        pytest.param("engineer", None, [("head", None), ("engineer", LATER)], id="or where they will be"),
        pytest.param("engineer", SOONER, [("head", None), ("engineer", SOONER)], id="earlier"),
        pytest.param("head", LATER, [("head", None)], id="taken back"),
        pytest.param(
            "head", LATER + timedelta(1),
            [("head", None), ("engineer", LATER), ("head", LATER + timedelta(1))], id="and back again",
        ),
    ],
)  # fmt: skip
def test_a_planned_move_is_dated_anew_or_taken_back(plan, base, position, since, expected):
    known = fold(base, plan(ROW.format(**MOVED), current=base))
    text = row("e2", position, **({"since": since} if since else {}))
    after = fold(known, plan(text, current=known))
    assert [(one.position, one.start) for one in after.people["e2"].postings()] == expected
    assert plan(text, current=after) == []


@pytest.mark.rule("ORG-04")
def test_a_third_place_before_a_planned_move_is_asked_about(plan, base, problems):
    known = fold(base, plan(ROW.format(**MOVED), current=base))
    [problem] = problems(row("e2", "boss"), current=known)
    assert f"moves to engineer on {LATER}" in problem


@pytest.mark.rule("ORG-04")
def test_a_planned_role_and_limit_begin_on_another_day(plan, base):
    said = (
        "roles: [{{role: buyer, person: e2, unit: it, from: {0}}}]\n"
        "limits: [{{category: spend, person: e2, up_to: 9 THB, from: {0}}}]\n"
    )
    known = fold(base, plan(said.format(LATER), current=base))
    other = LATER + timedelta(days=10)
    after = fold(known, plan(said.format(other), current=known))
    assert [after.holders("buyer", "it", day) for day in (LATER, other)] == [(), ("e2",)]
    assert [one.start for one in after.limits if one.category == "spend" and one.holds_on(other)] == [other]
    assert not [one for one in after.limits if one.category == "spend" and one.holds_on(LATER)]
    ended = "roles: [{{role: buyer, person: e2, unit: it, from: {0}, until: {1}}}]\n"
    closing = fold(after, plan(ended.format(other, "2027-06-01"), current=after))
    open_ = fold(closing, plan(ended.format(other, "null"), current=closing))
    assert open_.holders("buyer", "it", date(2027, 7, 1)) == ("e2",)
