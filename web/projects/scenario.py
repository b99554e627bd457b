"""What if: the changes of a scenario in the address of the page, so that it can be kept and shared (PFL-02).

`cut=CASE`, `delay=CASE:DAYS` and `add=FIELDS` (a query in itself) stand there in their order; nothing else is kept.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl, urlencode

from pydantic import ValidationError
from starlette.requests import Request

from domain.kernel.errors import Refused
from domain.kernel.values.message import N_, Message
from domain.projects.portfolio.what_if import Added, Change

KINDS = ("cut", "delay", "add")
MOST = 20
Pair = tuple[str, str]


@dataclass(frozen=True)
class Step:
    """One change, what it says in words, and the address of the page without it."""

    change: Change
    said: Message
    without: str


def pairs_of(request: Request) -> list[Pair]:
    return [(name, value) for name, value in request.query_params.multi_items() if name in KINDS]


def changes_of(pairs: Sequence[Pair]) -> list[Change]:
    """Raises Refused `bad-what-if`."""
    if len(pairs) > MOST:
        raise Refused("bad-what-if", "At most {most} changes can be tried together; take some out.", most=MOST)
    return [_change(name, value) for name, value in pairs]


def _change(name: str, value: str) -> Change:
    case, _, days = value.rpartition(":") if name == "delay" else (value, "", "0")
    try:
        if name == "add":
            return Change(do="add", added=Added.model_validate(_added(dict(parse_qsl(value)))))
        return Change.model_validate({"do": name, "project": case, "days": int(days)})
    except (ValidationError, ValueError) as error:
        raise _bad(name, error) from None


def _bad(name: str, error: ValueError) -> Refused:
    if name == "add":
        wrong = error.errors() if isinstance(error, ValidationError) else ()
        fields = ", ".join(dict.fromkeys(str(one["loc"][0]) for one in wrong if one["loc"]))
        template = "The project to add is not complete: {fields}. Give title, unit, budget line, year, money and end."
        return Refused("bad-what-if", template, fields=fields)
    return Refused("bad-what-if", "To delay a project, say by how many days: a whole number from 0 to 3650.")


def _added(given: Mapping[str, str]) -> dict[str, object]:
    made: dict[str, object] = {
        name: given[name].strip()
        for name in ("title", "unit", "line", "period", "plan", "finish")
        if given.get(name, "").strip()
    }
    if given.get("theme"):
        made["theme"] = given["theme"]
    if given.get("skill") and given.get("hours") and given.get("starts"):
        ends = {"starts": given["starts"], "ends": given.get("finish"), "hours": given["hours"]}
        made["demand"] = [{"skill": given["skill"], "person": None, **ends}]
    return made


def wished(request: Request) -> Pair | None:
    """What the form of the page asks for besides: to be put into the address."""
    given = request.query_params
    match given.get("do"):
        case "cut":
            return "cut", given.get("project", "")
        case "delay":
            return "delay", f"{given.get('project', '')}:{given.get('days', '').strip() or 0}"
        case "add":
            names = ("title", "unit", "line", "period", "plan", "finish", "theme", "skill", "hours", "starts")
            fields = {name: given[f"new_{name}"] for name in names if given.get(f"new_{name}")}
            return "add", urlencode(fields)
    return None


def address(kept: Sequence[Pair], pairs: Sequence[Pair]) -> str:
    return "/projects?" + urlencode([*kept, *pairs])


def steps(
    pairs: Sequence[Pair], changes: Sequence[Change], kept: Sequence[Pair], titles: Mapping[str, str]
) -> Iterator[Step]:
    for number, change in enumerate(changes):
        rest = [pair for place, pair in enumerate(pairs) if place != number]
        yield Step(change, _said(change, titles), address(kept, rest))


def _said(change: Change, titles: Mapping[str, str]) -> Message:
    name = titles.get(change.project, change.project)
    if change.do == "cut":
        return N_("{project} is cut", project=name)
    if change.do == "delay":
        return N_("{project} ends {days} days later", project=name, days=str(change.days))
    assert change.added is not None
    return N_("{project} is added", project=change.added.title)


def years(today: date) -> tuple[str, ...]:
    return tuple(str(today.year + n) for n in range(3))
