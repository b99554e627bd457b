"""What one person may see of a task that waits for them and of its content: in a mail, and on the page behind it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from application.queries.delegated_tasks import acts_for
from application.services import Services
from application.visibility import VisibleCase, look
from application.wording import formats
from domain.kernel.cases.case import Task
from domain.kernel.deciding.tasks import ANSWER, DECIDE
from domain.kernel.showing.budget_effects import budget_effects
from domain.kernel.showing.questions import questions
from domain.kernel.values.message import N_, Message
from domain.kernel.values.money import Money
from runtime.translations import catalogue

FIELDS = (
    N_("grade"), N_("salary band"), N_("location"), N_("seats"), N_("unit"), N_("budget line"),
    N_("salary"), N_("start date"), N_("candidate"), N_("reason"), N_("offer"), N_("failed checks"),
    N_("business case"), N_("job description"),
)  # fmt: skip
"""The fields of contents, as people write them."""

_MONEY = re.compile(r"-?\d+(\.\d+)? [A-Z]{3}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Before:
    """A decision that stands, of somebody who was asked before."""

    actor: str
    outcome: str
    step: str
    at: datetime


@dataclass(frozen=True)
class ApprovalRequest:
    """An open task as a person sees it, who may do it `on_behalf_of` somebody else.

    `fields` are the material ones of the content, hidden ones as such (KRN-43). `why` are the values that say why it is
    asked for, `files` the names of the documents, `checks` what it does to budget lines; a task that answers has its
    `question` and who asked it.

    `content_hash` names the content of its step (KRN-14); it is None, as `amount`, where nothing is decided. It is None
    too where a part of the content is hidden, for it would tell it: that is decided on the pages, not by a link.
    """

    case: str
    task: str
    title: Message
    about: Message | None
    requester: str | None
    due_at: datetime
    on_hold: bool
    fields: Mapping[str, Any]
    amount: Any = None
    before: tuple[Before, ...] = ()
    why: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    checks: tuple[Mapping[str, Any], ...] = ()
    question: Any = None
    asked_by: str | None = None
    content_hash: str | None = None
    on_behalf_of: str | None = None


async def matter_of(
    services: Services, case: str, task: str, person: str, on_behalf_of: str | None = None
) -> ApprovalRequest | None:
    """As `matter`, of the case as it is now. Raises Refused `no-such-case` where the person must not know of it."""
    return await approval_request(services, await look(services, case, person), task, on_behalf_of or person)


async def approval_request(services: Services, seen: VisibleCase, task: str, asked: str) -> ApprovalRequest | None:
    """What waits for `asked`, as its reader sees it, who is `asked` or stands in for them today.

    None if the task is over, is not theirs to do, or they do not see the case.
    """
    found = _matter(seen, task, asked)
    if found is None or asked == seen.reader:
        return found
    return replace(found, on_behalf_of=asked) if await acts_for(services, seen, task, asked) else None


def _matter(seen: VisibleCase, task: str, person: str) -> ApprovalRequest | None:
    if not seen.sees_anything:
        return None
    shown = seen.described()
    inside = shown["state"].get("case") or {}
    found = next((Task.model_validate(each) for each in shown["tasks"] if each["id"] == task), None)
    if found is None or shown["closed"] or person not in found.waiting:
        return None
    review = (inside.get("reviews") or {}).get(found.subject) if found.kind == DECIDE else None
    return ApprovalRequest(
        case=shown["case"],
        task=task,
        title=found.title,
        about=Message.model_validate(inside["title"]) if inside.get("title") else None,
        requester=_plain((review or inside).get("requester")),
        due_at=found.timing.due_at,
        on_hold=shown["on_hold"] is True,
        **_reviewed(review, found, seen.process.asking.why) if review else {"fields": {}},
        **_asked(seen, found),
        files=_files(inside, found) if review else (),
        checks=budget_effects(seen.process, seen.seen, found.subject, seen.redactor.of) if review else (),
    )


def _asked(seen: VisibleCase, task: Task) -> dict[str, Any]:
    """The question that a task answers."""
    found = questions((each.type, each.payload) for each in seen.seen).get(task.id) if task.kind == ANSWER else None
    return {"question": seen.redactor.of({"question": found.text})["question"], "asked_by": found.by} if found else {}


def _files(inside: Mapping[str, Any], task: Task) -> tuple[str, ...]:
    attached = inside.get("attachments")
    about = (None, task.id, task.subject)
    return tuple(each["name"] for each in attached if each["about"] in about) if isinstance(attached, list) else ()


def _reviewed(review: Mapping[str, Any], task: Task, why: Iterable[str]) -> dict[str, Any]:
    data = review["data"]
    return {
        "why": {name: data[name] for name in why if data.get(name)},
        "fields": {name: data.get(name) for name in review["fields"]},
        "amount": review.get("amount"),
        "before": tuple(
            Before(each["actor"], each["outcome"], each["step"], datetime.fromisoformat(each["at"]))
            for each in review["decisions"]
            if each["standing"]
        ),
        "content_hash": _plain(next(step["content_hash"] for step in review["steps"] if step["name"] == task.step)),
    }


def _plain(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def in_words(value: Any, language: str) -> str:
    """A value of a content as a person reads it."""
    gettext = catalogue(language).gettext
    match value:
        case {"hidden": True}:
            return gettext("hidden")
        case {"amount": _, "currency": _}:
            return formats.money(Money.model_validate(value), language)
        case {"id": str(key), "version": str(version)}:
            return f"{key}, {gettext('version')} {version}"
        case {"min": low, "max": high}:
            return f"{in_words(low, language)} – {in_words(high, language)}"
        case dict():
            return ", ".join(
                f"{field_name(name, language)}: {in_words(each, language)}" for name, each in value.items()
            )
        case list() | tuple():
            return ", ".join(in_words(each, language) for each in value)
        case bool():
            return gettext("yes") if value else gettext("no")
        case None:
            return "–"
        case str() if _MONEY.fullmatch(value):
            amount, currency = value.split()
            return formats.money(Money.model_validate({"amount": amount, "currency": currency}), language)
        case str() if _DAY.fullmatch(value):
            return formats.day(date.fromisoformat(value), language)
    return str(value)


def field_name(name: str, language: str) -> str:
    """The name of a field as a person writes it."""
    found = catalogue(language).gettext(name.replace("_", " "))
    return found[:1].upper() + found[1:]
