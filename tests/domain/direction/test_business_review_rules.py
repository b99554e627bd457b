"""The rules of the business review, on the domain alone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.direction.business_review.definition import BUSINESS_REVIEW
from domain.direction.business_review.events import CirculationEnded, DecisionTaken, PreReadSent
from domain.direction.business_review.state import ReviewState
from domain.kernel.effects import Effect, MakeReport, Notify, TellCase
from domain.kernel.items import ItemSent
from domain.kernel.report import ReportIssued
from tests.conformance import company
from tests.domain.direction.plans import approve, passed
from tests.support.given import Scenario

ORGANISER, CHAIR, MEMBER, OTHER = "e1006", "e1001", "e1005", "e1004"
Play = Scenario[ReviewState]


def details(**more: Any) -> dict[str, Any]:
    return {
        "unit": "it", "kind": "quarterly", "period": "2026-Q4", "cut_off": "2026-12-01", "meeting": "2026-12-15",
        "chair": CHAIR, "members": [MEMBER, OTHER], **more,
    }  # fmt: skip


def scheduled(case: str = "review-1", **more: Any) -> Play:
    return Scenario(BUSINESS_REVIEW, company.facts(), case).when("schedule-review", details(**more), by=ORGANISER)


def made(play: Play, position: int = 5, **more: Any) -> Play:
    """The delivery hands the pack over that the case asked for."""
    frozen = {
        "report": "business-pack",
        "position": position,
        "as_of": play.now.isoformat(),
        "hash": f"{position:064x}",
    }
    return play.when("note-pack", {"frozen": frozen, **more}, by="system", channel="effect")


def packed(case: str = "review-1", **more: Any) -> Play:
    return made(passed(scheduled(case, **more), "cut-off"))


def met(case: str = "review-1", **more: Any) -> Play:
    play = packed(case, **more).when("send-pre-read", {}, by=ORGANISER)
    return play.when("hold-meeting", {"attended": [CHAIR, MEMBER]}, by=ORGANISER)


def tracked(play: Play) -> Play:
    return approve(play.when("submit-minutes", {"text": "We met"}, by=ORGANISER))


def action(text: str = "Ask for offers", **more: Any) -> dict[str, Any]:
    return {"text": text, "owner": MEMBER, "due": "2027-01-15", **more}


def effect(play: Play, kind: type[Any]) -> list[Any]:
    return [one for one in play.effects if isinstance(one, kind)]


def deliver(told: Effect, play: Play) -> Play:
    assert isinstance(told, TellCase)
    assert told.case == play.case.id
    return play.when(told.command, told.payload, by="system", channel="effect")


@pytest.mark.rule("QBR-01")
def test_the_pack_is_asked_for_at_the_cut_off():
    play = scheduled()
    assert play.refused("send-pre-read", {}, by=ORGANISER) == "not-now"
    passed(play, "cut-off")
    (asked,) = effect(play, MakeReport)
    assert asked.as_of == play.state.cut_at == datetime(2026, 12, 1, 10, 30, tzinfo=UTC)
    assert asked.asked == {"unit": "it", "until": "2026-12-01", "previous": None}
    made(play)
    assert BUSINESS_REVIEW.stage(play.state) == "pack"
    assert play.open("send-pack").people == (ORGANISER,)


@pytest.mark.rule("QBR-01")
def test_a_future_pack_is_never_made():
    play = scheduled(cut_off="2026-12-10", meeting="2026-12-20")
    due = next(each for each in play.case.deadlines if each.kind == "cut-off")
    early = {"kind": due.kind, "key": due.key, "at": due.at.isoformat()}
    assert play.refused("deadline", early, by="system", channel="timer") == "too-early"


@pytest.mark.rule("QBR-01")
def test_a_restated_pack_names_the_old_one():
    play = packed().when("send-pre-read", {}, by=ORGANISER)
    play.when("restate-pack", {"reason": "A booking was corrected"}, by=CHAIR)
    (asked,) = effect(play, MakeReport)
    assert (asked.as_of, asked.payload, asked.asked["until"]) == (play.now, {"corrects": 1}, "2026-12-01")
    assert play.refused("restate-pack", {"reason": "Again"}, by=CHAIR) == "being-restated"
    made(play, 9, corrects=1)
    assert (play.found(ReportIssued).number, play.state.issued.corrected) == (2, {1: 2})
    assert {CHAIR, MEMBER, OTHER} <= set(play.told()[-1].to)
    assert [frozen.position for frozen in play.state.issued.reports] == [5, 9], "the old one stays"


def test_the_pack_is_read_two_working_days():
    play = Scenario(BUSINESS_REVIEW, company.facts(), "review-1")
    assert play.refused("schedule-review", details(meeting="2026-12-02"), by=ORGANISER) == "pre-read-too-short"
    play.when("schedule-review", details(meeting="2026-12-03"), by=ORGANISER)
    made(passed(play, "cut-off")).when("send-pre-read", {}, by=ORGANISER)
    assert play.found(PreReadSent).days == 2


def test_a_disputed_number_is_shown_beside_the_pack():
    play = packed()
    disputed = {"where": "money it-licences", "value": "90000 THB", "text": "Booked twice"}
    play.when("challenge-number", disputed, by=MEMBER)
    assert [(one.where, one.value) for one in play.state.challenges] == [("money it-licences", "90000 THB")]
    assert play.refused("challenge-number", disputed, by="e1062") == "not-your-role"


@pytest.mark.rule("QBR-03")
def test_decisions_are_numbered_in_order():
    play = met().when("propose-decision", {"text": "Buy it"}, by=MEMBER)
    play.when("take-decision", {"text": "Stop it"}, by=CHAIR).when("take-decision", {"proposal": 1}, by=CHAIR)
    assert [(one.name, one.text) for one in play.state.decisions] == [
        ("2026-Q4/1", "Stop it"), ("2026-Q4/2", "Buy it"),
    ]  # fmt: skip
    assert play.refused("take-decision", {"proposal": 1}, by=CHAIR) == "no-such-proposal"
    assert play.refused("take-decision", {}, by=CHAIR) == "one-of-two"


@pytest.mark.rule("QBR-03")
def test_an_action_has_an_owner_and_a_day():
    play = met()
    assert play.refused("add-action", action(owner="e9999"), by=ORGANISER) == "unknown-owner"
    assert play.refused("add-action", action(due="2020-01-01"), by=ORGANISER) == "due-date"
    play.when("add-action", action(), by=ORGANISER)
    task = play.open("action")
    assert (task.people, task.timing.due_at.date().isoformat()) == ((MEMBER,), "2027-01-15")
    tracked(play)
    assert BUSINESS_REVIEW.stage(play.state) == "tracked"
    play.when("close-action", {"item": "action-1", "outcome": "done"}, by=MEMBER)
    assert BUSINESS_REVIEW.stage(play.state) == "closed"
    assert any(ORGANISER in told.to for told in effect(play, Notify))


@pytest.mark.rule("QBR-04")
def test_a_cancelled_meeting_decides_by_circulation():
    play = packed().when("propose-decision", {"text": "Buy it"}, by=MEMBER)
    play.when("cancel-meeting", {"reason": "The chair is ill"}, by=ORGANISER)
    assert play.found(PreReadSent).number == 1, "the pack still goes out"
    assert {CHAIR, MEMBER, OTHER} <= {person for told in effect(play, Notify) for person in told.to}
    task = play.open("decide")
    play.when("decide", {"task": task.id, "outcome": "approve"}, by=MEMBER)
    assert (BUSINESS_REVIEW.stage(play.state), play.state.decisions) == ("circulation", ()), "one is no quorum"
    play.when("decide", {"task": task.id, "outcome": "approve"}, by=OTHER)
    taken = play.found(DecisionTaken)
    assert (taken.name, taken.how, BUSINESS_REVIEW.stage(play.state)) == ("2026-Q4/1", "circulation", "meeting")
    assert play.refused("take-decision", {"text": "And this"}, by=ORGANISER) == "cancelled"


@pytest.mark.rule("QBR-04")
def test_what_misses_the_quorum_is_not_decided():
    play = packed().when("propose-decision", {"text": "Buy it"}, by=MEMBER)
    play.when("cancel-meeting", {"reason": "The chair is ill"}, by=ORGANISER)
    no = {"task": play.open("decide").id, "outcome": "reject", "comment": "Too dear"}
    play.when("decide", no, by=MEMBER).when("decide", no, by=OTHER)
    assert (play.found(CirculationEnded).decided, play.state.decisions) == (False, ())
    play.when("circulate", {}, by=ORGANISER)
    assert BUSINESS_REVIEW.stage(play.state) == "circulation"


@pytest.mark.rule("QBR-05")
def test_an_open_action_goes_on_exactly_once():
    old = met("review-1").when("add-action", action(), by=ORGANISER).when("add-action", action("Count"), by=ORGANISER)
    tracked(old).when("close-action", {"item": "action-2", "outcome": "done"}, by=MEMBER)
    new = packed("review-2", previous="review-1", period="2027-Q1")
    new.wait(timedelta(days=30))
    (told,) = effect(new, TellCase)
    deliver(told, old)
    assert [event.item for event in old.last if isinstance(event, ItemSent)] == ["action-1"]
    (taken,) = effect(old, TellCase)
    deliver(taken, new)
    item = new.state.actions.entries["action-1"]
    assert (item.owner, item.due.isoformat(), item.carried) == (MEMBER, "2027-01-15", 1)
    assert item.written == old.state.actions.entries["action-1"].since, "its age goes on"
    (noted,) = effect(new, TellCase)
    deliver(noted, old)
    assert BUSINESS_REVIEW.stage(old.state) == "closed"
    deliver(taken, new)
    assert list(new.state.actions.entries) == ["action-1"], "a second word adds nothing"


@pytest.mark.rule("QBR-05")
def test_minutes_that_come_late_carry_on_too():
    old = met("review-1").when("add-action", action(), by=ORGANISER)
    old.when("carry-actions", {"case": "review-2"}, by="system", channel="effect")
    assert not effect(old, TellCase), "what is not approved yet stays"
    assert old.refused("carry-actions", {"case": "review-3"}, by="system", channel="effect") == "followed-already"
    assert [told.command for told in effect(tracked(old), TellCase)] == ["take-action"]


@pytest.mark.rule("QBR-05")
def test_a_review_has_one_next_review():
    play = scheduled("review-2", previous="review-1")
    before = BUSINESS_REVIEW.initial("review-2")
    (claim,) = BUSINESS_REVIEW.claims(before, play.history[0])
    assert (claim.kind, claim.key, getattr(claim, "exclusive", None)) == ("next-review", "review-1", True)
    play.when("withdraw", {"reason": "Too early"}, by=ORGANISER)
    assert [type(one).__name__ for one in BUSINESS_REVIEW.claims(play.state, play.history[-1])] == ["Release"]


def test_returned_minutes_are_written_anew():
    play = met().when("submit-minutes", {"text": "We met"}, by=ORGANISER)
    task = play.open("decide")
    back = {"task": task.id, "outcome": "return", "comment": "Say who", "fields": ["text"]}
    play.when("decide", back, by=task.people[0])
    assert (BUSINESS_REVIEW.stage(play.state), play.open("write-minutes").people) == ("meeting", (ORGANISER,))
    tracked(play)
    assert BUSINESS_REVIEW.stage(play.state) == "closed", "with no action open"


def test_frozen_numbers_are_not_withdrawn():
    play = packed()
    assert play.refused("withdraw", {"reason": "Too early"}, by=ORGANISER) == "numbers-frozen"
