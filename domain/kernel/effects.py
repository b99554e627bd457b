"""What should happen in the world after events, and what other cases may know of this one.

Both are pure functions of events. Effects are recorded in the transaction of their events and carried out at least once
by the workflow, each safe to run twice. Claims are rows that other cases' decisions read; an exclusive claim that
someone else holds makes the append fail, whoever comes first (HIR-03).
"""

from datetime import datetime
from typing import Any, Literal

from domain.kernel.events import Event, encode
from domain.kernel.value import Value
from domain.kernel.values.message import Message
from domain.kernel.values.money import Money


class Notify(Value):
    """Tell people something. `digest` marks what may be gathered with others of its kind into one message (KRN-31)."""

    kind: Literal["notify"] = "notify"
    to: tuple[str, ...]
    about: Message
    task: str | None = None
    digest: bool = False


class TellCase(Value):
    """Send a command to another case. Delivered once: its command id is derived from the effect's id."""

    kind: Literal["tell"] = "tell"
    case: str
    process: str
    command: str
    payload: dict[str, Any] = {}


class StartCase(Value):
    """Start a case by its first command. Attaches if it already runs; the log allows it once, ever."""

    kind: Literal["start"] = "start"
    case: str
    process: str
    command: str
    payload: dict[str, Any] = {}


class Entry(Value):
    """An event of a record stream as the log will hold it."""

    type: str
    schema_version: int
    payload: dict[str, Any]

    @classmethod
    def of(cls, event: Event) -> "Entry":
        name, schema_version, payload = encode(event)
        return cls(type=name, schema_version=schema_version, payload=payload)


class Record(Value):
    """Append `events` to a record stream, once; then send `command` with `payload` and the `position` to `case`.

    The command id of the append derives from the effect's id, so that a second delivery finds the first.
    """

    kind: Literal["record"] = "record"
    stream: str
    events: tuple[Entry, ...]
    case: str
    process: str
    command: str
    payload: dict[str, Any] = {}


class MakeReport(Value):
    """Compute a report of the log as it was at `as_of`, and send `command` with it to the case: `payload` and `frozen`.

    What is sent is its position and hash (`Frozen`), not its content: that is made again from the log (STS-04).
    """

    kind: Literal["report"] = "report"
    report: str
    asked: dict[str, Any]
    as_of: datetime
    case: str
    process: str
    command: str
    payload: dict[str, Any] = {}


class OpenApart(Value):
    """Opens what people gave under the key of the case, tells the case the texts without their order, destroys the key.

    `texts` are ciphertexts by question; `command` gets them in the clear, sorted, as `texts` by question (REV-12).
    """

    kind: Literal["open-apart"] = "open-apart"
    texts: dict[str, tuple[str, ...]]
    case: str
    process: str
    command: str


Effect = Notify | TellCase | StartCase | Record | MakeReport | OpenApart


class Claim(Value):
    """What a case says it holds: (kind, key) with the holder's stream and an item number inside it.

    `amount` lets requests be added up (KRN-05), `since` bounds the days that count.
    """

    kind: str
    key: str
    item: str = ""
    exclusive: bool = False
    amount: Money | None = None


class Release(Value):
    """Ends a claim of this case."""

    kind: str
    key: str
    item: str = ""


class HeldClaim(Value):
    """A claim as read for a decision: who holds it, since when (UTC)."""

    claim: Claim
    stream: str
    since: datetime


class ClaimQuery(Value):
    """Which claims a decision needs to see: all holders of (kind, key).

    With `lock`, decisions that ask so for the same key are made one after another: who comes second sees what the first
    claimed.
    """

    kind: str
    key: str
    lock: bool = False
