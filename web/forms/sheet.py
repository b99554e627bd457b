"""One form on one page: what it asks and offers, what stands in it, and what is wrong with that."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

from pydantic import BaseModel
from starlette.datastructures import FormData

from application import personal
from application.services import Services
from domain.kernel.errors import Refused
from domain.kernel.process import Process
from domain.kernel.showing.redaction import MASK
from web.forms import answers
from web.forms.answers import ROOT, Payload
from web.forms.choices import Choices, resolved
from web.forms.fields import Field, fields_of
from web.forms.words import asked_of, help_of
from web.forms.wrong import Wrong, from_refusal, mistakes, twice

KEEP = "keep."
"""Before the name of a field that two people changed: `now` keeps what holds, anything else what was typed."""


@dataclass(frozen=True)
class Sheet:
    """`typed` is by name of field, `was` the payload that the form began with: only what differs from it is sent.

    `hidden` are the names of fields whose present value the reader may not see (KRN-43). `first` are those that are
    asked at once, `fills` those from which others follow.
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
    first: tuple[str, ...] = ()
    fills: frozenset[str] = frozenset()
    command_id: str = field(default_factory=lambda: str(uuid4()))

    @property
    def fields(self) -> tuple[Field, ...]:
        return fields_of(self.model)

    @property
    def asked(self) -> tuple[Field, ...]:
        return asked_of(self.command, self.model)

    @property
    def sentence(self) -> str:
        return help_of(self.command, self.model)

    @property
    def was_json(self) -> str:
        return json.dumps(self.was, sort_keys=True)

    def label(self, name: str) -> str:
        return self.path(f"{ROOT}.{name}")[-1]

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

    async def read(self, services: Services) -> tuple["Sheet", Payload]:
        """The form as it was sent with all that is wrong with it, and the payload to send if nothing is."""
        meant = await resolved(services, self.fields, answers.answered(self.fields, self.typed), self.choices)
        payload, wrong = meant.payload, [*meant.wrong, *twice(self.fields, self.typed)]
        typed = answers.shown(self.fields, payload)
        if self.amends:
            payload = answers.changes(self.fields, payload, self.was)
        if not wrong:
            wrong += self._mistakes(payload)
        return replace(self, choices=meant.choices, typed=typed, wrong=wrong), payload

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

    @property
    def at_once(self) -> tuple[Field, ...]:
        """What is asked first; everything, where the process says nothing of it or something stands already."""
        return tuple(one for one in self.asked if one.name in self.first) if self.first else self.asked

    @property
    def under_more(self) -> tuple[Field, ...]:
        return tuple(one for one in self.asked if one.name not in self.first) if self.first else ()

    @property
    def more_is_open(self) -> bool:
        """Whether something under “More” is wrong, or is needed and does not follow from what is asked first."""
        more = {one.name for one in self.under_more}
        return any(one.at.split(".")[1:2] and one.at.split(".")[1] in more for one in self.wrong)

    def filled(self, values: Mapping[str, Any], *, anew: bool = False) -> "Sheet":
        """With these values where nothing was typed; `anew` in place of what was."""
        asked = [one for one in self.fields if one.name in values and (anew or not self._typed_in(one.name))]
        given = answers.shown(asked, values)
        names = {one.name for one in asked}
        kept = {at: value for at, value in self.typed.items() if at.split(".")[1] not in names}
        return replace(self, typed={**kept, **given})

    def _typed_in(self, name: str) -> bool:
        at = f"{ROOT}.{name}"
        return any(value for typed, value in self.typed.items() if typed == at or typed.startswith(f"{at}."))

    def rearranged(self, does: str) -> "Sheet | None":
        """The form with a row more (`add:p.checks`) or less (`drop:p.checks.0`); None where neither was asked."""
        match does.partition(":"):
            case "fill" | "show", "", "":
                return self
            case "add", ":", at:
                return replace(self, typed=answers.with_row(self.fields, self.typed, at))
            case "drop", ":", row:
                return replace(self, typed=answers.without_row(self.typed, row))
        return None

    def changed_by_both(self, now: Payload) -> tuple[str, ...]:
        """The fields that were changed here, and to something else in `now`, since the form was opened."""
        typed = answers.answered(self.fields, self.typed)
        mine, apart = (answers.changes(self.fields, typed, held) for held in (self.was, now))
        theirs = answers.changes(self.fields, self._plain(now), self.was)
        return tuple(name for name in mine if name in apart and name in theirs)

    def rebased(self, now: Payload) -> "Sheet":
        """The same changes as a new form that began with what holds now."""
        mine = answers.changes(self.fields, answers.answered(self.fields, self.typed), self.was)
        kept = {at: value for at, value in self.typed.items() if at.split(".")[1] in mine}
        others = {name: value for name, value in now.items() if name not in mine}
        return replace(self, was=now, typed=answers.shown(self.fields, others) | kept, command_id=str(uuid4()))

    def keeping(self, names: Collection[str]) -> "Sheet":
        """The form with what it began with in these fields, instead of what was typed there."""
        typed = {at: value for at, value in self.typed.items() if at.split(".")[1] not in names}
        kept = {name: value for name, value in self.was.items() if name in names}
        return replace(self, typed=typed | answers.shown(self.fields, kept))

    def _plain(self, payload: Payload) -> Payload:
        """A payload as it comes back from a form that shows it."""
        return answers.answered(self.fields, answers.shown(self.fields, payload))

    @property
    def datalists(self) -> dict[str, Mapping[str, str]]:
        """What goes along with the page for fields in which one types, by kind; of too much only what was found."""
        typed_in = {each.among.what for each in _flat(self.asked) if each.among and not self.choices.listed(each)}
        typed_in |= {"person"} if self.command == "attach" else set()
        return {kind: there for kind in self.choices.of if kind in typed_in and (there := self.choices.along(kind))}


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
    sheet = Sheet(process.name, command, model, choices, typed, was if amends else {}, amends, hidden)
    return _asking_as(process, sheet)


def _asking_as(process: Process[Any], sheet: Sheet) -> Sheet:
    """Ordered as the process says."""
    fills = frozenset(process.asking.fills_in.get(sheet.command, {}))
    return replace(sheet, first=process.asking.first.get(sheet.command, ()), fills=fills)


def sent(
    process: Process[Any], command: str, choices: Choices, form: FormData, *, hidden: frozenset[str], amends: bool
) -> Sheet:
    """The form as it came back, with everything that was typed."""
    typed = {name: str(value) for name, value in form.items() if name.startswith(f"{ROOT}.")}
    model = process.commands[command]
    was = _was(str(form.get("was", "{}")), fields_of(model)) if amends else {}
    command_id = str(form.get("command_id", ""))
    sheet = Sheet(process.name, command, model, choices, typed, was, amends, hidden, (), command_id=command_id)
    sheet = _asking_as(process, sheet)
    kept = {name.removeprefix(KEEP) for name, value in form.items() if name.startswith(KEEP) and value == "now"}
    return sheet.keeping(kept) if kept else sheet


def _was(text: str, fields: Sequence[Field]) -> Payload:
    """What a form of these fields can have begun with: whatever else the hidden field claims is dropped."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return answers.answered(fields, answers.shown(fields, found)) if isinstance(found, dict) else {}


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
