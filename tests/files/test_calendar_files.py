"""Calendars in files: hours by day, public holidays of the country, the company's own days (KRN-30)."""

from datetime import date, time

import pytest
from pydantic import ValidationError

from application.files.calendars import CalendarEntry, expanded

TODAY = date(2026, 11, 23)


def entry(**changes):
    base = {
        "id": "th-bangkok",
        "country": "TH",
        "zone": "Asia/Bangkok",
        "hours": {"mon-fri": ["13:00-17:30", "08:30-12:00"], "sat": ["08:00-12:00"]},
    }
    return CalendarEntry.model_validate({**base, **changes})


@pytest.mark.rule("KRN-30")
def test_songkran_is_in_a_thai_calendar_in_both_languages():
    songkran = [expanded(entry(), TODAY).holidays[date(2027, 4, day)] for day in (13, 14, 15)]
    assert songkran == ["Songkran Festival · วันสงกรานต์"] * 3


@pytest.mark.rule("KRN-30")
def test_a_holiday_on_a_weekend_brings_its_substitute():
    days = expanded(entry(), TODAY).holidays
    assert date(2026, 12, 5).weekday() == 5
    assert "(in lieu)" in days[date(2026, 12, 7)]


@pytest.mark.rule("KRN-30")
def test_holidays_reach_from_last_year_to_ten_years_ahead():
    years = {day.year for day in expanded(entry(), TODAY).holidays}
    assert years == set(range(2025, 2037))


@pytest.mark.rule("KRN-30")
def test_the_company_adds_and_removes_days():
    own = {"extra": [{"date": "2026-12-30", "name": "Year end"}], "removed": ["2026-12-10"]}
    days = expanded(entry(holidays=own), TODAY).holidays
    assert days[date(2026, 12, 30)] == "Year end"
    assert date(2026, 12, 10) not in days
    assert date(2026, 12, 10) in expanded(entry(), TODAY).holidays


@pytest.mark.rule("ORG-07")
def test_a_saturday_is_worked_for_a_bridge_day():
    own = {"extra": [{"date": "2027-05-03", "name": "Bridge"}], "working": ["2027-05-09"]}
    calendar = expanded(entry(holidays=own), TODAY)
    assert calendar.is_working(date(2027, 5, 9))
    assert calendar.hours_on(date(2027, 5, 9)) == entry().week()[0]
    assert not calendar.is_working(date(2027, 5, 2))


@pytest.mark.rule("ORG-07")
@pytest.mark.parametrize(
    ("own", "says"),
    [
        ({"removed": ["2026-12-03"]}, "2026-12-03 is no holiday of TH"),
        ({"working": ["2026-12-03"]}, "2026-12-03 has hours in the week already"),
        ({"working": ["2027-05-09"], "extra": [{"date": "2027-05-09", "name": "Off"}]}, "name it under removed too"),
    ],
)
def test_days_that_mean_nothing_are_refused(own, says):
    with pytest.raises(ValueError, match=says):
        expanded(entry(holidays=own), TODAY)


def test_names_do_not_follow_the_locale_of_whoever_imports(monkeypatch):
    before = expanded(entry(), TODAY)
    for locale in ("th_TH.UTF-8", "uk_UA.UTF-8"):
        monkeypatch.setenv("LANG", locale)
        monkeypatch.setenv("LANGUAGE", locale)
        assert expanded(entry(), TODAY) == before


def test_hours_are_by_day_in_order():
    week = entry().week()
    assert [(h.start, h.end) for h in week[0]] == [(time(8, 30), time(12)), (time(13), time(17, 30))]
    assert [(h.start, h.end) for h in week[5]] == [(time(8), time(12))]
    assert week[6] == ()


def test_a_subdivision_has_its_own_holidays():
    berlin = entry(country="DE", zone="Europe/Berlin", subdivision="BE")
    assert date(2027, 3, 8) in expanded(berlin, TODAY).holidays
    assert date(2027, 3, 8) not in expanded(entry(country="DE", zone="Europe/Berlin"), TODAY).holidays


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"country": "XX"}, "not a known country"),
        ({"zone": "Asia/Siam"}, "not a known time zone"),
        ({"subdivision": "BE"}, "TH has no subdivision BE"),
        ({"hours": {}}, "at least one day"),
        ({"hours": {"mon": ["12:00-08:00"]}}, "from an earlier to a later time"),
        ({"hours": {"mon": ["8-12"]}}, "write hours like 08:30-12:00"),
        ({"hours": {"mon": ["all day"]}}, "write hours like 08:30-12:00"),
        ({"hours": {"mon": ["08:00-12:00", "11:00-13:00"]}}, "hours overlap on mon"),
        ({"hours": {"mon-wed": ["08:00-12:00"], "tue": ["08:00-12:00"]}}, "hours overlap on tue"),
        ({"hours": {"fri-mon": ["08:00-12:00"]}}, "a range of days"),
        ({"hours": {"monday": ["08:00-12:00"]}}, "a range of days"),
    ],
)
def test_a_wrong_calendar_says_what_to_do(changes, what):
    with pytest.raises(ValidationError, match=what):
        entry(**changes)
