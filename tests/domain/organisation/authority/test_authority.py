"""A limit is granted or revoked by approval, and takes effect in the organisation once."""

from datetime import date, timedelta

import pytest

from domain.kernel.cases.case_events import CaseClosed, DecisionsVoided
from domain.kernel.effects import Record
from domain.kernel.recording import Recorded
from domain.organisation.authority.process import AUTHORITY, LimitAmended, LimitApproved
from domain.organisation.model import Organisation, RoleHolding
from tests.domain.organisation.authority.cases import (
    TODAY,
    after,
    approved,
    asked,
    decided,
    holding,
    own,
    recorded,
    revoking,
    scene,
    wish,
)
from tests.domain.people.company import BOSS, CONTROLLER, ENGINEER, HEAD, HR, HR2, LEAD, MANAGER, OTHER, SYSTEM, baht

LATER = date(2026, 12, 1)


def limit_on(organisation: Organisation, day: date, person: str = LEAD) -> str | None:
    found = organisation.limit_of(person, "hiring", "THB", "it", day)
    return str(found) if found else None


# --- who decides ------------------------------------------------------------------------------------------------------


@pytest.mark.rule("KRN-10")
def test_the_beneficiarys_manager_decides_first_whoever_asks():
    play = scene().when("request-limit", wish(person=ENGINEER), by=OTHER)
    assert play.open("decide").assignees == (LEAD,)


@pytest.mark.rule("KRN-02")
def test_a_manager_who_asks_for_their_report_does_not_decide():
    play = scene().when("request-limit", wish(), by=MANAGER)
    assert play.open("decide").assignees == (HEAD,)
    assert play.refused("decide", {"task": play.open().id, "outcome": "approve"}, by=MANAGER) != ""


@pytest.mark.rule("KRN-02")
def test_the_beneficiary_never_decides_not_even_in_their_own_role():
    play = scene().when("request-limit", wish(person=CONTROLLER, unit="co"), by=OTHER)
    assert play.open("decide").assignees == (BOSS,)
    decided(play)
    assert play.open("decide").assignees == (BOSS,)
    assert play.case.subjects == (CONTROLLER,)
    assert play.refused("decide", {"task": play.open().id, "outcome": "approve"}, by=CONTROLLER) != ""


@pytest.mark.rule("KRN-06")
def test_a_subordinate_of_the_beneficiary_is_passed_over():
    play = scene().when("request-limit", wish(person=BOSS), by=OTHER)
    assert play.case.stuck == ("limit/line",), "the whole company reports to the beneficiary"


@pytest.mark.rule("KRN-12")
@pytest.mark.parametrize(("amount", "steps"), [("3000000 THB", 2), ("3000000.01 THB", 3)])
def test_a_large_limit_needs_one_step_more(amount: str, steps: int):
    play = asked(up_to=amount)
    assert len(play.case.reviews["limit"].steps) == steps


@pytest.mark.rule("KRN-41")
@pytest.mark.parametrize("name", ["request-limit", "revoke-limit"])
def test_the_preview_names_those_who_are_then_asked(name: str):
    play = scene(own())
    payload = AUTHORITY.commands[name].model_validate(
        wish()
        if name == "request-limit"
        else {"person": LEAD, "category": "hiring", "currency": "THB", "unit": "it", "reason": "x"}
    )
    foreseen = AUTHORITY.preview(payload, play.facts, OTHER)
    play.when(name, payload, by=OTHER)
    assert [step.assignees for step in foreseen] == [(MANAGER,), (CONTROLLER,)]
    assert play.open("decide").assignees == foreseen[0].assignees


# --- how it takes effect ----------------------------------------------------------------------------------------------


def test_an_approved_limit_is_recorded_before_the_case_closes():
    play = approved(asked())
    assert AUTHORITY.stage(play.state) == "recording"
    assert not AUTHORITY.is_terminal(play.state)
    assert limit_on(play.facts.organisation, TODAY) is None
    assert limit_on(after(play), TODAY) == "1,000,000 THB"

    recorded(play).then(Recorded, CaseClosed)
    assert AUTHORITY.stage(play.state) == "granted"


def test_the_record_is_asked_for_once():
    play = approved(asked())
    assert sum(isinstance(event, LimitApproved) for event in play.history) == 1
    recorded(play)
    assert not any(isinstance(effect, Record) for effect in play.effects)
    assert play.refused("note-recorded", {"position": 8}, by=SYSTEM, channel="effect") == "finished"


def test_only_the_system_says_that_it_was_recorded():
    play = approved(asked())
    assert play.refused("note-recorded", {"position": 7}, by=LEAD) == "not-your-role"
    early = asked()
    assert early.refused("note-recorded", {"position": 7}, by=SYSTEM, channel="effect") == "nothing-to-record"


def test_a_change_that_is_being_recorded_is_neither_held_nor_withdrawn():
    play = approved(asked())
    assert play.refused("hold", {"reason": "wait"}, by=LEAD) == "approved"
    assert play.refused("withdraw", {"reason": "no more"}, by=LEAD) == "decided"


def test_a_limit_begins_on_its_day_and_not_before_its_approval():
    organisation = after(approved(asked(**{"from": LATER.isoformat()})))
    assert limit_on(organisation, LATER - timedelta(days=1)) is None
    assert limit_on(organisation, LATER) == "1,000,000 THB"
    late = asked(**{"from": TODAY.isoformat()}).wait(timedelta(days=3))
    assert approved(late).found(LimitApproved).given[0].start == TODAY + timedelta(days=3)


def test_a_grant_takes_the_place_of_the_persons_own_limit_for_its_days():
    lower = after(approved(asked(own(5_000_000), up_to="200000 THB", **{"from": "2026-12-01", "until": "2027-01-01"})))
    days = (date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 31), date(2027, 1, 1))
    assert [limit_on(lower, day) for day in days] == ["5,000,000 THB", "200,000 THB", "200,000 THB", "5,000,000 THB"]


def test_limits_of_other_units_currencies_and_people_stay():
    elsewhere = own(unit="co")
    organisation = after(approved(asked(elsewhere, own())))
    assert elsewhere in organisation.limits
    assert limit_on(organisation, TODAY, BOSS) == "100,000,000 THB"


def test_a_revoked_limit_ends_on_its_day():
    play = approved(revoking(own(), until=LATER.isoformat()))
    organisation = after(play)
    assert limit_on(organisation, LATER - timedelta(days=1)) == "500,000 THB"
    assert limit_on(organisation, LATER) is None
    recorded(play)
    assert AUTHORITY.stage(play.state) == "revoked"


def test_a_revocation_ends_the_limit_as_it_is_at_its_approval():
    """Files may have set another amount meanwhile, or have ended it."""
    changed = approved(revoking(own()).given(organisation=holding(own(900_000))))
    assert changed.found(LimitApproved).ended == (own(900_000, end=TODAY),)
    gone = approved(revoking(own()).given(organisation=holding(own(end=TODAY))))
    assert gone.found(LimitApproved).ended == ()
    assert AUTHORITY.is_terminal(gone.state)


def test_nothing_is_recorded_for_days_that_are_over_when_it_is_approved():
    play = asked(until="2026-11-04").wait(timedelta(days=3))
    approved(play)
    assert play.found(LimitApproved).given == ()
    assert not any(isinstance(effect, Record) for effect in play.effects)
    assert AUTHORITY.is_terminal(play.state)


@pytest.mark.rule("KRN-44")
def test_the_case_waits_for_the_second_look_at_an_override():
    """The limit counts at once; the look comes after, and closing would have cancelled it."""
    play = asked()
    roles = (RoleHolding(role="override", person=HR), RoleHolding(role="override-review", person=HR2))
    company = play.facts.organisation
    play.given(organisation=company.model_copy(update={"roles": (*company.roles, *roles)}))
    play.when("override", {"task": play.open().id, "reason": "Year end"}, by=HR)
    recorded(approved(play))
    assert AUTHORITY.stage(play.state) == "granted"
    assert not AUTHORITY.is_terminal(play.state)

    look = {"task": play.open("override-review").id, "finding": "justified", "comment": "It was"}
    play.when("review-override", look, by=HR2)
    assert AUTHORITY.is_terminal(play.state)


# --- amending ---------------------------------------------------------------------------------------------------------


@pytest.mark.rule("KRN-14")
def test_another_reason_and_another_amount_void_the_decisions():
    play = decided(asked())
    play.when("amend-limit", {"reason": "Another one"}, by=LEAD)
    assert play.found(DecisionsVoided).fields == ("reason",)
    decided(play)
    play.when("amend-limit", {"up_to": "1100000 THB"}, by=LEAD)
    assert play.found(DecisionsVoided).fields == ("amount", "up_to")
    assert limit_on(after(approved(play)), TODAY) == "1,100,000 THB"


@pytest.mark.rule("KRN-15")
def test_what_came_back_is_sent_again_with_what_was_corrected():
    play = decided(asked(until="2027-01-01"), "return", comment="Too long", fields=["end"])
    assert AUTHORITY.stage(play.state) == "returned"
    play.when("resubmit-limit", {"until": None}, by=LEAD)
    assert play.found(LimitAmended).content.end is None
    assert AUTHORITY.stage(play.state) == "in_approval"


@pytest.mark.rule("KRN-16")
def test_the_requester_withdraws_until_the_last_decision():
    play = asked().when("withdraw", {"reason": "Not needed"}, by=LEAD)
    assert AUTHORITY.stage(play.state) == "withdrawn"
    assert play.case.tasks == {}


@pytest.mark.rule("KRN-18")
def test_a_rejected_request_changes_nothing():
    play = decided(asked(), "reject", comment="No")
    assert AUTHORITY.stage(play.state) == "rejected"
    assert not any(isinstance(effect, Record) for effect in play.effects)


@pytest.mark.rule("KRN-16")
def test_nothing_is_amended_after_the_decision():
    assert approved(asked()).refused("amend-limit", {"up_to": "9 THB"}, by=LEAD) == "not-now"


REFUSED = {
    "nobody": ("unknown-person", {"person": "e99"}),
    "no unit": ("unknown-unit", {"unit": "moon"}),
    "no category": ("unknown-category", {"category": "travel"}),
    "no amount": ("no-amount", {"up_to": "0 THB"}),
    "past": ("past-day", {"from": "2026-11-01"}),
    "no days": ("no-days", {"from": "2026-12-01", "until": "2026-12-01"}),
    "over today": ("no-days", {"until": "2026-11-02"}),
}


@pytest.mark.parametrize(("code", "changes"), REFUSED.values(), ids=REFUSED)
def test_a_request_that_cannot_be_is_refused(code: str, changes: dict[str, str]):
    assert scene().refused("request-limit", wish(**changes), by=OTHER) == code


def test_a_revocation_needs_a_limit_of_the_persons_own():
    payload = {"person": CONTROLLER, "category": "hiring", "currency": "THB", "reason": "x"}
    assert scene().refused("revoke-limit", payload, by=MANAGER) == "no-such-limit"


def test_amendments_that_make_another_request_are_refused():
    grant, revocation = asked(), revoking(own())
    assert grant.refused("amend-limit", {"up_to": "1000000 EUR"}, by=LEAD) == "other-currency"
    assert grant.refused("amend-limit", {"up_to": "1000000 THB"}, by=LEAD) == "nothing-changed"
    assert grant.refused("resubmit-limit", {}, by=LEAD) == "not-now"
    assert grant.refused("amend-limit", {"reason": "x"}, by=MANAGER) == "not-your-role"
    assert revocation.refused("amend-limit", {"up_to": "1 THB"}, by=MANAGER) == "revocation"
    revocation.when("amend-limit", {"until": "2026-12-24"}, by=MANAGER)
    assert limit_on(after(approved(revocation)), date(2026, 12, 23)) == str(baht(500_000))


def test_one_change_of_a_persons_authority_in_a_category_at_a_time():
    play = asked()
    opened = AUTHORITY.claims(AUTHORITY.initial("authority-1"), play.history[0])
    assert [(claim.key, claim.exclusive) for claim in opened] == [(f"{LEAD}|hiring", True)]
    before = play.state
    play.when("withdraw", {"reason": "x"}, by=LEAD)
    released = AUTHORITY.claims(before, play.found(CaseClosed))
    assert [released.key for released in released] == [f"{LEAD}|hiring"]
