"""One form on one page: what it asks and offers, what stands in it, and what is wrong with that."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

from pydantic import BaseModel
from starlette.datastructures import FormData

from domain.kernel.errors import Refused
from domain.kernel.process import Process
from domain.kernel.redaction import MASK
from edge import personal
from edge.door import Door
from web.forms import answers
from web.forms.answers import ROOT, Payload
from web.forms.choices import MANY, Choices, resolved
from web.forms.fields import Field, fields_of
from web.forms.words import asked_of, sentence_of
from web.forms.wrong import Wrong, from_refusal, mistakes, twice


@dataclass(frozen=True)
class Sheet:
    """`typed` is by name of field, `was` the payload that the form began with: only what differs from it is sent.

    `hidden` are the names of fields whose present value the reader may not see (KRN-43).
    """

    process: str
    command: str
    model: type[BaseModel]
    choices: Choices
    typed: Mapping[str, str]
    was: Payload = field(default_factory=dict)
    amends: bool = False
    hidden: frozenset[str] = frozenset()
    wrong: Sequence[Wrong] = ()
    command_id: str = field(default_factory=lambda: str(uuid4()))

    @property
    def fields(self) -> tuple[Field, ...]:
        return fields_of(self.model)

    @property
    def asked(self) -> tuple[Field, ...]:
        return asked_of(self.command, self.model)

    @property
    def sentence(self) -> str:
        return sentence_of(self.model)

    @property
    def was_json(self) -> str:
        return json.dumps(self.was, sort_keys=True)

    def wrong_at(self, at: str) -> list[Wrong]:
        return [one for one in self.wrong if one.at == at]

    def path(self, at: str) -> list[str]:
        """The labels from the form down to a field."""
        parts = at.split(".")
        found = (answers.field_at(self.fields, ".".join(parts[: deep + 1])) for deep in range(1, len(parts)))
        return [each.label for each in found if each is not None and each.name]

    def rows(self, at: str, asked: Field) -> list[int]:
        """The rows to show: a list that must have one begins with one."""
        there = answers.rows(self.typed, at)
        return there or ([0] if asked.required else [])

    def value(self, at: str, asked: Field) -> str:
        """What stands in a field. A row that nobody touched begins with what counts if nothing is said."""
        if at in self.typed:
            return self.choices.typed(asked, self.typed[at])
        return "" if asked.default is None or not self._untouched(at) else str(asked.default)

    def _untouched(self, at: str) -> bool:
        row = at.rpartition(".")[0]
        return not any(name == row or name.startswith(f"{row}.") for name in self.typed) or at.endswith(".currency")

    async def read(self, door: Door) -> tuple["Sheet", Payload]:
        """The form as it was sent with all that is wrong with it, and the payload to send if nothing is."""
        payload, wrong = await resolved(door, self.fields, answers.answered(self.fields, self.typed), self.choices)
        typed = answers.shown(self.fields, payload)
        wrong += twice(self.fields, self.typed)
        if self.amends:
            payload = answers.changes(self.fields, payload, self.was)
        if not wrong:
            wrong += self._mistakes(payload)
        return replace(self, typed=typed, wrong=wrong), payload

    def _mistakes(self, payload: Payload) -> list[Wrong]:
        try:
            personal.refuse_unstorable(payload)
            pretended = personal.pretended(self.model, payload)  # type: ignore[arg-type]
        except Refused as refused:
            found = from_refusal(refused, self.fields, payload)
            others = mistakes(self.model, {k: v for k, v in payload.items() if f"{ROOT}.{k}" != found.at}, self.fields)
            return [found, *(other for other in others if other.at != found.at)]
        return mistakes(self.model, pretended, self.fields)

    def refused(self, refused: Refused, payload: Payload) -> "Sheet":
        return replace(self, wrong=[from_refusal(refused, self.fields, payload)])

    def rearranged(self, does: str) -> "Sheet | None":
        """The form with a row more (`add:p.checks`) or less (`drop:p.checks.0`); None where neither was asked."""
        match does.partition(":"):
            case "add", ":", at:
                return replace(self, typed=answers.with_row(self.fields, self.typed, at))
            case "drop", ":", row:
                return replace(self, typed=answers.without_row(self.typed, row))
        return None

    @property
    def datalists(self) -> dict[str, Mapping[str, str]]:
        """What goes along with the page for fields in which one types, by kind; not where there is too much of it."""
        typed_in = {each.among.what for each in _flat(self.asked) if each.among and not self.choices.listed(each)}
        typed_in |= {"person"} if self.command == "attach" else set()
        return {kind: there for kind, there in self.choices.of.items() if kind in typed_in and len(there) <= MANY}


def _flat(fields: Iterable[Field]) -> Iterator[Field]:
    for each in fields:
        yield each
        yield from _flat(each.inner)


def begun(
    process: Process[Any],
    command: str,
    choices: Choices,
    *,
    present: Mapping[str, Any],
    given: Mapping[str, Any],
    amends: bool,
) -> Sheet:
    """A form for its first time: with present values of what it amends, and with what the link names already.

    A value that is hidden from the reader, or partly, is left empty and stays as it is.
    """
    model = process.commands[command]
    hidden = frozenset(name for name, value in present.items() if _is_hidden(value))
    was = {name: value for name, value in present.items() if name not in hidden and value is not None}
    fields = fields_of(model)
    known = {each.name for each in fields}
    typed = answers.shown(fields, {**was, **{k: v for k, v in given.items() if k in known}}, fresh=not amends)
    return Sheet(process.name, command, model, choices, typed, was if amends else {}, amends, hidden)


def sent(
    process: Process[Any], command: str, choices: Choices, form: FormData, *, hidden: frozenset[str], amends: bool
) -> Sheet:
    """The form as it came back, with everything that was typed."""
    typed = {name: str(value) for name, value in form.items() if name.startswith(f"{ROOT}.")}
    was = _was(str(form.get("was", "{}"))) if amends else {}
    command_id = str(form.get("command_id", ""))
    return Sheet(process.name, command, process.commands[command], choices, typed, was, amends, hidden, (), command_id)


def _was(text: str) -> Payload:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _is_hidden(value: Any) -> bool:
    """Whether a value, or any part of it, is kept from the reader."""
    match value:
        case dict():
            return value.get("hidden") is True or any(_is_hidden(inner) for inner in value.values())
        case list():
            return any(_is_hidden(inner) for inner in value)
        case str():
            return MASK in value
    return False
