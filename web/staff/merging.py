"""Two people amend one case at once: what both changed is shown to whoever comes second, who chooses (KRN-19)."""

from collections.abc import Sequence
from dataclasses import dataclass

from application.wording.reader import Reader
from web.forms.answers import Payload
from web.forms.sheet import Sheet
from web.staff.render_json import StoredEvent, fact


@dataclass(frozen=True)
class Clash:
    """One field as it stood when the form was opened, as somebody else made it since, and as it was typed here."""

    field: str
    was: StoredEvent | None
    now: StoredEvent | None
    mine: StoredEvent | None


def clashes(sheet: Sheet, now: Payload, mine: Payload, reader: Reader) -> Sequence[Clash]:
    """What this form (`mine` is what it changes) and somebody else since made different; `now` is what holds."""
    return [
        Clash(name, *(fact(known.get(name), reader) for known in (sheet.was, now, mine)))
        for name in sheet.changed_by_both(now)
    ]
