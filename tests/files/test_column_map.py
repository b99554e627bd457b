"""Maps of tables: the same refusals for bookings, plans and HR's lists."""

from collections.abc import Callable
from pathlib import Path

import pytest

from application.files.actuals import read_map
from application.files.hr_table import read_hr_map
from application.files.plans import read_plan_map
from domain.kernel.errors import Refused

READERS = {"actuals": read_map, "plan": read_plan_map, "hr": read_hr_map}


@pytest.fixture(params=READERS)
def read(request: pytest.FixtureRequest) -> Callable[[Path], object]:
    return READERS[request.param]


def refused(read: Callable[[Path], object], path: Path, text: str) -> Refused:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as caught:
        read(path)
    assert caught.value.code == "bad-file"
    return caught.value


def test_what_is_no_field_is_refused_with_all_fields(read: Callable[[Path], object], tmp_path: Path):
    said = refused(read, tmp_path / "map.yaml", "columns: {identity: No.}\n")
    assert "identity is no field; there are: " in said.message


def test_every_wrong_line_is_named(read: Callable[[Path], object], tmp_path: Path):
    said = refused(read, tmp_path / "map.yaml", "columns: No.\nvalue: {id: x}\n")
    assert [text.rpartition("/")[2] for text in said.details["problems"]] == [
        "map.yaml:1: columns: should be a mapping of names to values",
        "map.yaml:2: value: is not a known field; did you mean values?",
    ]


def test_no_map_maps_nothing():
    assert not read_map(None).columns
    assert not read_plan_map(None).columns
