"""When something is due, in as few words as a row of a list has room for, and with what it is grouped."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from application.wording import formats
from domain.kernel.values.message import N_, Message

TODAY, WEEK, LATER = "today", "week", "later"
GROUPS = {TODAY: N_("Today"), WEEK: N_("This week"), LATER: N_("Later")}
WEEKDAYS = 7


def group(due: datetime, now: datetime, zone: ZoneInfo) -> str:
    """What is late belongs to today; a week ends with its Sunday."""
    day, today = due.astimezone(zone).date(), now.astimezone(zone).date()
    if day <= today:
        return TODAY
    return WEEK if day <= today + timedelta(days=6 - today.weekday()) else LATER


def chip(due: datetime, now: datetime, zone: ZoneInfo, language: str) -> Message:
    """“today 17:30”, “3 days late”, a day of the coming week by its name, else the date."""
    day, today = due.astimezone(zone).date(), now.astimezone(zone).date()
    if due < now and day < today:
        days = (today - day).days
        return N_("1 day late") if days == 1 else N_("{days} days late", days=str(days))
    if day == today:
        return N_("today {clock}", clock=f"{due.astimezone(zone):%H:%M}")
    if (day - today).days == 1:
        return N_("tomorrow")
    name = formats.weekday if (day - today).days < WEEKDAYS else formats.short_day
    return N_("{day}", day=name(day, language))
