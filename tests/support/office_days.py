"""The day at the example company, which works in Bangkok: from five in the afternoon (UTC) it is tomorrow there."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

BANGKOK = ZoneInfo("Asia/Bangkok")


def office_day(at: datetime | None = None) -> date:
    """The day there now, or at an instant."""
    return (at or datetime.now(UTC)).astimezone(BANGKOK).date()
