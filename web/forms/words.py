"""What a form says of a command and its fields: names as a person writes them, and the models' own sentences."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from inspect import cleandoc
from typing import Any

from pydantic import BaseModel

from domain.kernel.process import Process, Wording
from domain.kernel.routing.case_roles import CaseRole
from domain.processes import PROCESSES
from web.forms.delegation import Delegate, OutOfOffice
from web.forms.fields import Field, Kind, fields_of

_RULES = re.compile(r"\s*\((?:[A-Z]{3}-\d+(?:, | to )?|\d+(?:, )?)+\)")
_CODE = re.compile(r"`([^`]+)`")
CARRIED = frozenset({"content_hash"})
"""Fields that say on what a person looked: the form carries them, nobody types them (KRN-14)."""
OF_A_FILE = frozenset({"name", "size", "media_type", "sha256"})
"""What is known of a file once it is there: a form asks for the file instead."""


def commands_with_forms(process: Process[Any]) -> list[str]:
    """Those that people may give; what only Signoff itself says has no form."""
    return [name for name in process.commands if process.allowed.get(name) != (CaseRole.SYSTEM,)]


def sentence_of(model: type[BaseModel]) -> str:
    """What a command does, from its docstring: the first paragraph, without ids of rules, names of fields as words."""
    first = cleandoc(model.__dict__.get("__doc__") or "").partition("\n\n")[0]
    plain = _RULES.sub("", " ".join(first.split()))
    said = _CODE.sub(lambda found: f"“{label_of(found[1])}”", plain)
    return said[:1].upper() + said[1:]


def help_of(command: str, model: type[BaseModel]) -> str:
    """What stands above the form of a command: the words of its row, else its model's own sentence."""
    words = _wording().get(command)
    return words.help.id if words else sentence_of(model)


def asked_of(command: str, model: type[BaseModel]) -> tuple[Field, ...]:
    """The fields that somebody fills in."""
    left_out = CARRIED | (OF_A_FILE if command == "attach" else frozenset())
    return tuple(field for field in fields_of(model) if field.name not in left_out)


def label_of(name: str) -> str:
    """`salary_band` and `raise-requisition` as words, a title as it is: the message id of a label.

    A command whose row says how it is called is called that.
    """
    words = _wording().get(name)
    if words:
        return words.label.id
    return name if " " in name else name.replace("_", " ").replace("-", " ")


@cache
def _wording() -> dict[str, Wording]:
    """By command: names of commands say what they are about, so they are few of a kind."""
    return {name: words for process in PROCESSES.values() for name, words in process.wording.items()}


def messages(processes: Iterable[Process[Any]]) -> Iterator[str]:
    """Everything that forms say of commands, for the catalogues."""
    for process in processes:
        yield label_of(process.name)
        for name in commands_with_forms(process):
            model = process.commands[name]
            yield from (label_of(name), help_of(name, model))
            yield from _of_fields(asked_of(name, model))
    yield "standing in"
    for name, form in (("out of office", OutOfOffice), ("delegate", Delegate)):
        yield from (name, sentence_of(form))
        yield from _of_fields(fields_of(form))


def _of_fields(fields: Iterable[Field]) -> Iterator[str]:
    for field in fields:
        yield from (
            label_of(field.label),
            field.hint,
            *map(label_of, field.options if field.kind is Kind.CHOICE else ()),
        )
        yield from _of_fields(field.inner)
