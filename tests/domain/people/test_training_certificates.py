"""Certificates: their rules and ends, the roles they block, renewal in time, and who lacks one."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kernel.cases.case import Status
from domain.kernel.effects import Notify, StartCase, TellCase
from domain.kernel.recording import RecordAsked
from domain.organisation.model import Organisation, RoleHolding
from domain.organisation.qualifications import (
    blocking,
    certificate_given,
    counts_on,
    hit_by,
    last_day,
    months_after,
    unqualified,
)
from domain.people.training import certificate_events as ev
from domain.people.training.certificate import CERTIFICATE as PROCESS
from domain.people.training.certificate_events import CertificateState
from tests.domain.people.training_company import (
    CERTIFICATE,
    COORDINATOR,
    DEGREE,
    HR,
    PERSON,
    RULE,
    TODAY,
    facts,
    held,
    team,
)
from tests.support.given import Scenario

OWNER = RoleHolding(role="budget-owner", person=PERSON, unit="it")
LATER = RULE.model_copy(update={"version": 2, "start": date(2027, 1, 1), "months": 6, "applies_to": "all"})
YEAR = timedelta(days=365)


def holder(*certificates: Any, **more: Any) -> Organisation:
    return team(certificates_held={PERSON: certificates}, **more)


def owners(*certificates: Any, since: date = TODAY) -> Organisation:
    return holder(*certificates, roles=(*team().roles, OWNER), role_since={PERSON: since})


def registered(given_on: date = TODAY, **more: Any) -> Scenario[CertificateState]:
    said = {"person": PERSON, "certificate": CERTIFICATE, "given": given_on.isoformat(), "evidence": "Seen"}
    return Scenario(PROCESS, facts(**more)).when("register-certificate", said, by=COORDINATOR)


def recorded(play: Scenario[CertificateState], about: str = "given") -> Scenario[CertificateState]:
    return play.when("note-recorded", {"position": 3, "about": about}, by="system", channel="effect")


def due(play: Scenario[CertificateState], kind: str, key: str | None = None) -> Scenario[CertificateState]:
    (one,) = [each for each in play.case.deadlines if each.kind == kind and key in (None, each.key)]
    return play.at(max(one.at, play.now)).when("deadline", one.model_dump(mode="json"), by="system", channel="timer")


@pytest.mark.rule("TRN-09")
def test_29_february_ends_on_the_28th():
    assert months_after(date(2028, 2, 29), 12) == date(2029, 2, 28)
    assert months_after(date(2028, 2, 29), 48) == date(2032, 2, 29)


@pytest.mark.rule("TRN-09")
@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 600))
def test_months_are_those_of_the_calendar(day: date, months: int):
    then = months_after(day, months)
    assert (then.year * 12 + then.month) - (day.year * 12 + day.month) == months
    assert then.day == day.day or (then + timedelta(days=1)).day == 1


@pytest.mark.rule("TRN-09")
def test_a_certificate_keeps_its_rule():
    newer = LATER.model_copy(update={"applies_to": "new"})
    known = holder(held(TODAY, TODAY + YEAR), certificate_rules={CERTIFICATE: (RULE, newer)})
    assert last_day(known, held(TODAY, TODAY + YEAR), date(2027, 6, 1)) == TODAY + YEAR
    assert certificate_given(known, "e6", CERTIFICATE, date(2027, 2, 1)).version == 2


@pytest.mark.rule("TRN-09")
def test_a_rule_for_all_lists_whom_it_hits():
    known = holder(held(TODAY, TODAY + YEAR), certificate_rules={CERTIFICATE: (RULE, LATER)})
    (hit,) = hit_by(known, LATER)
    assert (hit.person, hit.ends, hit.then) == (PERSON, TODAY + YEAR, months_after(TODAY, 6))
    assert last_day(known, held(TODAY, TODAY + YEAR), date(2026, 12, 31)) == TODAY + YEAR


@pytest.mark.rule("TRN-09")
def test_a_rule_ends_nothing_before_its_own_day():
    old = held(date(2026, 1, 15), date(2027, 1, 15))
    known = holder(old, certificate_rules={CERTIFICATE: (RULE, LATER)})
    assert last_day(known, old, LATER.start) == date(2026, 12, 31)


@pytest.mark.rule("TRN-09")
def test_no_rule_no_end():
    assert certificate_given(team(certificate_rules={}), PERSON, "x", TODAY).ends is None


@pytest.mark.rule("TRN-09")
def test_renewing_early_joins_the_old_end():
    known = holder(held(date(2026, 1, 10), date(2027, 1, 10)))
    assert certificate_given(known, PERSON, CERTIFICATE, TODAY).ends == date(2028, 1, 10)
    over = holder(held(date(2025, 1, 10), date(2026, 1, 10)))
    assert certificate_given(over, PERSON, CERTIFICATE, TODAY).ends == months_after(TODAY, 12)


@pytest.mark.rule("TRN-04")
def test_an_expired_mandatory_one_blocks_the_role():
    over = held(date(2025, 1, 10), date(2026, 1, 10))
    known = owners(over)
    assert blocking(known, PERSON, "budget-owner", TODAY) == CERTIFICATE
    assert known.holders("budget-owner", "it", TODAY) == ()
    assert known.holders("budget-owner", "it", date(2026, 1, 10)) == (PERSON,)


@pytest.mark.rule("TRN-04")
def test_a_waiver_or_another_one_opens_the_role_again():
    over = held(date(2025, 1, 10), date(2026, 1, 10))
    waived = over.model_copy(update={"waived_until": TODAY})
    assert owners(waived).holders("budget-owner", "it", TODAY) == (PERSON,)
    assert not counts_on(owners(waived), waived, TODAY + timedelta(days=1))
    degree = over.model_copy(update={"certificate": DEGREE, "ends": None})
    assert owners(over, degree).holders("budget-owner", "it", TODAY) == (PERSON,)


@pytest.mark.rule("TRN-05")
def test_a_new_budget_owner_lacks_the_certificate():
    assert unqualified(owners(), TODAY) == ((PERSON, RULE),)


@pytest.mark.rule("TRN-05")
def test_a_finance_qualification_serves_as_well():
    degree = held(TODAY, None).model_copy(update={"certificate": DEGREE})
    assert unqualified(owners(degree), TODAY) == ()


@pytest.mark.rule("TRN-05")
def test_who_owned_a_budget_before_the_rule_is_not_new():
    assert unqualified(owners(since=RULE.start - timedelta(days=1)), TODAY) == ()


@pytest.mark.rule("TRN-04")
def test_holders_are_told_at_90_60_and_30_days():
    play = recorded(registered())
    days = []
    for key in ("90", "60", "30"):
        due(play, "certificate-expiring", key)
        days.append(play.found(ev.CertificateExpiring).days)
        assert [told.to for told in play.told()] == [(PERSON,)]
    assert (days, PROCESS.stage(play.state)) == ([90, 60, 30], "expiring")


@pytest.mark.rule("TRN-04")
def test_the_renewal_begins_by_the_longest_lead_time():
    play = due(recorded(registered()), "certificate-renewal")
    opened = play.found(ev.RenewalOpened)
    assert (opened.by - play.now.date()).days in range(100, 105)  # the course takes 100 days, the rule 60
    (start,) = [effect for effect in play.effects if isinstance(effect, StartCase)]
    assert (start.process, start.command, start.payload["certificate"]) == ("training", "open-need", CERTIFICATE)


@pytest.mark.rule("TRN-04")
def test_after_its_last_day_hr_is_asked():
    play = due(recorded(registered()), "certificate-ends")
    assert PROCESS.stage(play.state) == ev.Stage.EXPIRED
    assert HR in play.open("expired").assignees


@pytest.mark.rule("TRN-04")
def test_a_waiver_ends_too():
    play = due(recorded(registered()), "certificate-ends")
    until = (play.now + timedelta(days=20)).date()
    play.when("waive-certificate", {"until": until.isoformat(), "reason": "Exam soon"}, by=HR)
    (entry,) = play.found(RecordAsked).entries
    assert (PROCESS.stage(play.state), entry.type) == ("waived", "CertificateWaived")
    due(recorded(play, "waived"), "certificate-ends")
    assert PROCESS.stage(play.state) == ev.Stage.EXPIRED


def test_a_newer_one_takes_its_place():
    play = registered(certificates_held={PERSON: (held(date(2026, 1, 10), date(2027, 1, 10)),)})
    (told,) = [effect for effect in play.effects if isinstance(effect, TellCase)]
    assert (told.command, told.case) == ("note-renewed", f"certificate-{CERTIFICATE}-{PERSON}-20260110")
    play.when("note-renewed", {"case": "another"}, by="system", channel="effect")
    assert (PROCESS.stage(play.state), play.case.closed) == ("renewed", Status.APPROVED)
    assert [effect for effect in play.effects if isinstance(effect, Notify)]


@pytest.mark.parametrize(
    ("by", "given_on", "code"),
    [
        (PERSON, TODAY, "not-yours-to-register"),
        (COORDINATOR, TODAY + timedelta(days=1), "not-yet-given"),
        (COORDINATOR, date(2025, 1, 10), "over"),
    ],
)
def test_what_cannot_be_registered_is_refused(by: str, given_on: date, code: str):
    said = {"person": PERSON, "certificate": CERTIFICATE, "given": given_on.isoformat(), "evidence": "Seen"}
    if code == "over":
        older = RULE.model_copy(update={"start": date(2020, 1, 1)})
        play = Scenario(PROCESS, facts(certificate_rules={CERTIFICATE: (older,)}))
    else:
        play = Scenario(PROCESS, facts())
    assert play.refused("register-certificate", said, by=by) == code


def test_a_certificate_is_not_withdrawn():
    assert registered().refused("withdraw", {"reason": "No"}, by=PERSON) == "given"


@pytest.mark.rule("TRN-09")
def test_the_end_follows_a_rule_for_all():
    play = recorded(registered())
    longer = LATER.model_copy(update={"months": 36})
    play.given(organisation=holder(play.state.the_held, certificate_rules={CERTIFICATE: (RULE, longer)}))
    due(play, "certificate-ends")
    assert PROCESS.stage(play.state) == "valid"
    (again,) = [one for one in play.case.deadlines if one.kind == "certificate-ends"]
    assert again.at > datetime(2029, 1, 1, tzinfo=UTC)
