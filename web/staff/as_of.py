"""The case page as it was known at an earlier time: what `?as_of=` asks for, and what the form shows (KRN-50)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request

from domain.kernel.errors import Refused


@dataclass(frozen=True)
class AsOf:
    """`at` is UTC; `local` is the same for a field of date and time on the reader's clock."""

    at: datetime
    local: str

    @property
    def text(self) -> str:
        """For an address."""
        return self.at.isoformat().replace("+00:00", "Z")


def asked(request: Request, zone: str) -> AsOf | None:
    """None is now. A time without a zone is the reader's own. Raises Refused `bad-time`."""
    text = request.query_params.get("as_of", "").strip()
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
        place = ZoneInfo(zone)
        at = (found if found.tzinfo else found.replace(tzinfo=place)).astimezone(UTC)
        local = at.astimezone(place).replace(tzinfo=None).isoformat(timespec="seconds")
    except (ValueError, OverflowError):
        raise Refused("bad-time", "{time} is not a time; write one like 2026-11-23T09:30.", time=text[:40]) from None
    return AsOf(at, local)


def instants(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """When something happened, oldest first: the stops of the slider."""
    return list(dict.fromkeys(str(row["recorded_at"]) for row in rows))
