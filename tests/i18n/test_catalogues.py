"""The catalogues hold every message of the source, and every translation says the same with the same facts."""

import runpy
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog

from runtime import translations

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "scripts" / "messages"))


def test_every_message_is_in_the_catalogues_and_translated(script: dict[str, Any]):
    assert script["missing"]() == [], "run scripts/messages, then translate what it names"


def test_messages_are_found_wherever_people_meet_them(script: dict[str, Any]):
    found = script["ids"](script["messages"]())

    for text in (
        "Accept the offer",  # a template
        "Dear %(name)s, we are glad to offer you this position.",  # a template with a place
        "Nothing waits for you.",  # the command line
        "You have a new task in {case}: {title}",  # a notification
        "Decide the probation of {candidate}",  # the title of a task
        "Approval by the line manager",  # a step of the policy
        "There is no case {case}.",  # a refusal
        "There is no {what} {given} in the organisation; check the id.",  # a refusal whose text has a name
        "in approval",  # a stage
    ):
        assert text in found
    assert "{step}" not in found  # nothing to translate


@pytest.mark.parametrize(
    ("translation", "fuzzy", "problem"),
    [
        ("เรื่อง {case}", False, None),
        ("", False, "not translated"),
        ("เรื่อง {case}", True, "fuzzy"),
        ("เรื่อง", False, "other places"),
        ("เรื่อง {cases}", False, "other places"),
        ("เรื่อง {case} {case}", False, "other places"),
    ],
)
def test_a_translation_that_is_missing_guessed_or_drops_a_fact_is_found(
    script: dict[str, Any], translation: str, problem: str | None, *, fuzzy: bool
):
    catalog = Catalog(locale="th")
    catalog.add("Case {case}", translation, flags=["fuzzy"] if fuzzy else [])

    problems = list(script["of_translation"]({"Case {case}"}, catalog))

    assert [text.partition(":")[0] for text in problems] in ([], [problem], [f"{problem} in the translation of"])
    assert bool(problems) == bool(problem)


def test_a_new_and_a_dropped_message_are_found(script: dict[str, Any]):
    catalog = Catalog(locale="th")
    catalog.add("Old", "เก่า")

    assert list(script["of_translation"]({"New"}, catalog)) == ["not translated: New", "still has: Old"]


def test_the_thai_catalogue_speaks_thai_and_the_english_one_repeats():
    assert translations.catalogue("th").gettext("Accept the offer") == "ตอบรับข้อเสนอ"
    assert translations.catalogue("en").gettext("Accept the offer") == "Accept the offer"
    assert translations.catalogue("th").gettext("not a message") == "not a message"


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "th_TH.UTF-8"}, "th"),
        ({"LANG": "th_TH.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "th_TH"}, "th"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": ""}, "en"),
        ({}, "en"),
    ],
)
def test_the_command_line_speaks_the_language_of_the_terminal(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], language: str
):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert translations.language() == language


def test_a_message_is_said_with_our_words_translated_and_those_of_people_kept():
    step = translations.said("{step}", {"step": "Approval by the line manager"}, "th")
    review = {"review": "offer-1", "case": "h-1", "status": "in_review", "reason": "approved"}
    ended = translations.said("{review} of {case} is {status}: {reason}", review, "th")

    assert step == "อนุมัติโดยผู้บังคับบัญชา"
    assert ended == "offer-1 ของ h-1 มีสถานะ อยู่ระหว่างพิจารณา: approved"
    assert (
        translations.said("{review} of {case} is {status}: {reason}", review, "en")
        == "offer-1 of h-1 is in review: approved"
    )
    assert translations.said("{title}", {"title": ""}, "th") == ""
