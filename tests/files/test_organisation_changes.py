"""The example company as it really changes: what is planned is moved, taken back or corrected (ORG-02, ORG-04, ORG-05).

The files in `changes` are what HR offices sent to other systems.
"""

from datetime import date
from pathlib import Path

import pytest

from application.files.organisation import read_organisation
from domain.kernel.errors import Refused
from domain.organisation import events as ev
from domain.organisation.browsing import units_of
from domain.organisation.model import Organisation
from domain.organisation.record import fold, plan_import
from domain.organisation.units import pointing_to, refuse_ended
from tests.support.office import COMPANY

TODAY = date(2026, 12, 1)
CHANGES = Path(__file__).parent / "changes"
JANUARY, FEBRUARY = date(2027, 1, 1), date(2027, 2, 1)
NICHA = "people: [{{id: e1024, name: {{en: Nicha}}, calendar: th-bangkok, position: {0}}}]"
PIM = "people: [{{id: e1026, name: {{en: Pim}}, calendar: th-bangkok, position: web-developer-3, {0}}}]"


@pytest.fixture(scope="module")
def company() -> Organisation:
    return fold(Organisation(), plan_import(Organisation(), read_organisation(COMPANY, TODAY).wanted, TODAY))


@pytest.fixture
def after(company: Organisation, tmp_path: Path):
    """The company after files (names in `changes`, or texts) came in one after the other, each of them twice."""

    def changed(*files: str, before: Organisation = company, today: date = TODAY) -> Organisation:
        for file in files:
            path = CHANGES / file
            if not file.endswith(".yaml"):
                path = tmp_path / "change.yaml"
                path.write_text(file, encoding="utf-8")
            wanted = read_organisation([path], today).wanted
            before = fold(before, plan_import(before, wanted, today))
            assert plan_import(before, wanted, today) == []
        return before

    return changed


@pytest.mark.rule("ORG-02")
@pytest.mark.parametrize("file", ["a2-1.yaml", "a2-2.yaml", "a2-3.yaml"])
def test_a_silent_row_takes_nothing_away(after, company: Organisation, file: str):
    changed = after(file)
    assert (changed.positions, changed.units, changed.people) == (
        company.positions,
        company.units,
        company.people,
    )


@pytest.mark.rule("ORG-02")
def test_taking_away_is_said(after):
    text = "positions: [{id: lead-web, title: {en: Web}, unit: it-web, grade: 7, reports_to: null}]"
    assert after(text).positions["lead-web"].reports_to is None
    text = "units: [{id: it-web, name: {en: Web}, parent: null}]"
    assert after(text).units["it-web"].parent is None


MOVES = {
    "planned": (["a5-plan.yaml"], [JANUARY]),
    "an export beside it": (["a5-plan.yaml", "a5-back.yaml"], [JANUARY]),
    "earlier": (["a5-plan.yaml", "a5-earlier.yaml"], [date(2026, 12, 15)]),
    "later": (["a5-plan.yaml", NICHA.format("data-engineer-3, since: 2027-02-01")], [FEBRUARY]),
    "taken back": (["a5-plan.yaml", "a5-back2.yaml"], []),
    "elsewhere on the day": (["a5-plan.yaml", NICHA.format("senior-manager-digital, since: 2027-01-01")], [JANUARY]),
    "one more before it": (
        ["a5-plan.yaml", NICHA.format("account-manager-2, since: 2026-12-15")],
        [date(2026, 12, 15), JANUARY],
    ),
}


@pytest.mark.rule("ORG-04")
@pytest.mark.parametrize("case", MOVES)
def test_a_planned_move_is_moved_or_taken_back(after, case: str):
    files, days = MOVES[case]
    nicha = after(*files).people["e1024"]
    assert [one.start for one in nicha.postings()[1:]] == days
    assert nicha.position_on(TODAY) == "web-developer-1"
    if not days:
        assert nicha.position == "web-developer-1"


@pytest.mark.rule("ORG-04")
def test_a_move_that_was_made_needs_a_reason(after):
    moved = after("a5-plan.yaml")
    later = NICHA.format("data-engineer-3, since: 2027-01-15")
    with pytest.raises(Refused, match="a reason: to correct a day that has passed"):
        after(later, before=moved, today=FEBRUARY)
    text = NICHA.format("data-engineer-3, since: 2027-01-15, reason: Payroll had the wrong day")
    corrected = after(text, before=moved, today=FEBRUARY)
    assert corrected.people["e1024"].position_on(date(2027, 1, 10)) == "web-developer-1"


@pytest.mark.rule("ORG-04")
def test_a_first_day_moves_until_it_comes(after):
    first = ["a7-2026-12-15.yaml", "a7-2027-02-01.yaml", "a7-2027-01-04.yaml"]
    changed = after(*first)
    assert [changed.works_here("e3002", date(2027, 1, day)) for day in (3, 4)] == [False, True]
    with pytest.raises(Refused, match="a reason: to correct a first day that has passed"):
        after("a7-2027-02-01.yaml", before=changed, today=date(2027, 1, 5))


@pytest.mark.rule("ORG-04")
def test_a_no_show_leaves_the_chair_free(after):
    never = (CHANGES / "a7-2027-01-04.yaml").read_text(encoding="utf-8").replace("from:", "until: 2027-01-04, from:")
    changed = after("a7-2027-01-04.yaml", never, today=TODAY)
    assert not changed.works_here("e3002", date(2027, 1, 4))
    other = never.replace("e3002", "e3003").replace("until: 2027-01-04, ", "")
    assert after(other, before=changed).holder_of("senior-manager-digital", FEBRUARY) == "e3003"
    again = never.replace("2027-01-04", "2027-02-01").replace("until: 2027-02-01, ", "")
    assert after(again, before=changed).works_here("e3002", FEBRUARY)


@pytest.mark.rule("ORG-04")
def test_a_newcomer_is_planned_elsewhere_before_the_first_day(after):
    changed = after("a7-2027-02-01.yaml", (CHANGES / "a7-2027-01-04.yaml").read_text("utf-8").replace(
        "senior-manager-digital", "data-engineer-3"))  # fmt: skip
    assert changed.people["e3002"].position_on(date(2027, 1, 4)) == "data-engineer-3"
    assert changed.holder_of("senior-manager-digital", FEBRUARY) is None


@pytest.mark.rule("ORG-04")
def test_a_resignation_is_withdrawn_when_said(after):
    assert after("a8-a1.yaml", "a8-a2.yaml").people["e1026"].end == date(2026, 12, 31)
    assert after("a8-a1.yaml", PIM.format("until: null")).people["e1026"].end is None


@pytest.mark.rule("ORG-04")
def test_a_wrong_last_day_is_corrected_with_its_reason(after, tmp_path: Path):
    gone = after("a8-b1.yaml")
    with pytest.raises(Refused, match="state a reason: to correct a last day that has passed"):
        after("a8-b2.yaml", before=gone)
    text = (CHANGES / "a8-b2.yaml").read_text("utf-8").replace("until:", "reason: A slip, until:")
    assert after(text, before=gone).works_here("e1026", TODAY)
    (tmp_path / "corrected.yaml").write_text(text, encoding="utf-8")
    [event] = plan_import(gone, read_organisation([tmp_path / "corrected.yaml"], TODAY).wanted, TODAY)
    assert event == ev.PersonLeft(person="e1026", effective=date(2026, 12, 31), reason="A slip")


@pytest.mark.rule("ORG-04")
def test_coming_back_is_a_second_stretch(after):
    roles = "roles: [{role: budget-owner, person: e1026, unit: it-web}]\n"
    limits = 'limits: [{category: hiring, person: e1026, up_to: "1 THB"}]'
    back = after(roles + limits, "a8-b1.yaml", "a8-c.yaml")
    march = date(2027, 3, 1)
    assert [back.works_here("e1026", day) for day in (date(2026, 11, 29), TODAY, march)] == [True, False, True]
    assert "e1026" not in back.holders("budget-owner", "it-web", march)
    assert back.limit_of("e1026", "hiring", "THB", "it-web", march) is None
    assert back.limit_of("e1026", "hiring", "THB", "it-web", date(2026, 11, 29)) is not None
    assert back.holder_of("web-developer-3", march) == "e1026"


@pytest.mark.rule("ORG-04")
def test_a_planned_role_is_taken_back(after, company: Organisation):
    planned = "roles: [{role: auditor, person: e1026, from: 2027-01-01%s}]"
    taken = after(planned % "", planned % ", until: 2027-01-01")
    assert taken.holders("auditor", None, FEBRUARY) == company.holders("auditor", None, FEBRUARY)
    moved = after(planned.replace("2027-01-01", "2027-02-01") % "", before=taken)
    assert "e1026" in moved.holders("auditor", None, FEBRUARY)
    ending = after(planned % ", until: 2027-01-15", planned % ", until: null")
    assert "e1026" in ending.holders("auditor", None, FEBRUARY)


@pytest.mark.rule("ORG-04")
def test_an_ended_role_is_corrected_with_its_reason(after):
    ended = after("roles: [{role: auditor, person: e1026, until: 2026-11-30}]")
    with pytest.raises(Refused, match="or a reason: to correct the day"):
        after("roles: [{role: auditor, person: e1026, until: 2026-12-31}]", before=ended)
    text = "roles: [{role: auditor, person: e1026, until: 2026-12-31, reason: The wrong month}]"
    assert "e1026" in after(text, before=ended).holders("auditor", None, TODAY)


@pytest.mark.rule("ORG-05")
def test_who_was_there_before_decides_during_a_handover(after):
    both = after("a11-a.yaml")
    days = [date(2026, 12, 20), date(2026, 12, 31), JANUARY]
    assert [both.holder_of("senior-manager-applications", day) for day in days] == ["e1005", "e1005", "e3020"]
    assert both.works_here("e3020", days[0])


@pytest.mark.rule("ORG-05")
def test_an_overlap_without_an_end_is_refused(after):
    text = (CHANGES / "a11-a.yaml").read_text("utf-8").replace(", until: 2027-01-01", "")
    with pytest.raises(Refused, match="would both hold position senior-manager-applications"):
        after(text)


SEAT = "seats: [{{person: e1006, position: {0}}}]"


@pytest.mark.rule("ORG-05")
def test_an_acting_head_decides_for_a_time(after, company: Organisation):
    acting = after(SEAT.format("senior-manager-digital, from: 2026-12-15, until: 2027-02-01"))
    days = [TODAY, JANUARY, FEBRUARY]
    had = company.holder_of("senior-manager-digital", TODAY)
    assert [acting.holder_of("senior-manager-digital", day) for day in days] == [had, "e1006", had]
    assert acting.holder_of("senior-manager-security", JANUARY) == "e1006"
    sideways = after(SEAT.format("senior-manager-applications, from: 2026-12-15, until: 2027-02-01"))
    assert [sideways.holder_of("senior-manager-applications", day) for day in days] == ["e1005", "e1006", "e1005"]


@pytest.mark.rule("ORG-05")
def test_a_second_position_is_one_that_is_vacant(after):
    second = after(SEAT.format("senior-manager-digital, kind: second"))
    assert second.holder_of("senior-manager-digital", TODAY) == "e1006"
    with pytest.raises(Refused, match="would both hold position senior-manager-applications"):
        after(SEAT.format("senior-manager-applications, kind: second"))
    with pytest.raises(Refused, match="say until when e1006 acts"):
        after(SEAT.format("senior-manager-digital"))


@pytest.mark.rule("ORG-08")
@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("a6-a.yaml", [2026]),
        ("a6-b.yaml", [2026]),
        ("a6-c.yaml", [2027, 2027]),
        ("a6-d.yaml", [2026, 2026]),
        ("skills_held: [{person: e1024, skill: java, level: 1, basis: claimed, by: e1024, day: 2569-01-01}]", [2026]),
        ("certificates: [{id: a, version: 1, name: {en: A}, months: 1, from: 2570-01-01}]", [2027]),
        (SEAT.format("lead-web, from: 2569-01-01, until: 2570-01-01"), [2026, 2027]),
        (NICHA.format("lead-web, since: 2569-12-31"), [2026]),
    ],
)
def test_a_buddhist_year_is_refused_with_the_year_to_write(after, text: str, years: list[int]):
    with pytest.raises(Refused) as refused:
        after(text)
    problems = refused.value.details["problems"]
    assert [problem[-4:] for problem in problems] == [str(year) for year in years]
    assert all("looks like the Buddhist era; write" in problem for problem in problems)


ENDED = "units: [{id: it-web, name: {en: Web}, until: 2026-12-01, into: it-data}]"


@pytest.mark.rule("ORG-06")
@pytest.mark.parametrize(
    "text",
    [
        "units: [{id: it-web-2, name: {en: Web}, parent: it-web}]",
        "positions: [{id: web-9, title: {en: Web}, unit: it-web, grade: 5}]",
        "roles: [{role: auditor, person: e1024, unit: it-web}]",
        'limits: [{category: hiring, person: e1024, unit: it-web, up_to: "1 THB"}]',
        "budget_lines: [{id: web, name: {en: Web}, unit: it-web, owner: e1024}]",
        "people: [{id: e3001, name: {en: New}, position: web-developer-9, calendar: th-bangkok}]",
    ],
)
def test_nothing_new_comes_to_an_ended_unit(after, text: str):
    chair = "positions: [{id: web-developer-9, title: {en: Web}, unit: it-web, grade: 5}]"
    ended = after(chair, ENDED)
    with pytest.raises(Refused, match="unit it-web ended on 2026-12-01; name it-data"):
        after(text, before=ended)
    after(chair, before=ended)


@pytest.mark.rule("ORG-06")
def test_a_merged_unit_finds_its_people_in_the_other(after, company: Organisation):
    roles = "roles: [{role: auditor, person: e1024, unit: it-data}, {role: auditor, person: e1026, unit: it-web}]\n"
    merged = after(roles + ENDED.replace("2026-12-01", "2027-01-01"))
    assert merged.holders("auditor", "it-web", TODAY) == ("e1026",)
    assert merged.holders("auditor", "it-web", JANUARY) == ("e1024",)
    assert "it-web" in units_of(merged, "it-data", below=True)
    assert "it-web" in units_of(merged, "it-applications", below=True)
    assert "it-web" not in units_of(company, "it-data", below=True)
    assert "position lead-web" in pointing_to(merged, "it-web", TODAY)


@pytest.mark.rule("ORG-06")
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{id: it-web, name: {en: Web}, into: it-data}", "until: is missing"),
        ("{id: it-web, name: {en: Web}, until: 2027-01-01, into: moon}", "there is no unit moon"),
        ("{id: it-applications, name: {en: A}, until: 2027-01-01, into: it-web}", "it-web is part of it-applications"),
        ("{id: it-web, name: {en: A}, until: 2027-01-01, into: it-web}", "name a unit that stays"),
    ],
)
def test_a_unit_ends_into_one_that_stays(after, text: str, says: str):
    with pytest.raises(Refused, match=says):
        after(f"units: [{text}]")


@pytest.mark.rule("ORG-06")
def test_the_end_of_a_unit_is_taken_back(after):
    ended = after(ENDED.replace("2026-12-01", "2027-01-01"))
    kept = after("units: [{id: it-web, name: {en: Web}, until: null, into: null}]", before=ended)
    assert (kept.units["it-web"].end, kept.units["it-web"].into) == (None, None)


@pytest.mark.rule("ORG-06")
def test_a_case_is_not_begun_in_an_ended_unit(after):
    ended = after(ENDED)
    refuse_ended(ended, "it-web", date(2026, 11, 30))
    with pytest.raises(Refused, match="Unit it-web ended on 2026-12-01; name it-data instead"):
        refuse_ended(ended, "it-web", TODAY)


@pytest.mark.rule("ORG-05")
def test_a_functional_manager_is_named_besides_the_line(after, company: Organisation):
    text = "people: [{id: e1024, name: {en: N}, position: web-developer-1, calendar: th-bangkok, functional_line: %s}]"
    besides = after(text % "senior-manager-security")
    assert besides.boss_of("e1024", 1, TODAY, "functional") == ("e1006",)
    assert besides.boss_of("e1024", 1, TODAY) == company.boss_of("e1024", 1, TODAY)
    assert company.boss_of("e1024", 1, TODAY, "functional") == company.boss_of("e1024", 1, TODAY)
    without = after(text % "null", before=besides)
    assert without.people["e1024"].functional_line is None
    with pytest.raises(Refused, match="there is no position moon"):
        after(text % "moon")
