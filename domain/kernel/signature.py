"""Doors sign the commands that they send: who wants what, over which channel, and how they were known (KRN-01, KRN-07).

Whoever reaches Temporal can type any actor and channel; only a door of this deployment can sign for them.
"""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

from domain.kernel.command import Command
from domain.kernel.errors import Refused
from domain.kernel.key_ring import KeyRing

VALID = timedelta(days=1)
"""How long after signing a workflow may take a command up: a copy of a refused one is worth nothing later."""

CLOCKS_DIFFER = timedelta(minutes=5)
_UNSIGNED = ("signature", "at")
_FORMAT = "1"


def sign(command: Command, ring: KeyRing, now: datetime) -> Command:
    """The command with a signature made at `now` (UTC) under the newest key."""
    stamp = f"{_FORMAT}.{ring.newest}.{int(now.timestamp())}"
    return command.model_copy(update={"signature": f"{stamp}.{_mac(ring.by_id[ring.newest], stamp, command)}"})


def require_signed(command: Command, ring: KeyRing, now: datetime) -> None:
    """Raises Refused `not-signed` unless a key of the ring signed exactly this, within `VALID` before `now`."""
    stamp, _, mac = command.signature.rpartition(".")
    match stamp.split("."):
        case [format_, key_id, seconds] if format_ == _FORMAT and key_id in ring.by_id and seconds.isdecimal():
            right = hmac.compare_digest(_mac(ring.by_id[key_id], stamp, command).encode(), mac.encode())
        case _:
            right, seconds = False, "0"
    if not right:
        raise unsigned(command)
    age = now - datetime.fromtimestamp(int(seconds), UTC)
    if not -CLOCKS_DIFFER <= age <= VALID:
        raise Refused("not-signed", "This command was signed too long ago; give it again.")


def unsigned(command: Command) -> Refused:
    """The refusal of a command that no door of this deployment sent."""
    return Refused(
        "not-signed",
        "{name} over {channel} was not sent by Signoff; give it in Signoff, signed in as the person you are.",
        name=command.name[:80],
        channel=command.channel,
    )


def _mac(key: bytes, stamp: str, command: Command) -> str:
    return hmac.new(key, stamp.encode() + b"\n" + canonical(command), hashlib.sha256).hexdigest()


def canonical(command: Command) -> bytes:
    """Everything that a door says, as the other side reads it; not when the workflow took it up."""
    said = command.model_dump(mode="json", exclude=set(_UNSIGNED))
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
