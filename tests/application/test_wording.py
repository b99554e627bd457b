"""Numbers as a reader wants them: no more digits than say something."""

import pytest

from application.wording import formats
from application.wording.reader import Reader, mentioned


@pytest.mark.parametrize("language", ["en", "th"])
@pytest.mark.parametrize(
    ("part", "said"),
    [(0, "0%"), (0.0313, "3.1%"), (0.05, "5%"), (0.6667, "67%"), (0.75, "75%"), (0.996, "99.6%"), (1, "100%")],
)
def test_parts_are_whole_hundredths_except_where_these_would_say_too_little(part: float, said: str, language: str):
    assert formats.percent(part, language) == said


@pytest.mark.parametrize(
    ("value", "said"), [(0, "0"), (0.04, "0.04"), (1.37, "1.4"), (12.0, "12"), (1234.56, "1,234.6")]
)
def test_numbers_have_one_decimal_and_two_below_one(value: float, said: str):
    assert formats.number(value, "en") == said


def test_ids_of_digits_are_told_from_amounts() -> None:
    told = {"asked": "00123", "amount": "100000", "year": "2026", "who": "TH-0042 asked e1005"}
    assert mentioned(told) == {"00123", "TH-0042", "e1005"}
    assert Reader(names={"00123": "Malai", "TH-0042": "Chai"}).text("TH-0042 pays 00123") == "Chai pays 00123"
