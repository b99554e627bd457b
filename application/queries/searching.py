"""One search over cases, projects, people, lines and objectives: what a reader may see, as in lists (KRN-43).

Cases are found by their titles, and by what is written in them: see docs/adr/0041.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import readmodels
from application.queries.browsing import found_people
from application.queries.lines import may_see_line
from application.queries.listing import Told, case_page, seeing, told_row
from application.services import Services
from application.visibility import folded, look, look_at, policy_viewer
from domain.kernel.errors import Refused
from domain.kernel.showing.redaction import HIDDEN
from domain.kernel.value import Value
from domain.organisation.model import Organisation
from readmodels import Wanted
from readmodels.rows import CaseRow
from readmodels.words import folded as folded_text
from readmodels.words import text_of
from runtime.translations import LANGUAGES, catalogue, said

PROJECTS = frozenset({"project", "project_request"})
MOST = 50
"""Hits of each kind."""
MOST_WORDS = 16
"""Words that are looked for in the view; all of them are looked for in what it finds."""
MOST_NAMED = 20
"""With more people of that name, cases are not found by it."""
AT_ONCE = 500
OF_WORDS_AT_ONCE = 100
MOST_READ = 50
"""Cases that are read for one search because readers see different things in them."""
STRATEGY, MOST_PLANS = "strategy", 20
_PLACE = re.compile(r"\{[^}]*\}")


class Hit(Value):
    """`title` is in the reader's language; `process` and `closed` are those of a case, `case` where an objective is."""

    kind: Literal["case", "project", "person", "line", "objective"]
    id: str
    title: str
    process: str | None = None
    closed: bool | None = None
    case: str | None = None


@dataclass(frozen=True)
class _Looked:
    """What is looked for: each word in small letters with the spellings under which the view may have it."""

    words: Mapping[str, tuple[str, ...]]
    people: frozenset[str]


async def search(services: Services, text: str, *, reader: str, language: str) -> list[Hit]:
    """What has all words of `text`, in any language: parts of words are enough, so Thai needs no spaces.

    Nothing for a reader who does not work here but the cases that they see. Raises Refused `nothing-to-find`.
    """
    words = list(dict.fromkeys(text.replace("\x00", "�").lower().split()))
    if not words:
        raise Refused("nothing-to-find", "Say what to look for: a part of a title, a name or an id.")
    organisation = await services.organisation()
    now = datetime.now(UTC)
    works_here = reader in organisation.people and organisation.works_here(reader, organisation.day_of(reader, now))
    people = await found_people(services, organisation, text) if works_here else []
    looked = await _looked(services, words, frozenset(people if len(people) <= MOST_NAMED else ()))
    cases = await _cases(services, looked, reader=reader, language=language)
    cases += await _by_content(services, words, {hit.id for hit in cases}, reader=reader, language=language)
    cases = cases[:MOST]
    lines = _lines(organisation, words, reader, language, now) if works_here else []
    objectives = await _objectives(services, words, reader)
    return [*cases, *await _people(services, people[:MOST], language), *lines, *objectives]


async def _looked(services: Services, words: Sequence[str], people: frozenset[str]) -> _Looked:
    """A word may stand in the sentence of a title as another language has it."""
    await services.fresh()
    async with services.pool.acquire() as conn:
        sentences = [] if all(word.isascii() for word in words) else await readmodels.case_titles(conn)
    spoken = {
        each.lower(): [_PLACE.sub("", catalogue(code).gettext(each)).lower() for code in LANGUAGES]
        for each in sentences
    }
    return _Looked(
        {word: (word, *(each for each, all_ in spoken.items() if any(word in one for one in all_))) for word in words},
        people,
    )


async def _cases(services: Services, looked: _Looked, *, reader: str, language: str) -> list[Hit]:
    sees = await seeing(services, Wanted(), reader)
    spellings = list(looked.words.values())[:MOST_WORDS]
    found: list[Hit] = []
    after: int | None = None
    while len(found) < MOST:
        async with services.pool.acquire() as conn:
            rows = await readmodels.cases_with(
                conn, spellings, sorted(looked.people), now=datetime.now(UTC), limit=AT_ONCE, after=after
            )
        seen = [(row, told_row(row, visibility)) for row in rows if (visibility := sees(row)) is not None]
        found += [_case(row, told, language) for row, told in seen if _meant(told, looked)]
        if len(rows) < AT_ONCE:
            break
        after = rows[-1].opened
    return found[:MOST]


async def _by_content(
    services: Services, words: Sequence[str], but: set[str], *, reader: str, language: str
) -> list[Hit]:
    """Cases that the reader sees, with all words in what they see of them.

    The index has what everybody reads who sees the case. Where something is hidden from the reader, or a process
    shows by eyes, their own picture of the case is searched.
    """
    sees = await seeing(services, Wanted(), reader)
    seen_by = await policy_viewer(services, reader)
    asked = [folded_text(word) for word in words]
    found: list[Hit] = []
    read = 0
    after: int | None = None
    while len(found) < MOST:
        async with services.pool.acquire() as conn:
            rows = await readmodels.cases_of_words(
                conn, asked, now=datetime.now(UTC), limit=OF_WORDS_AT_ONCE, after=after
            )
        for row in rows:
            visibility = sees(row)
            if visibility is None or visibility.row != "case" or row.case in but or len(found) == MOST:
                continue
            if not visibility.whole or services.process(row.process).shows_by_eyes:
                read += 1
                if read > MOST_READ:
                    continue
                shown = text_of(look_at(await folded(services, row.case), seen_by).described()["state"])
                if not all(word in shown for word in asked):
                    continue
            found.append(_case(row, told_row(row, visibility), language))
        if len(rows) < OF_WORDS_AT_ONCE:
            break
        after = rows[-1].opened
    return found


def _meant(told: Told, looked: _Looked) -> bool:
    """By what the reader sees: no answer says what stands in a title that is hidden from them."""
    title = told["case_title"]
    args = list(title["args"].values()) if _is_message(title) else []
    if looked.people.intersection([*args, *([told["requester"]] if isinstance(told["requester"], str) else [])]):
        return True
    spoken = [_spoken(title, code) for code in LANGUAGES]
    text = " ".join([told["case"], *spoken, *args]).lower()
    return all(word in text for word in looked.words)


def _case(row: CaseRow, told: Told, language: str) -> Hit:
    title = _spoken(told["case_title"], language)
    kind: Literal["case", "project"] = "project" if row.process in PROJECTS else "case"
    return Hit(kind=kind, id=row.case, title=title or row.process, process=row.process, closed=row.closed)


def _is_message(title: Any) -> bool:
    return bool(title) and title != HIDDEN


def _spoken(title: Any, language: str) -> str:
    return said(title["id"], title["args"], language) if _is_message(title) else ""


async def _people(services: Services, people: Iterable[str], language: str) -> list[Hit]:
    names = await services.people.names(people, language)
    return [Hit(kind="person", id=person, title=name) for person, name in names.items()]


def _lines(organisation: Organisation, words: Sequence[str], reader: str, language: str, now: datetime) -> list[Hit]:
    found = (
        line
        for line in organisation.budget_lines.values()
        if all(word in " ".join([line.id, *line.name.values()]).lower() for word in words)
        and may_see_line(organisation, line, reader, now)
    )
    return [Hit(kind="line", id=each.id, title=each.name.get(language, each.id)) for each in found][:MOST]


async def _objectives(services: Services, words: Sequence[str], reader: str) -> list[Hit]:
    """Those of the newest plans of which the reader sees the state, each by its newest text."""
    if STRATEGY not in services.processes:
        return []
    plans = await case_page(services, Wanted(process=STRATEGY), reader=reader, limit=MOST_PLANS)
    found: dict[tuple[str, str], str] = {}
    for row in plans.rows:
        seen = (await look(services, row["case"], reader)).described()
        found |= {(row["case"], each["id"]): each["text"] for each in _objectives_in(seen["state"])}
    hits = (Hit(kind="objective", id=name, title=text, case=case) for (case, name), text in found.items())
    return [hit for hit in hits if all(word in f"{hit.id} {hit.title}".lower() for word in words)][:MOST]


def _objectives_in(value: Any) -> Iterator[Mapping[str, str]]:
    match value:
        case {"id": str(), "text": str(), "measure": _, "target": _}:
            yield value
        case dict():
            for inner in value.values():
                yield from _objectives_in(inner)
        case list():
            for inner in value:
                yield from _objectives_in(inner)
