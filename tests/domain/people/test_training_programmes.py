"""A technology change: whom it concerns, what it costs, and what its needs do with the money."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.kernel.cases.case import Status
from domain.kernel.effects import StartCase, TellCase
from domain.kernel.errors import Refused
from domain.kernel.ledger import Account
from domain.kernel.recording import RecordAsked
from domain.people.training import programme_content as content
from domain.people.training.need import TRAINING_NEED
from domain.people.training.programme import TRAINING_PROGRAMME as PROCESS
from domain.people.training.programme_content import ProgrammeState
from tests.domain.people.company import LEAD, MANAGER, OTHER
from tests.domain.people.training_company import COORDINATOR, COURSE, PERSON, RUN, facts, level
from tests.support.examples import examples
from tests.support.given import Scenario

WORDS = ("committed", "reserved", "spent", "over")
BY: dict[str, Any] = {"by": "system", "channel": "effect"}


def wish(**more: Any) -> dict[str, Any]:
    raised = {"skill": "kubernetes", "level": 3, "course": COURSE.id}
    return {
        "technology": "Kubernetes", "change": "adopt", "raises": [raised], "unit": "it",
        "positions": [f"p-{PERSON}", f"p-{OTHER}"], "cost": "90000 THB", "line": "training", "period": "2026",
        "by": "2026-12-31", "reason": "The platform moves", **more,
    }  # fmt: skip


def funded(**more: Any) -> Scenario[ProgrammeState]:
    play = Scenario(PROCESS, facts(), "programme-1").when("plan-programme", wish(**more), by=LEAD)
    return play.when("decide", {"task": play.open("decide").id, "outcome": "approve"}, by=MANAGER)


def running(**more: Any) -> Scenario[ProgrammeState]:
    play = funded(**more)
    play.when("start-programme", {"task": play.open("start").id}, by=LEAD)
    (page,) = [one for one in play.case.deadlines if one.kind == "cycle-page"]
    return play.when("deadline", page.model_dump(mode="json"), by="system", channel="timer")


def note(play: Scenario[ProgrammeState], person: str, what: str) -> Scenario[ProgrammeState]:
    return play.when("note-need", {"need": f"programme-1-{person}-kubernetes", "what": what}, **BY)


def held(play: Scenario[ProgrammeState]) -> dict[Account, Decimal]:
    found: dict[Account, Decimal] = {}
    for one in play.state.holdings.open:
        found[one.account] = found.get(one.account, Decimal(0)) + one.left
    return found


@pytest.mark.rule("TRN-02")
def test_a_need_opens_for_everybody_whose_gap_it_creates():
    started = [effect for effect in running().effects if isinstance(effect, StartCase)]
    assert [(one.case, one.payload["person"]) for one in started] == [
        (f"programme-1-{person}-kubernetes", person) for person in (PERSON, OTHER)
    ]


@pytest.mark.rule("TRN-02")
def test_who_has_shown_the_level_is_left_out():
    known = facts(skills_held={PERSON: (level("kubernetes", 4),), OTHER: (level("kubernetes", 5, basis="claimed"),)})
    play = Scenario(PROCESS, known).when("plan-programme", wish(), by=LEAD)
    play.when("decide", {"task": play.open("decide").id, "outcome": "approve"}, by=MANAGER)
    assert [share.gap.person for share in play.found(content.ProgrammeFunded).shares] == [OTHER]


@pytest.mark.rule("TRN-02")
def test_skills_that_end_leave_the_register():
    asked = funded(ends=["python"]).found(RecordAsked)
    (entry,) = asked.entries
    assert (entry.type, entry.payload["skill"]["id"], entry.payload["skill"]["end"]) == (
        "SkillSet",
        "python",
        "2026-12-31",
    )


@pytest.mark.rule("TRN-02")
def test_its_needs_go_straight_to_booking():
    start = next(effect for effect in running().effects if isinstance(effect, StartCase))
    need = Scenario(TRAINING_NEED, facts(skills_held={PERSON: (level("linux", 2),)}), start.case)
    need.when(start.command, start.payload, **BY)
    assert (TRAINING_NEED.stage(need.state), need.state.holdings.open) == ("to_book", ())
    need.when("book-course", {"task": need.open("book").id, "run": RUN}, by=COORDINATOR)
    (told,) = [effect for effect in need.effects if isinstance(effect, TellCase)]
    assert (told.command, told.payload["what"]) == ("note-need", "committed")


@pytest.mark.rule("TRN-03")
def test_its_money_follows_the_needs():
    play = running()
    assert held(play) == {Account.RESERVED: Decimal(80_000)}
    assert held(note(play, PERSON, "committed")) == {
        Account.COMMITTED: Decimal(40_000),
        Account.RESERVED: Decimal(40_000),
    }
    assert held(note(play, OTHER, "over")) == {Account.COMMITTED: Decimal(40_000)}
    assert held(note(play, PERSON, "spent")) == {}


@pytest.mark.rule("TRN-03")
@given(
    st.lists(st.tuples(st.sampled_from((PERSON, OTHER)), st.sampled_from(("committed", "reserved", "spent", "over"))))
)
@settings(max_examples=examples(40))
def test_whatever_the_needs_say_no_money_is_lost(said: list[tuple[str, str]]):
    play = running()
    for person, what in said:
        note(play, person, what)
    moved = [t for event in play.history for t in getattr(event, "transfers", ())]
    total = sum((t.on(Account.RESERVED) + t.on(Account.COMMITTED) for t in moved), Decimal(0))
    assert total == sum((one.left for one in play.state.holdings.open), Decimal(0))
    assert sum(t.on(account) for t in moved for account in (*Account,) if account in _PLACES) == 0


_PLACES = (Account.AVAILABLE, Account.RESERVED, Account.COMMITTED, Account.ACTUAL)


@pytest.mark.rule("TRN-03")
def test_a_cancelled_programme_waits_for_its_needs():
    play = note(running(), PERSON, "committed").when("cancel-programme", {"reason": "No contract"}, by=LEAD)
    dropped = [effect.case for effect in play.effects if isinstance(effect, TellCase)]
    assert (len(dropped), PROCESS.stage(play.state)) == (2, "cancelling")
    note(note(play, OTHER, "over"), PERSON, "over")
    assert (play.case.closed, held(play)) == (Status.CANCELLED, {})


def test_it_closes_once_every_need_is_through():
    play = running()
    said = {"task": play.open("conclude").id, "result": "They run it alone"}
    assert play.refused("close-programme", said, by=LEAD) == "still-running"
    play.when("note-unit-passed", {"unit": "it", "gate": "done"}, **BY).when("close-programme", said, by=LEAD)
    assert PROCESS.stage(play.state) == "completed"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"cost": "79999 THB"}, "too-low"),
        ({"raises": [], "ends": []}, "nothing-raised"),
        ({"unit": "moon"}, "unknown-unit"),
        ({"unit": "hr"}, "nobody"),
        ({"by": "2026-01-01"}, "past-day"),
        ({"raises": [{"skill": "linux", "level": 2, "course": COURSE.id}]}, "wrong-course"),
        ({"cost": "90000 USD"}, "two-currencies"),
    ],
)
def test_what_cannot_be_planned_is_refused(more: dict[str, Any], code: str):
    assert Scenario(PROCESS, facts()).refused("plan-programme", wish(**more), by=LEAD) == code


def test_a_cost_that_grew_is_not_funded():
    play = Scenario(PROCESS, facts(), "programme-1").when("plan-programme", wish(cost="80000 THB"), by=LEAD)
    dearer = COURSE.model_copy(update={"price": COURSE.price * 2})
    play.given(organisation=facts(courses={COURSE.id: dearer}).organisation)
    with pytest.raises(Refused) as caught:
        play.when("decide", {"task": play.open("decide").id, "outcome": "approve"}, by=MANAGER)
    assert caught.value.code == "cost-grown"
