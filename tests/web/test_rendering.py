"""What templates mean: translated when they are compiled, escaped when they are shown."""

import pytest
from jinja2 import Environment

from web.rendering import environment_of


@pytest.fixture(scope="module")
def thai() -> Environment:
    return environment_of("th")


def shown(environment: Environment, source: str, **values: object) -> str:
    return environment.from_string(source).render(**values)


def test_text_is_translated_once_and_for_all(thai: Environment):
    source = "{% trans %}Inbox{% endtrans %}"
    assert "gettext" not in str(thai.compile(source, raw=True))
    assert shown(thai, source) == "กล่องงาน"


def test_what_a_sentence_is_filled_with_is_escaped_and_asked_for_once(thai: Environment):
    asked = []

    def who() -> str:
        asked.append(1)
        return "<b>"

    for source in (
        "{% trans who=who() %}asked by {{ who }}{% endtrans %}",
        "{% set who = who() %}{% trans %}asked by {{ who }}{% endtrans %}",
    ):
        assert "&lt;b&gt;" in shown(thai, source, who=who)
        assert "<b>" not in shown(thai, source, who=who)
    assert len(asked) == 4


def test_a_percent_sign_is_a_percent_sign(thai: Environment):
    assert shown(thai, "{% trans %}no such text, 5 % off{% endtrans %}") == "no such text, 5 % off"
    assert shown(thai, "{% trans n=5 %}no such text, {{ n }} % off{% endtrans %}") == "no such text, 5 % off"


def test_plurals_are_chosen_when_the_page_is_made():
    source = "{% trans n=n %}{{ n }} odd{% pluralize %}{{ n }} odds{% endtrans %}"
    assert [shown(environment_of("en"), source, n=n) for n in (1, 2)] == ["1 odd", "2 odds"]


def test_a_part_that_shows_one_value_is_rendered_once_for_it(thai: Environment):
    once = thai.filters["once"]
    picks = once(("grade", "<odd>"), "staff/parts/picks.html")
    assert "&lt;odd&gt;" in picks
    assert "<odd>" not in picks
    assert once(("grade", "<odd>"), "staff/parts/picks.html") is picks
    assert once(("grade",), "staff/parts/picks.html") != picks
