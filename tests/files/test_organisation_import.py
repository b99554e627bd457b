"""A file of the organisation becomes the missing events, or is refused with the line of all that is wrong (KRN-42)."""

from datetime import date

import pytest

from application.files.organisation import read_organisation
from domain.kernel.errors import Refused
from domain.kernel.events import EventRow, encode
from domain.organisation import events as ev
from domain.organisation.model import Organisation
from domain.organisation.record import REGISTRY, evolve, fold, plan_import

TODAY = date(2026, 11, 23)

BASE = """\
calendars:
  - id: th-bangkok
    country: TH
    zone: Asia/Bangkok
    hours: {mon-fri: [08:30-12:00, 13:00-17:30]}
units:
  - {id: company, name: {en: Company}}
  - {id: it, name: {en: IT, th: ไอที}, parent: company}
positions:
  - {id: boss, title: {en: Boss}, unit: company, grade: 12}
  - {id: head, title: {en: Head}, unit: it, grade: 10, reports_to: boss}
  - {id: engineer, title: {en: Engineer}, unit: it, grade: 5, reports_to: head}
people:
  - {id: e1, name: {en: Anong}, email: a@x.example, position: boss, calendar: th-bangkok, from: 2019-01-01}
  - {id: e2, name: {en: Boon}, position: head, calendar: th-bangkok, language: th}
roles:
  - {role: hr-partner, person: e2, unit: company}
groups:
  - {id: board, members: [e1, e2]}
limits:
  - {category: hiring, person: e1, up_to: 100000 THB}
  - {category: hiring, role: hr-partner, up_to: 50000 THB}
budget_lines:
  - {id: it-people, name: {en: IT people}, unit: it, owner: e2}
"""


@pytest.fixture
def plan(tmp_path):
    """Plans the import of texts, as files a.yaml, b.yaml, …"""

    def planned(*texts, current=None, today=TODAY):
        paths = [tmp_path / f"{chr(97 + n)}.yaml" for n in range(len(texts))]
        for path, text in zip(paths, texts, strict=True):
            path.write_text(text, encoding="utf-8")
        return plan_import(current or Organisation(), read_organisation(paths, today).wanted, today)

    return planned


@pytest.fixture
def base(plan):
    return fold(Organisation(), plan(BASE))


@pytest.fixture
def problems(plan, tmp_path):
    """What an import is refused with, without the folder."""

    def found(*texts, current=None):
        with pytest.raises(Refused) as refused:
            plan(*texts, current=current)
        assert refused.value.code == "bad-file"
        assert refused.value.message.startswith(refused.value.details["problems"][0])
        return [problem.replace(f"{tmp_path}/", "") for problem in refused.value.details["problems"]]

    return found


def section(name, *entries):
    return f"{name}:\n" + "".join(f"  - {entry}\n" for entry in entries)


PERSON = "{{id: {0}, name: {{en: N}}, position: {1}, calendar: th-bangkok{2}}}"


@pytest.mark.rule("KRN-42")
def test_a_first_import_says_everything_once(plan, base):
    kinds = [type(event).__name__ for event in plan(BASE)]
    assert kinds.count("PersonJoined") == 2
    assert kinds.count("RoleGranted") == 3
    assert base.version == len(kinds)
    assert base.holders("board", None, TODAY) == ("e1", "e2")
    assert base.manager_of("e2", TODAY) == "e1"


@pytest.mark.rule("KRN-42")
def test_importing_twice_appends_nothing(plan, base):
    assert plan(BASE, current=base) == []


def test_what_a_file_does_not_name_stays(plan, base):
    assert plan(section("units", "{id: it, name: {en: IT, th: ไอที}, parent: company}"), current=base) == []


@pytest.mark.rule("KRN-42")
def test_no_name_or_address_reaches_the_events(plan):
    text = "".join(event.model_dump_json() for event in plan(BASE))
    assert "Anong" not in text
    assert "@" not in text


@pytest.mark.rule("KRN-42")
def test_every_event_has_its_effective_day(plan):
    events = plan(BASE)
    assert {event.effective for event in events} == {TODAY, date(2019, 1, 1)}


def test_events_read_from_the_log_fold_to_the_same(plan, base):
    again = Organisation()
    for number, event in enumerate(plan(BASE), start=1):
        again = evolve(again, REGISTRY.decode(_stored(number, event)))
    assert again == base


def _stored(number, event):
    name, version, payload = encode(event)
    return EventRow.model_validate(
        {
            "position": number,
            "stream": "organisation",
            "version": number,
            "type": name,
            "schema_version": version,
            "payload": payload,
            "actor": "system",
            "command_id": "00000000-0000-0000-0000-000000000001",
            "correlation": "00000000-0000-0000-0000-000000000001",
            "channel": "cli",
            "recorded_at": "2026-11-23T00:00:00Z",
            "hash": "",
        }
    )


@pytest.mark.rule("KRN-42")
def test_moving_a_person_from_a_day_on(plan, base):
    text = section("people", PERSON.format("e2", "engineer", ", language: th, since: 2027-01-01"))
    events = plan(text, current=base)
    assert events == [ev.PersonMoved(person="e2", position="engineer", effective=date(2027, 1, 1))]
    moved = fold(base, events)
    assert moved.people["e2"].position_on(date(2026, 12, 31)) == "head"
    assert moved.people["e2"].position_on(date(2027, 1, 1)) == "engineer"
    assert plan(text, current=moved) == []


@pytest.mark.rule("KRN-42")
def test_two_people_change_places_on_one_day(plan, base):
    people = (PERSON.format("e1", "head", ", from: 2019-01-01"), PERSON.format("e2", "boss", ", language: th"))
    swapped = fold(base, plan(section("people", *people), current=base))
    assert (swapped.holder_of("boss", TODAY), swapped.holder_of("head", TODAY)) == ("e2", "e1")


@pytest.mark.rule("KRN-42")
def test_leaving_is_one_event_with_the_first_day_gone(plan, base):
    text = section("people", PERSON.format("e2", "head", ", language: th, until: 2026-12-01"))
    events = plan(text, current=base)
    assert events == [ev.PersonLeft(person="e2", effective=date(2026, 12, 1))]
    left = fold(base, events)
    assert left.works_here("e2", date(2026, 11, 30))
    assert not left.works_here("e2", date(2026, 12, 1))
    assert plan(text, current=left) == []


@pytest.mark.rule("KRN-42")
def test_a_role_and_a_limit_end_on_their_day(plan, base):
    role = section("roles", "{role: hr-partner, person: e2, unit: company, until: 2027-01-01}")
    limit = section("limits", "{category: hiring, person: e1, up_to: 100000 THB, until: 2027-01-01}")
    events = plan(role + limit, current=base)
    assert [type(event) for event in events] == [ev.RoleEnded, ev.LimitEnded]
    ended = fold(base, events)
    assert (ended.holders("hr-partner", "it", TODAY), ended.holders("hr-partner", "it", date(2027, 1, 1))) == (
        ("e2",),
        (),
    )
    assert ended.limit_of("e1", "hiring", "THB", "it", date(2027, 1, 1)) is None
    assert plan(role + limit, current=ended) == []


def test_a_limit_with_another_amount_replaces_the_old_one(plan, base):
    events = plan(section("limits", "{category: hiring, person: e1, up_to: 90000 THB}"), current=base)
    changed = fold(base, events)
    assert len(events) == 1
    assert str(changed.limit_of("e1", "hiring", "THB", "it", TODAY)) == "90,000 THB"


def test_a_file_that_is_silent_on_it_does_not_release_a_frozen_position(plan, base):
    engineer = base.positions["engineer"].model_copy(update={"frozen": True})
    frozen = evolve(base, ev.PositionSet(position=engineer, effective=TODAY))
    assert plan(BASE, current=frozen) == []


def test_files_of_one_import_may_name_each_other(plan):
    head, tail = BASE[: BASE.index("people:")], BASE[BASE.index("people:") :]
    assert len(plan(tail, head)) == len(plan(BASE))


@pytest.mark.rule("KRN-30")
def test_a_new_year_adds_its_holidays_and_keeps_the_old(plan, base):
    [event] = plan(BASE, current=base, today=date(2028, 1, 5))
    days = {day.year for day in event.calendar.holidays}
    assert days == set(range(2025, 2039))


REFUSALS = {
    "a circle in reporting lines": (
        section("positions", "{id: boss, title: {en: B}, unit: it, grade: 9, reports_to: engineer}"),
        "a.yaml:2: the reporting line is a circle: boss → engineer → head → boss; change the manager of one of them",
    ),
    "a position under itself": (
        section("positions", "{id: solo, title: {en: B}, unit: it, grade: 9, reports_to: solo}"),
        "a.yaml:2: the reporting line is a circle: solo → solo; change the manager of one of them",
    ),
    "a circle of units": (
        section("units", "{id: company, name: {en: C}, parent: it}"),
        "a.yaml:2: units lie inside each other in a circle: company → it → company; change the parent of one of them",
    ),
    "an unknown manager": (
        section("positions", "{id: new, title: {en: N}, unit: it, grade: 9, reports_to: ghost}"),
        "a.yaml:2: there is no position ghost; add it or correct the name",
    ),
    "an unknown unit": (
        section("positions", "{id: new, title: {en: N}, unit: moon, grade: 9}"),
        "a.yaml:2: there is no unit moon; add it or correct the name",
    ),
    "an unknown parent unit": (
        section("units", "{id: new, name: {en: N}, parent: moon}"),
        "a.yaml:2: there is no unit moon; add it or correct the name",
    ),
    "an unknown position": (
        section("people", PERSON.format("e3", "ghost", "")),
        "a.yaml:2: there is no position ghost; add it or correct the name",
    ),
    "an unknown calendar": (
        section("people", "{id: e3, name: {en: N}, position: engineer, calendar: mars}"),
        "a.yaml:2: there is no calendar mars; add it or correct the name",
    ),
    "an unknown role holder": (
        section("roles", "{role: hr-partner, person: e2, unit: company}", "{role: recruiter, person: e99}"),
        "a.yaml:3: there is no person e99; add it or correct the name",
    ),
    "a role in an unknown unit": (
        section("roles", "{role: recruiter, person: e1, unit: moon}"),
        "a.yaml:2: there is no unit moon; add it or correct the name",
    ),
    "an unknown member of a group": (
        "groups:\n  - id: board\n    members:\n      - e1\n      - e77\n",
        "a.yaml:5: there is no person e77; add it or correct the name",
    ),
    "an unknown owner of a budget line": (
        section("budget_lines", "{id: x, name: {en: X}, unit: it, owner: e98}"),
        "a.yaml:2: there is no person e98; add it or correct the name",
    ),
    "an unknown line for differences of rates": (
        section("budget_lines", "{id: x, name: {en: X}, unit: it, owner: e2, revaluation: ghost}"),
        "a.yaml:2: there is no budget line ghost; add it or correct the name",
    ),
    "a cap in another currency": (
        section("budget_lines", "{id: x, name: {en: X}, unit: it, owner: e2, currency: THB, carry_cap: 5 USD}"),
        "a.yaml:2: the cap is in USD, the line in THB; state it in that",
    ),
    "two holders of one position": (
        section("people", PERSON.format("e3", "head", "")),
        "a.yaml:2: e2 and e3 would both hold position head; move or end one of them",
    ),
    "a second person under a used id": (
        section("people", PERSON.format("e1", "boss", ", from: 2026-12-01")),
        (
            "a.yaml:2: e1 joined on 2019-01-01; state a reason: to correct a first day that has passed. "
            "Nobody else ever gets their id: a second person needs a new one"
        ),
    ),
    "leaving before joining": (
        section("people", PERSON.format("e3", "engineer", ", from: 2026-12-01, until: 2026-11-01")),
        "a.yaml:2: until: 2026-11-01 must be after from: 2026-12-01, or the same if they never came",
    ),
    "a move before the present position began": (
        section("people", PERSON.format("e1", "engineer", ", since: 2018-01-01")),
        "a.yaml:2: e1 holds boss from 2019-01-01 on; a move needs since: with a later day",
    ),
    "a unit given twice": (
        section("units", "{id: new, name: {en: N}}", "{id: new, name: {en: M}}"),
        "a.yaml:3: unit new was already given at a.yaml:2; keep one of the two",
    ),
    "a person given twice": (
        section("people", PERSON.format("e3", "engineer", ""), PERSON.format("e3", "engineer", "")),
        "a.yaml:3: person e3 was already given at a.yaml:2; keep one of the two; a second position goes under seats",
    ),
    "a role given twice": (
        section("roles", "{role: recruiter, person: e1}", "{role: recruiter, person: e1}"),
        "a.yaml:3: this was already given at a.yaml:2; keep one of the two",
    ),
    "a role that is held already on some of the days": (
        section("roles", "{role: hr-partner, person: e2, unit: company, from: 2027-01-01}"),
        "a.yaml:2: this is already in force from the beginning on; end that one first",
    ),
    "a negative limit": (
        section("limits", "{category: hiring, person: e2, up_to: -5 THB}"),
        "a.yaml:2: up_to: a limit cannot be negative; write 0 or more",
    ),
    "a limit in a currency that does not exist": (
        section("limits", "{category: hiring, person: e2, up_to: 5 XQX}"),
        "a.yaml:2: limits[0].up_to: XQX is not a currency; write one of ISO 4217, for example THB",
    ),
    "a limit without a holder": (
        section("limits", "{category: hiring, up_to: 5 THB}"),
        "a.yaml:2: a limit belongs to a person or to a role: name exactly one",
    ),
    "a limit of a role that nobody holds": (
        section("limits", "{category: hiring, role: king, up_to: 5 THB}"),
        "a.yaml:2: nobody holds the role king; grant it under roles, or correct the name",
    ),
    "an unknown country": (
        "calendars:\n  - id: x\n    country: XX\n    zone: Asia/Bangkok\n    hours: {mon: [09:00-17:00]}\n",
        "a.yaml:3: calendars[0].country: XX is not a known country; write its two capital letters, for example TH",
    ),
    "an unknown zone": (
        "calendars:\n  - id: x\n    country: TH\n    zone: Asia/Siam\n    hours: {mon: [09:00-17:00]}\n",
        "a.yaml:4: calendars[0].zone: Asia/Siam is not a known time zone; write it like Asia/Bangkok",
    ),
    "a name as a person's id": (
        section("people", PERSON.format("anong", "engineer", "")),
        "a.yaml:2: people[0].id: a person id is a number, also after letters, such as 00123 or e1001; never a name",
    ),
}


@pytest.mark.rule("KRN-42")
@pytest.mark.parametrize("case", REFUSALS)
def test_a_wrong_file_is_refused_with_its_line(case, base, problems):
    text, expected = REFUSALS[case]
    assert problems(text, current=base) == [expected]


@pytest.mark.rule("KRN-42")
def test_an_id_is_not_used_again_after_leaving(plan, base, problems):
    text = section("people", PERSON.format("e2", "head", ", language: th, until: 2026-11-01"))
    left = fold(base, plan(text, current=base))
    [problem] = problems(section("people", PERSON.format("e2", "engineer", ", language: th")), current=left)
    assert problem == (
        "a.yaml:2: e2 left on 2026-11-01; state from: with the day on which they come back. "
        "Nobody else ever gets their id: a second person needs a new one"
    )


def test_a_role_that_ended_needs_a_new_beginning(plan, base, problems):
    ended = fold(
        base, plan(section("roles", "{role: hr-partner, person: e2, unit: company, until: 2026-11-01}"), current=base)
    )
    [problem] = problems(section("roles", "{role: hr-partner, person: e2, unit: company}"), current=ended)
    assert problem.startswith("a.yaml:2: e2 as hr-partner ended on 2026-11-01: state until: 2026-11-01, or a from:")
    anew = section("roles", "{role: hr-partner, person: e2, unit: company, from: 2026-11-15}")
    assert fold(ended, plan(anew, current=ended)).holders("hr-partner", "it", TODAY) == ("e2",)


@pytest.mark.rule("KRN-42")
def test_every_problem_of_every_file_is_named_at_once(base, problems):
    wrong = section("positions", "{id: new, title: {en: N}, unit: moon, grade: 9, reports_to: ghost}")
    found = problems(wrong, section("roles", "{role: r, person: e97}"), current=base)
    assert [problem[:8] for problem in found] == ["a.yaml:2", "a.yaml:2", "b.yaml:2"]
    unreadable = problems("units: 5\n", "people:\n  - {id: e3}\n", current=base)
    assert unreadable[0] == "a.yaml:1: units: should be a list"
    assert unreadable[1] == "b.yaml:2: people[0].name: is missing; add it"


def test_one_address_for_two_people_is_refused_without_repeating_it(base, problems):
    people = (
        "{id: e3, name: {en: N}, email: one@x.example, position: engineer, calendar: th-bangkok}",
        "{id: e4, name: {en: M}, email: One@x.example, position: head, calendar: th-bangkok}",
    )
    [problem] = problems(section("people", *people), current=base)
    assert problem == "a.yaml:3: e4 has the e-mail address of e3 at a.yaml:2; give each their own"


def test_a_long_circle_is_shown_in_short_and_found_quickly(base, problems):
    entries = [
        f"{{id: p{n}, title: {{en: P}}, unit: it, grade: 1, reports_to: p{(n + 1) % 3000}}}" for n in range(3000)
    ]
    [problem] = problems(section("positions", *entries), current=base)
    assert problem.startswith("a.yaml:2: the reporting line is a circle: p0 → p1 →")
    assert "(2992 more)" in problem


@pytest.mark.rule("BUD-01")
def test_a_file_silent_on_control_leaves_a_line_as_it_is(plan, base, problems):
    line = "{{id: it-people, name: {{en: IT people}}, unit: it, owner: e2{0}}}"
    stated = section("budget_lines", line.format(", currency: THB, category: people, control: warn, periods: month"))
    known = fold(base, plan(stated, current=base))
    found = known.budget_lines["it-people"]
    assert (found.currency, found.category, found.control, found.periods) == ("THB", "people", "warn", "month")
    assert plan(section("budget_lines", line.format("")), current=known) == []
    [problem] = problems(section("budget_lines", line.format(", currency: USD")), current=known)
    assert problem.startswith("a.yaml:2: budget line it-people is kept in THB")


@pytest.mark.rule("ORG-03")
def test_who_is_missing_from_a_list_is_no_member(plan, base):
    [ended] = plan("groups: [{id: board, members: [e1]}]", current=base)
    assert isinstance(ended, ev.RoleEnded)
    assert (ended.holding.person, ended.holding.end) == ("e2", TODAY)
    after = fold(base, [ended])
    assert after.holders("board", None, TODAY) == ("e1",)
    assert plan("groups: [{id: board, members: [e1]}]", current=after) == []


@pytest.mark.rule("ORG-03")
def test_who_is_listed_again_is_a_member_again(plan, base):
    after = fold(base, plan("groups: [{id: board, members: [e1]}]", current=base))
    [granted] = plan("groups: [{id: board, members: [e1, e2]}]", current=after)
    assert isinstance(granted, ev.RoleGranted)
    assert fold(after, [granted]).holders("board", None, TODAY) == ("e1", "e2")


@pytest.mark.rule("ORG-02")
def test_a_group_that_no_file_names_stays(plan, base):
    assert plan("roles: [{role: hr-partner, person: e2, unit: company}]", current=base) == []
