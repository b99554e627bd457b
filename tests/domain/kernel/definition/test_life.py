"""A document after its approval: published, in force, superseded by the next version, or retired."""

from domain.kernel.cases.case_events import ReviewOpened
from domain.kernel.document.life import VersionPublished
from domain.kernel.effects import Claim, Release
from tests.domain.kernel.definition.rulebook import RULE, RULES, approved, delivered, told, written

TODAY = written().now.date()


def test_a_version_counts_once_the_register_holds_it():
    play = approved(written())
    assert (RULE.stage(play.state), play.found(VersionPublished).number) == ("approved", 1)
    registers = delivered(play)
    assert RULE.stage(play.state) == "in_force"
    assert RULES.current(registers, TODAY)["coffee"].text == "Black"
    assert registers.of("rules")["coffee"][0].case == "rule-1"


def test_the_next_version_takes_the_place_of_the_last():
    first = approved(written())
    second = approved(written("rule-2", delivered(first), text="White"))
    assert (second.found(VersionPublished).number, told(second)) == (2, [])
    registers = delivered(second)
    (word,) = told(second)
    assert (word.case, word.command) == ("rule-1", "note-superseded")
    first.when(word.command, word.payload, by="system", channel="effect")
    assert (RULE.stage(first.state), RULE.stage(second.state)) == ("superseded", "in_force")
    assert [version.number for version in registers.of("rules")["coffee"]] == [1, 2]


def test_a_hold_does_not_keep_a_version_in_force():
    first = approved(written())
    second = approved(written("rule-2", delivered(first)))
    delivered(second)
    first.when("hold", {"reason": "x"}, by="e4")
    first.when("note-superseded", told(second)[0].payload, by="system", channel="effect")
    assert RULE.stage(first.state) == "superseded"


def test_a_retired_version_has_no_follower():
    play = approved(written())
    assert play.refused("retire-rule", {"reason": "x"}, by="e4") == "not-now"
    play.given(registers=delivered(play)).when("retire-rule", {"reason": "no coffee"}, by="e4")
    assert play.refused("retire-rule", {"reason": "x"}, by="e4") == "being-recorded"
    registers = delivered(play)
    assert (RULE.stage(play.state), dict(RULES.current(registers, TODAY))) == ("retired", {})
    again = approved(written("rule-2", registers))
    assert (again.found(VersionPublished).number, again.found(VersionPublished).supersedes) == (2, None)


def test_one_version_is_under_way_at_a_time():
    play = written()
    before = RULE.initial("rule-1")
    claims = []
    for event in play.history:
        claims += RULE.claims(before, event)
        before = RULE.evolve(before, event)
    assert claims == [Claim(kind="under-way", key="rules|coffee", exclusive=True)]
    assert any(isinstance(event, ReviewOpened) for event in play.history)
    before = approved(play).state
    delivered(play)
    assert RULE.claims(before, play.last[0]) == [Release(kind="under-way", key="rules|coffee")]
