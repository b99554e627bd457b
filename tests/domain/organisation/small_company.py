"""A small company for tests: a director over an IT head over a vacant lead over an engineer, and a shop beside IT."""

from datetime import date, time

from domain.kernel.values.calendar import Calendar, Hours
from domain.kernel.values.money import Money
from domain.organisation.model import Organisation, Person, Position, Unit

TODAY = date(2026, 11, 23)
LATER = date(2027, 3, 1)
WEEK = ((Hours(start=time(9), end=time(17)),),) * 5 + ((), ())
BANGKOK = Calendar(id="th", country="TH", zone="Asia/Bangkok", week=WEEK)


def baht(amount: int) -> Money:
    return Money(amount=amount, currency="THB")


def unit(name, parent=None):
    return Unit(id=name, name={"en": name}, parent=parent)


def position(name, place, reports_to=None):
    return Position(id=name, title={"en": name}, unit=place, grade=5, reports_to=reports_to)


def person(name, place, **more):
    return Person(id=name, position=place, calendar="th", **more)


def organisation(**changes) -> Organisation:
    """Director e1 over IT head e2 over a vacant lead over engineer e4; the shop beside IT."""
    base = Organisation(
        units={x.id: x for x in (unit("company"), unit("it", "company"), unit("data", "it"), unit("shop", "company"))},
        positions={
            x.id: x
            for x in (
                position("director", "company"),
                position("head", "it", "director"),
                position("lead", "data", "head"),
                position("engineer", "data", "lead"),
                position("seller", "shop", "director"),
            )
        },
        people={
            x.id: x
            for x in (person("e1", "director"), person("e2", "head"), person("e4", "engineer"), person("e5", "seller"))
        },
        calendars={"th": BANGKOK},
    )
    return base.model_copy(update=changes)
