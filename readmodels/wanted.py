"""Which cases are asked for: one question to the stored rows and to rows folded from the log."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from domain.kernel.showing.confidential import SUBJECT
from domain.kernel.value import Value
from readmodels.rows import CaseRow


class Wanted(Value):
    """Cases that have all of it. `units` None is any unit, also none; an empty set is no case at all.

    `stuck` are open cases with a step that nobody can do (KRN-13), `overdue` those with a task past its due time.
    `person` asked for it or is waited for; `id_part` is somewhere in its id. It is about one of `about`: they have one
    of the parts in `as_parts`.
    """

    process: str | None = None
    units: frozenset[str] | None = None
    open_only: bool = False
    stuck: bool = False
    overdue: bool = False
    person: str | None = None
    id_part: str = ""
    about: frozenset[str] | None = None
    as_parts: tuple[str, ...] = (SUBJECT,)

    @property
    def columns(self) -> frozenset[str]:
        """What of a row the question looks at; whoever may not see one of them learns nothing by asking (KRN-43)."""
        asked = {"process": self.process, "unit": self.units, "closed": self.open_only}
        asked |= dict.fromkeys(("requester", "waiting_on"), self.person)
        asked |= {"parts": self.about}
        troubles = {"stuck": self.stuck, "overdue": self.overdue}
        return frozenset(name for name, on in (asked | troubles).items() if on not in (None, False))

    def has(self, row: CaseRow) -> bool:
        """Whether the row, as it is told for an instant, is one of them."""
        return (
            self.process in (None, row.process)
            and (self.units is None or row.unit in self.units)
            and not (row.closed and (self.open_only or self.stuck or self.overdue))
            and not (self.stuck and not row.stuck)
            and not (self.overdue and not row.overdue)
            and self.person in (None, row.requester, *row.waiting_on)
            and self.id_part in row.case
            and (self.about is None or bool(self.subjects_of(row)))
        )

    def subjects_of(self, row: CaseRow) -> frozenset[str]:
        """Those of `about` whom the row is about."""
        people = (person for part in self.as_parts for person in row.parts.get(part, ()))
        return frozenset(people) & (self.about or frozenset())

    def conditions(self, now: datetime) -> Iterator[tuple[str, Any]]:
        """The same in SQL, each with its value (None: it has none), for which `{}` stands."""
        if self.process is not None:
            yield "process = {}", self.process
        if self.units is not None:
            yield "unit = ANY ({}::text[])", sorted(self.units)
        if self.open_only or self.stuck or self.overdue:
            yield "NOT closed", None
        if self.stuck:
            yield "stuck <> '{{}}'", None
        if self.overdue:  # in the words of the index of due times
            yield "NOT on_hold AND due_at IS NOT NULL AND due_at < {}", now
        if self.person is not None:
            yield "(requester = {0}::text OR {0}::text = ANY (waiting_on))", self.person
        if self.id_part:
            yield "strpos(case_id, {}) > 0", self.id_part
        if self.about is not None:
            parts = (part.replace("'", "''") for part in self.as_parts)  # words of our processes, never of a request
            either = (f"parts -> '{part}' ?| {{0}}::text[]" for part in parts)
            yield f"({' OR '.join(either)})", sorted(self.about)


ANY_CASE = Wanted()
