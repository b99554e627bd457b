"""What happened is told in the reader's language: each event type of each process has a title there."""

import re

import pytest

from domain.kernel.events import title_of
from domain.processes import PROCESSES
from runtime import translations

TYPES = sorted({name for process in PROCESSES.values() for name in process.events.kinds})
THAI = re.compile("[\u0e00-\u0e7f]")


@pytest.mark.parametrize("name", TYPES)
def test_every_event_type_has_a_title_and_a_thai_one(name: str):
    title = title_of(name)
    thai = translations.catalogue("th").gettext(title)

    assert " ".join(title.split()).lower().replace(" ", "") == name.lower()
    assert THAI.search(thai)
    assert not re.search("[A-Za-z]", thai)


def test_no_two_event_types_are_called_alike():
    for language in translations.LANGUAGES:
        titles = [translations.catalogue(language).gettext(title_of(name)) for name in TYPES]
        assert len(set(titles)) == len(TYPES)


def test_words_of_a_company_are_said_where_the_catalogue_has_them_and_else_as_they_were_written():
    checked = "Pre-employment check {check} of candidate {candidate}"
    said = [
        translations.said(checked, {"check": check, "candidate": "c-1"}, "th")
        for check in ("criminal-record", "chess-club")
    ]

    assert "ประวัติอาชญากรรม" in said[0]
    assert "chess-club" in said[1]
    assert "criminal-record" in translations.said(checked, {"check": "criminal-record", "candidate": "c-1"}, "en")
    assert translations.known("web-developer-2", "th") == ""
