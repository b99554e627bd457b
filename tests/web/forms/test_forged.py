"""Hidden fields and addresses may claim anything: what no form of ours can hold is not there, and breaks nothing."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.datastructures import FormData

from domain.processes import PROCESSES
from web.forms import sheet as sheets
from web.forms.answers import answered, changes, shown
from web.forms.choices import Choices
from web.forms.fields import Field, Kind, fields_of

STRANGE = (1, 1.5, True, "x", [], [1], ["x"], [None], [[1]], [{"kind": []}], {}, {"a": 1}, {"amount": {}, "max": "x"})
COMMANDS = [(process.name, name) for process in PROCESSES.values() for name in process.commands]
SHAPES = {Kind.LIST: list, Kind.SCORES: dict, Kind.MONEY: dict, Kind.GROUP: dict}


def misshapen(fields: tuple[Field, ...]) -> Iterator[tuple[str, Any]]:
    """Each field with each value that is of another shape than it."""
    for field in fields:
        shape = SHAPES.get(field.kind)
        yield from ((field.name, value) for value in STRANGE if shape and not isinstance(value, shape))


@pytest.mark.parametrize(("process", "command"), COMMANDS)
def test_a_value_of_another_shape_than_its_field_is_not_shown(process: str, command: str):
    fields = fields_of(PROCESSES[process].commands[command])

    assert [(name, value) for name, value in misshapen(fields) if shown(fields, {name: value})] == []


@pytest.mark.parametrize(("process", "command"), COMMANDS)
def test_what_a_form_began_with_is_only_what_it_can_show(process: str, command: str):
    """The hidden field `was` comes back from a browser: nothing in it is believed to be of any shape."""
    model = PROCESSES[process].commands[command]
    fields = fields_of(model)
    for field in fields:
        for value in STRANGE:
            form = FormData({"was": json.dumps({field.name: value, "forged": value}), f"p.{field.name}": "y"})
            sheet = sheets.sent(PROCESSES[process], command, Choices({}), form, hidden=frozenset(), amends=True)

            assert sheet.was == answered(fields, shown(fields, sheet.was))
            assert "forged" not in sheet.was
            assert sheet.was_json
            changes(fields, answered(fields, sheet.typed), sheet.was)
            sheet.rebased(sheet.was)
            sheet.keeping([field.name])


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "1", "null", '{"a":' * 5000, '{"reason": ' + "[" * 900 + "]" * 900 + "}"]
)
def test_what_is_no_object_of_json_is_nothing(text: str):
    form = FormData({"was": text})
    sheet = sheets.sent(PROCESSES["hiring"], "hold", Choices({}), form, hidden=frozenset(), amends=True)

    assert (sheet.was, sheet.was_json) == ({}, "{}")
