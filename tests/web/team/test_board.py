"""The board of a hiring and the pages of its candidates: screened in two clicks, scored, compared, offered."""

import re
from decimal import Decimal
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.support.hiring import CANDIDATES
from tests.web.conftest import CASE, Site
from tests.web.staff.reading import table
from tests.web.staff.visiting import CSRF, browsing
from tests.web.team.conftest import HIRING, People
from web.team.candidates import board, outside

RECRUITER, FIRST, SECOND, REQUESTER, OUTSIDER = "e1037", "e1010", "e1024", "e1005", "e1026"
BOARD = f"/team/hiring/{HIRING}"
BAND = {"min": {"amount": "60000", "currency": "THB"}, "max": {"amount": "80000", "currency": "THB"}}


async def sent(people: People, who: str, candidate: str, **form: str) -> httpx.Response:
    async with browsing(people.office, who) as browser:
        path = f"{BOARD}/candidates/{candidate}"
        return await browser.post(path, {"command_id": str(uuid4()), **form})


def scored(page: str) -> list[list[str]]:
    return [row[1:] for row in table(page, "Criterion")]


@pytest.mark.rule("HIR-04")
async def test_candidates_are_screened_and_scored(people: People):
    """One click on the board advances; a rejection takes its reason; a scorecard hides until one's own is in."""
    async with browsing(people.office, RECRUITER) as browser:
        before = await browser.shown(BOARD)
        assert f'href="{BOARD}"' in await browser.shown(f"/cases/{HIRING}")
    assert before.count('value="advance"') == 3

    assert (await sent(people, RECRUITER, "c-first", do="advance")).headers["location"] == BOARD
    silent = await sent(people, RECRUITER, "c-third", do="reject", reason="")
    assert silent.status_code == 422
    assert (await sent(people, RECRUITER, "c-third", do="reject", reason="No practice.")).status_code == 303
    async with browsing(people.office, RECRUITER) as browser:
        after = await browser.shown(BOARD)
    assert after.count('value="advance"') == 1

    for interviewer in (FIRST, SECOND):
        asked = {"candidate": "c-first", "kind": "technical", "interviewer": interviewer}
        await people.office.do(HIRING, "assign-interviewer", asked, by=RECRUITER)
    async with browsing(people.office, FIRST) as browser:
        form = await browser.shown(f"{BOARD}/candidates/c-first")
    criteria = re.search(r'name="criteria" value="([^"]+)"', form)
    assert criteria
    names = criteria[1].split()
    marks = {f"score.{name}": "4" for name in names}
    card = {"do": "score", "kind": "technical", "criteria": criteria[1], "notes": "Calm and clear."}

    lacking = await sent(people, FIRST, "c-first", **card, recommendation="yes")
    assert lacking.status_code == 422
    assert "Calm and clear." in lacking.text, "what was typed is kept"
    assert (await sent(people, FIRST, "c-first", **card, **marks, recommendation="yes")).status_code == 303

    async with browsing(people.office, SECOND) as browser:
        blind = await browser.shown(f"{BOARD}/candidates/c-first")
    assert "Calm and clear." not in blind
    assert not any("4" in cell for row in scored(blind) for cell in row)

    low = dict.fromkeys(marks, "2")
    assert (await sent(people, SECOND, "c-first", **card, **low, recommendation="no")).status_code == 303
    async with browsing(people.office, SECOND) as browser:
        both = await browser.shown(f"{BOARD}/candidates/c-first")
    assert scored(both)[: len(names)] == [["4", "2", "3"]] * len(names)
    assert "Calm and clear." in both


@pytest.mark.rule("KRN-54")
async def test_a_cv_is_on_its_candidate_only(people: People):
    async with browsing(people.office, RECRUITER) as browser:
        path = f"{BOARD}/candidates/c-second"
        csrf = CSRF.search(await browser.shown(path))
        assert csrf
        fields = {"csrf": (None, csrf[1].encode()), "command_id": (None, str(uuid4()).encode())}
        sent = await browser.http.post(f"{path}/files", files={**fields, "file": ("cv.csv", b"years;skill\n4;web\n")})
        own, other = await browser.shown(path), await browser.shown(f"{BOARD}/candidates/c-first")
        file = re.search(r"/cases/[\w-]+/files/[0-9a-f]{64}", own)
        assert file
        read = await browser.http.get(file[0])
    assert (sent.status_code, sent.headers["location"]) == (303, path)
    assert read.content == b"years;skill\n4;web\n"
    assert "/files/" not in other.replace("c-first/files", "")


@pytest.mark.rule("KRN-43")
async def test_a_board_is_for_its_hiring(people: People):
    async with browsing(people.office, OUTSIDER) as browser:
        answers = [await browser.http.get(path) for path in (BOARD, f"{BOARD}/candidates/c-first")]
        listed = await browser.shown("/team/hiring")
    assert [answer.status_code for answer in answers] == [404, 404]
    assert HIRING not in listed
    assert not any(name in answer.text for answer in answers for name in CANDIDATES)


@pytest.mark.rule("KRN-43")
async def test_a_letter_is_for_those_who_see_pay(looked_at: Site):
    path = f"/team/hiring/{CASE}/offers/offer-1/letter.pdf"
    async with browsing(looked_at.office, REQUESTER) as browser:
        page = await browser.shown(f"/team/hiring/{CASE}/candidates/c-first")
        letter, thai = [await browser.http.get(path + more) for more in ("", "?lang=th")]
        unknown = await browser.http.get(path.replace("offer-1", "offer-9"))
    async with browsing(looked_at.office, SECOND) as browser:
        blind = await browser.shown(f"/team/hiring/{CASE}/candidates/c-first")
        refused = await browser.http.get(path)
    assert path in page
    assert letter.content.startswith(b"%PDF")
    assert thai.content.startswith(b"%PDF")
    assert unknown.status_code == refused.status_code == 404
    assert path not in blind


@pytest.mark.rule("HIR-06")
@pytest.mark.parametrize(
    ("salary", "apart"), [("60000", None), ("80000", None), ("88000", Decimal("0.1")), ("54000", Decimal("-0.1"))]
)
def test_an_offer_tells_how_far_it_lies_outside(salary: str, apart: Decimal | None):
    offer: dict[str, Any] = {"terms": {"salary": {"amount": salary, "currency": "THB"}}}
    assert outside(offer, BAND) == apart
    assert outside({"terms": {"hidden": True}}, BAND) is None


@pytest.mark.parametrize(
    ("status", "column"),
    [("in_approval", "offer"), ("extended", "offer"), ("accepted", "hired"), ("filled", "hired"), ("declined", "out"),
     ("ended", "out"), ("lapsed", "selection"), ("rescinded", "selection"), ("rejected", "selection")],
)  # fmt: skip
def test_an_offer_says_where_its_candidate_stands(status: str, column: str):
    state = {
        "candidates": {"c-1": {"id": "c-1", "source": "referral", "status": "advanced"}},
        "interviews": [],
        "ranking": ["c-1"],
        "offers": {"offer-1": {"candidate": "c-1", "status": status}},
    }
    assert [name for name, entries in board(state).items() if entries] == [column]
