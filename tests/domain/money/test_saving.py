"""Savings: a baseline that stays, finance that validates, money that no two initiatives claim."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from domain.kernel.policy import Approver, Policy
from domain.money.saving.definition import SAVING
from domain.money.saving.report import SavingQuestion, saving_report
from domain.money.saving.state import SavingState, SavingValidated
from tests.domain.money.scene import CEO, CONTROLLER, LEAD, LINE, OWNER, MoneyScenario, Office, snapshot, thb

Play = MoneyScenario[SavingState]
DELIVERS = "e1020"


def office(amount: int = 1_000_000) -> Office:
    return Office((LINE, "2028", f"{amount} THB"), (LINE, "2029", f"{amount} THB"))


def wish(**more: Any) -> dict[str, Any]:
    return {
        "kind": "hard", "recurrence": "run-rate", "what": "One backup service", "budget_line": LINE,
        "source": "Backup contract", "period": "2028", "amount": "120000 THB", "cost_to_achieve": "20000 THB",
        "baseline": "240000 THB", "baseline_period": "2026", "baseline_source": "Invoices",
        "baseline_scope": "All servers", "method": "contract-ended", "lead": DELIVERS, "starts": "2026-12-01",
        "risk": "Slower restores", "reason": "Two do the same", **more,
    }  # fmt: skip


def proposed(place: Office, case: str = "saving-1", **more: Any) -> Play:
    return MoneyScenario(SAVING, place, case).when("propose-saving", wish(**more), by=LEAD)


def started(place: Office, case: str = "saving-1", **more: Any) -> Play:
    return proposed(place, case, **more).approve().do("start", "start-saving", {})


def claimed(play: Play, amount: int = 100_000) -> Play:
    said = {"amount": f"{amount} THB", "cost": "15000 THB", "evidence": "the notice was accepted"}
    return play.do("claim", "claim-saving", said)


def booked(place: Office, case: str = "saving-1", amount: int = 100_000, **more: Any) -> Play:
    return claimed(started(place, case, **more), amount).approve()


@pytest.mark.rule("SAV-01")
def test_the_baseline_is_agreed_before_and_stays():
    play = proposed(office())
    assert play.open("decide").people == (CONTROLLER,)
    assert play.refused("start-saving", {"task": play.open().id}, by=DELIVERS) in {"not-now", "not-your-role"}
    play.when("amend-saving", {"baseline": "200000 THB"}, by=LEAD).approve().do("start", "start-saving", {})
    assert play.refused("amend-saving", {"baseline": "300000 THB"}, by=LEAD) == "not-now"
    assert play.refused("withdraw", {"reason": "no"}, by=LEAD) in {"approved", "decided"}
    assert play.state.content.baseline == thb(200_000)


@pytest.mark.rule("SAV-01")
@pytest.mark.parametrize("field", ["baseline", "baseline_period", "baseline_source", "baseline_scope", "method"])
def test_a_changed_baseline_is_agreed_again(field):
    play = proposed(office())
    play.when("decide", {"task": play.open().id, "outcome": "approve"}, by=CONTROLLER)
    other = {"baseline": "250000 THB", "method": "unit-cost"}.get(field, "something else")
    play.when("amend-saving", {field: other}, by=LEAD)
    assert play.open("decide").people == (CONTROLLER,)


@pytest.mark.rule("SAV-01")
def test_work_does_not_start_before_its_day():
    place = office()
    play = proposed(place, starts="2026-12-05").approve()
    assert play.refused("start-saving", {"task": play.open("start").id}, by=DELIVERS) == "too-early"
    again = MoneyScenario(SAVING, place, "saving-2")
    assert again.refused("propose-saving", wish(starts="2026-11-30"), by=LEAD) == "work-began"


@pytest.mark.rule("SAV-01")
@pytest.mark.rule("SAV-03")
@pytest.mark.parametrize("step", ["baseline", "validation"])
def test_without_finance_nothing_is_agreed(step):
    """A policy whose route asks other people is no way around finance."""
    play: Play = MoneyScenario(SAVING, office())
    play.given(policy=asking_the_board(play.facts.policy, step)).when("propose-saving", wish(), by=LEAD)
    if step == "validation":
        claimed(play.approve().do("start", "start-saving", {}))
    last = {"task": play.open("decide").id, "outcome": "approve"}
    assert play.refused("decide", last, by=CEO) == "not-by-finance"


def asking_the_board(policy: Policy, name: str) -> Policy:
    own = policy.processes["saving"]
    board = own.routes["validation"].steps[0].model_copy(update={"who": Approver(role="executive")})
    route = own.routes[name].model_copy(update={"steps": (board,)})
    saving = own.model_copy(update={"routes": {**own.routes, name: route}})
    return policy.model_copy(update={"processes": {**policy.processes, "saving": saving}})


@pytest.mark.rule("SAV-03")
def test_a_hard_saving_takes_the_line_down_by_the_same_act():
    place = office()
    play = claimed(started(place))
    assert place.left("2028") == 1_000_000
    play.approve()
    (transfer,) = play.found(SavingValidated).transfers
    assert (transfer.source, transfer.target, transfer.money) == ("available", "plan", thb(100_000))
    assert (place.left("2028"), int(place.balance("2028").plan)) == (900_000, 900_000)


@pytest.mark.rule("SAV-03")
def test_over_two_years_each_is_reduced():
    place = office()
    booked(place, until="2029", amount=100_001)
    assert [place.balance(year).available for year in ("2028", "2029")] == [Decimal("949999.5")] * 2


@pytest.mark.rule("SAV-03")
def test_what_binds_the_line_is_not_cut():
    play = claimed(started(office(99_999)))
    decide = {"task": play.open("decide").id, "outcome": "approve"}
    assert play.refused("decide", decide, by=CONTROLLER) == "bound"
    assert play.state.validated is None


@pytest.mark.rule("SAV-02")
@pytest.mark.parametrize("kind", ["avoidance", "revenue", "working-capital"])
def test_only_a_hard_saving_changes_the_line(kind):
    place = office()
    play = booked(place, kind=kind)
    assert play.found(SavingValidated).transfers == ()
    assert place.balance("2028").plan == 1_000_000


@pytest.mark.rule("SAV-03")
def test_owner_and_lead_do_not_validate():
    play = claimed(started(office()))
    review = play.case.reviews["validation-1"]
    assert {OWNER, DELIVERS} <= set(review.excluded)
    assert play.open("decide").people == (CONTROLLER,)
    organisation = play.facts.organisation
    (line,) = [line for line in organisation.budget_lines.values() if line.id == LINE]
    owned = line.model_copy(update={"owner": CONTROLLER})
    place = office()
    play = started(place, lead=DELIVERS)
    play.given(
        organisation=organisation.model_copy(update={"budget_lines": {**organisation.budget_lines, LINE: owned}})
    )
    claimed(play)
    assert all(CONTROLLER not in task.people for task in play.case.tasks.values())


@pytest.mark.rule("SAV-04")
def test_two_initiatives_cannot_claim_the_same_money():
    place = office()
    proposed(place)
    second = MoneyScenario(SAVING, place, "saving-2")
    assert second.refused("propose-saving", wish(source="  BACKUP  contract"), by=LEAD) == "claimed-already"
    over_years = wish(period="2028", until="2029")
    assert second.refused("propose-saving", over_years, by=LEAD) == "claimed-already"
    second.when("propose-saving", wish(source="Monitoring contract"), by=LEAD)
    assert second.refused("amend-saving", {"source": "Backup contract"}, by=LEAD) == "claimed-already"


@pytest.mark.rule("SAV-04")
def test_what_is_given_up_can_be_claimed_again():
    place = office()
    started(place).when("abandon-saving", {"reason": "bankrupt"}, by=DELIVERS)
    proposed(place, "saving-2")


@pytest.mark.rule("SAV-05")
def test_a_year_later_finance_says_whether_it_lasted():
    place = office()
    play = booked(place).due("sustain")
    assert play.now.date() == date(2027, 12, 1)
    assert play.open("sustain").people == (CONTROLLER,)
    play.do("sustain", "conclude-saving", {"outcome": "sustained", "reason": "invoices show it"})
    assert SAVING.stage(play.state) == "sustained"
    third = MoneyScenario(SAVING, place, "saving-3")
    assert third.refused("propose-saving", wish(), by=LEAD) == "claimed-already"


@pytest.mark.rule("SAV-05")
def test_what_lapsed_frees_its_claim():
    place = office()
    play = booked(place).due("sustain")
    play.do("sustain", "conclude-saving", {"outcome": "lapsed", "reason": "the price went up"})
    assert SAVING.stage(play.state) == "lapsed"
    assert [effect.to for effect in play.told() if "over" in effect.about.id] == [(LEAD, DELIVERS)]
    proposed(place, "saving-2")


@pytest.mark.rule("SAV-04")
def test_what_is_spent_again_did_not_last():
    play = booked(office()).when("note-leakage", {"amount": "85000 THB", "what": "more storage"}, by=CONTROLLER)
    play.due("sustain")
    last = {"task": play.open("sustain").id, "outcome": "sustained", "reason": "yes"}
    assert play.refused("conclude-saving", last, by=CONTROLLER) == "leaked-away"


@pytest.mark.rule("SAV-02")
def test_the_report_keeps_kinds_apart_and_net():
    place = office()
    plays = [
        booked(place, "a").when("note-leakage", {"amount": "5000 THB", "what": "storage"}, by=CONTROLLER),
        claimed(started(place, "b", source="Second contract")),
        booked(place, "c", source="Third", kind="avoidance", recurrence="one-off"),
        proposed(place, "d", source="Fourth"),
    ]
    source = snapshot("saving", *plays, today=date(2027, 1, 1))
    avoided, hard = saving_report(source, SavingQuestion()).rows
    assert (hard.kind, hard.cases, hard.promised, hard.claimed) == ("hard", 2, thb(200_000), thb(85_000))
    assert (hard.validated, hard.leaked) == (thb(85_000), thb(5_000))
    assert (avoided.kind, avoided.recurrence, avoided.promised) == ("avoidance", "one-off", thb(100_000))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"budget_line": "nowhere"}, "unmapped"),
        ({"amount": "0 THB"}, "no-amount"),
        ({"amount": "5 EUR"}, "other-currency"),
        ({"amount": "240001 THB"}, "above-baseline"),
        ({"cost_to_achieve": "120000 THB"}, "no-gain"),
        ({"method": "hope"}, "no-such-method"),
        ({"lead": "nobody"}, "unknown-person"),
        ({"until": "2027"}, "bad-periods"),
        ({"period": "2028-01"}, "wrong-period"),
    ],
)
def test_a_bad_proposal_says_what_to_do(change, code):
    assert MoneyScenario(SAVING, office()).refused("propose-saving", wish(**change), by=LEAD) == code
