"""What the views answer. Every answer is of the generation that is shown when the question is asked."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from domain.kernel.cases.case import Case
from domain.kernel.delegation import Chain
from domain.kernel.value import Value
from domain.organisation.model import Organisation
from eventstore import log
from eventstore.database import Connection
from readmodels.delegated_tasks import with_delegated
from readmodels.fold import Processes, fold
from readmodels.joined import asked_since, joined
from readmodels.rows import CaseRow, InboxRow
from readmodels.statements import sql
from readmodels.wanted import ANY_CASE, Wanted
from readmodels.words import asked_of_index

_NEWEST = 2**63 - 1


class Lag(Value):
    """How far a view is behind the log: events not shown, and the age of the oldest of them in seconds."""

    events: int
    seconds: float


class DeadLetter(Value):
    """An event that `view` could not take. `error` is a class name, `blocked_by` the position to be repaired first."""

    position: int
    view: str
    stream: str
    version: int
    type: str
    error: str
    blocked_by: int | None
    at: datetime


async def inbox(conn: Connection, person: str, *, now: datetime) -> list[InboxRow]:
    """The open tasks that `person` may do, the most urgent first."""
    return [InboxRow.of(row, now) for row in await conn.fetch(sql("inbox_of_person"), person)]


async def inbox_with_delegated(
    conn: Connection,
    processes: Processes,
    person: str,
    *,
    now: datetime,
    standing: Sequence[Chain],
    organisation: Organisation,
) -> list[InboxRow]:
    """The same with what `person` may do besides, each task once, as their own where it is.

    That is what roles they got since are asked (KRN-10), and what those are asked for whom they stand in under
    `standing`. Looked up when asked and copied nowhere: it covers what is open already and what comes, tasks of groups
    too, and is over when it is over (KRN-20). Nobody sees a matter of their own through it (KRN-21).
    """
    own = await inbox(conn, person, now=now)
    asked, before = asked_since(organisation, person, now)
    if asked:
        roles, units = zip(*asked, strict=True)
        rows = await conn.fetch(sql("inbox_of_roles"), person, roles, units, before)
        states = await _cases_of(conn, processes, rows)
        own += [InboxRow.of(row, now) for row in joined(rows, person, states)]
    principals = sorted({each[-1].principal for each in standing})
    others = await conn.fetch(sql("inbox_of_others"), principals) if principals else ()
    arranged = any(one.arranger for chain in standing for one in chain)  # seldom: only then their parties matter
    states = await _cases_of(conn, processes, others) if arranged else {}
    parties = {case: found.parties for case, found in states.items()}
    return with_delegated(own, others, person, standing=standing, organisation=organisation, now=now, parties=parties)


async def _cases_of(conn: Connection, processes: Processes, rows: Sequence[Any]) -> dict[str, Case]:
    """The cases of some rows, as the log has them: what was handed on stands in no view."""
    process = {row["case_id"]: processes[row["process"]] for row in rows}
    streams = await log.read_streams(conn, dict.fromkeys(process, 0)) if process else {}
    folded = {case: fold(process[case], events)[0] for case, events in streams.items()}
    return {case: process[case].case(found.state) for case, found in folded.items() if found is not None}


async def shared_tasks(conn: Connection, tasks: Mapping[str, str]) -> frozenset[str]:
    """Those of `tasks` (the case by the task) that several people are asked to do: any may claim one (KRN-23)."""
    found = await conn.fetch(sql("shared_tasks"), list(tasks.values()), list(tasks))
    return frozenset(row["task"] for row in found)


async def requesters(conn: Connection, cases: Collection[str]) -> dict[str, str]:
    """By case who asked for it; without those that nobody did."""
    found = await conn.fetch(sql("requesters"), list(cases))
    return {row["case_id"]: row["requester"] for row in found}


async def cases(
    conn: Connection,
    wanted: Wanted = ANY_CASE,
    *,
    now: datetime,
    limit: int = 100,
    after: int | None = None,
    known_at: datetime | None = None,
) -> list[CaseRow]:
    """Cases, newest first. `after` is `opened` of the last row of the page before; `known_at`: begun by that time."""
    text, given = listing(wanted, now=now, known_at=known_at)
    return _cases(await conn.fetch(text, _NEWEST if after is None else after, limit, *given), now)


def listing(wanted: Wanted, *, now: datetime, known_at: datetime | None = None) -> tuple[str, list[Any]]:
    """The statement that lists cases, and its values from the third on."""
    conditions = [*wanted.conditions(now), *([("opened_at <= {}", known_at)] if known_at else [])]
    filters, given = [], list[Any]()
    for condition, value in conditions:
        filters.append(condition.format(f"${len(given) + 3}"))
        given += [] if value is None else [value]
    return sql("list_cases").format(filters="".join(f" AND {each}" for each in filters)), given


async def case(conn: Connection, case_id: str, *, now: datetime) -> CaseRow | None:
    """One case as the view shows it, or None."""
    found = _cases(await conn.fetch(sql("one_case"), case_id), now)
    return found[0] if found else None


async def cases_named(conn: Connection, names: Sequence[str], *, now: datetime) -> dict[str, CaseRow]:
    """Cases by their ids, as far as the view shows them."""
    return {row.case: row for row in _cases(await conn.fetch(sql("cases_named"), list(names)), now)}


async def cases_with(
    conn: Connection,
    words: Sequence[Sequence[str]],
    people: Sequence[str],
    *,
    now: datetime,
    limit: int,
    after: int | None = None,
) -> list[CaseRow]:
    """Cases that may be meant, newest first: one spelling of each of `words` stands in them, or one of `people`.

    Spellings are in small letters. More may be found than is meant: what a reader sees of a row is searched again.
    """
    given = [[_as_json(each) for each in spellings] for spellings in words]
    found = " AND ".join(_ONE_STANDS.format(number) for number in range(3, 3 + len(given)))
    filters = f"({found}) OR {_ONE_STANDS.format(3 + len(given))}"
    text = sql("search_cases").format(filters=filters)
    rows = await conn.fetch(text, _NEWEST if after is None else after, limit, *given, list(people))
    return _cases(rows, now)


_ONE_STANDS = "EXISTS (SELECT FROM unnest(${}::text[]) one WHERE strpos(text, one) > 0)"


def _as_json(text: str) -> str:
    """As it stands in a column of JSON."""
    return json.dumps(text, ensure_ascii=False)[1:-1]


async def cases_of_words(
    conn: Connection, words: Sequence[str], *, now: datetime, limit: int, after: int | None = None
) -> list[CaseRow]:
    """Cases in whose text all of `words` (folded) stand, newest first; none where no word has a letter or digit."""
    asked = asked_of_index(list(words))
    if asked is None:
        return []
    before = _NEWEST if after is None else after
    return _cases(await conn.fetch(sql("cases_of_words"), before, limit, asked, list(words)), now)


async def case_titles(conn: Connection) -> list[str]:
    """The sentences (message ids) that titles of cases are made of."""
    return [row["sentence"] for row in await conn.fetch(sql("case_titles"))]


async def asked_by(conn: Connection, person: str, *, now: datetime, limit: int = 100) -> list[CaseRow]:
    """The cases that `person` asked for, newest first."""
    return _cases(await conn.fetch(sql("cases_asked_by"), person, limit), now)


async def pinned_policies(conn: Connection) -> Sequence[Any]:
    """`case_id`, `process` and `policy` (the version) of each open case that was submitted, newest first (KRN-40)."""
    return await conn.fetch(sql("pinned_policies"))


async def overdue_tasks(conn: Connection, *, now: datetime, process: str | None = None) -> list[InboxRow]:
    """Open tasks past their due time, one row for each person whose word is missing, the longest overdue first."""
    return [InboxRow.of(row, now) for row in await conn.fetch(sql("overdue_tasks"), now, process)]


async def tasks_of(
    conn: Connection, process: str, kinds: Sequence[str], *, now: datetime, limit: int = 2_000
) -> list[InboxRow]:
    """Open tasks of some kinds in the cases of a process, one row for each person asked, the first due first."""
    return [InboxRow.of(row, now) for row in await conn.fetch(sql("tasks_of"), process, list(kinds), limit)]


async def concerning(conn: Connection, person: str) -> Sequence[Any]:
    """`case_id` and `process` of each open case in which a person asked for something or was made to answer for it."""
    return await conn.fetch(sql("concerning"), person)


async def lag(conn: Connection) -> dict[str, Lag]:
    """By view. A view that was never begun is missing."""
    rows = await conn.fetch(sql("lag"))
    return {row["name"]: Lag(events=row["events"], seconds=max(row["seconds"], 0)) for row in rows}


async def dead_letters(conn: Connection, *, limit: int = 10_000, after: int = 0) -> list[DeadLetter]:
    """What the views that are shown could not take, in the order of the log; at most `limit`, after so many."""
    return [DeadLetter(**row) for row in await conn.fetch(sql("dead_letters"), limit, after)]


def _cases(rows: Sequence[Any], now: datetime) -> list[CaseRow]:
    return [CaseRow.of(row, now) for row in rows]
