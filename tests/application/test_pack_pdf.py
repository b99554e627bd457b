"""The pack as a PDF: every number is in it, and what people wrote stays text."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from application.wording.pack import pdf_of, sections
from domain.direction.business_review.pack import ItemRow, MoneyRow, Pack, PeopleRow
from domain.kernel.report import Frozen

FROZEN = Frozen(report="business-pack", position=7, as_of=datetime(2026, 12, 1, 10, 30, tzinfo=UTC), hash="0" * 64)


def pack(**more: Any) -> Pack:
    money = MoneyRow(
        line="it-licences", period="2026", currency="THB", planned=True, plan=Decimal(500000), actual=Decimal("123.45"),
        committed=Decimal(0), reserved=Decimal(0), available=Decimal("499876.55"),
    )  # fmt: skip
    action = ItemRow(
        case="review-1", item="action-1", text="ทดสอบ #strong[x] $ ]", owner="e1005", due=date(2026, 11, 1), age=40,
        late=30, carried=2,
    )  # fmt: skip
    given = {
        "unit": "it", "until": date(2026, 12, 1), "money": (money,),
        "people": PeopleRow(positions=30, held=28, hirings=1, seats=2), "delivery": (), "risks": (), "plans": (),
        "actions": (action,), **more,
    }  # fmt: skip
    return Pack(**given)


@pytest.mark.rule("QBR-02")
def test_the_pages_hold_every_number():
    told = {one.title: one.rows for one in sections(pack(), "en")}
    assert list(told) == ["Money", "People", "Delivery", "Risks", "Actions of the last review", "Objectives"]
    (row,) = told["Money"]
    assert [cell.replace("\N{NO-BREAK SPACE}", " ") for cell in row] == [
        "it-licences", "2026", "THB 500,000.00", "THB 123.45", "THB 0.00", "THB 0.00", "THB 499,876.55",
    ]  # fmt: skip
    assert told["People"] == [("30", "28", "1", "2")]
    assert told["Actions of the last review"][0][4:] == ("40", "30", "2")


@pytest.mark.parametrize("language", ["en", "th"])
def test_a_pack_prints_as_pdf(language: str):
    made = pdf_of(pack(), FROZEN, language)
    assert made.startswith(b"%PDF-")
    fewer = pdf_of(pack(actions=(), money=()), FROZEN, language)
    assert len(fewer) < len(made), "the rows are what fills it"
