"""The company of the matrix: the small one of hiring's tests, and everybody whom the matrix asks about besides."""

from datetime import date, timedelta

from domain.kernel.command import SYSTEM
from domain.kernel.delegation import Delegation, Delegations
from domain.organisation.model import Organisation, Person, Position, RoleHolding, Unit
from tests.domain.people import company

STAND_IN, LEFT, COLLEAGUE, OPERATIONS, OTHER_HR, PRIVILEGED, SECOND = "e20", "e21", "e22", "e23", "e24", "e25", "e26"
IMPOSTOR = " system"
STRANGER = "e99"
_ROLES = {
    LEFT: ("recruiter", "co"), OPERATIONS: ("operations", None), OTHER_HR: ("hr-partner", "shop"),
    PRIVILEGED: ("override", None), SECOND: ("override-review", None),
}  # fmt: skip
_ALL = (STAND_IN, LEFT, COLLEAGUE, OPERATIONS, OTHER_HR, PRIVILEGED, SECOND)


def _company() -> Organisation:
    """The small company, with a shop of its own that has an HR partner, and everybody whom the matrix asks about."""
    known = company.ORGANISATION
    units = {**known.units, "shop": Unit(id="shop", name={"en": "Shop"}, parent="co")}
    places = {who: "shop" if who == OTHER_HR else "co" for who in _ALL}
    posts = {
        f"p-{who}": Position(id=f"p-{who}", title={"en": who}, unit=unit, grade=5, reports_to="p-e1")
        for who, unit in places.items()
    }
    people = {
        who: Person(id=who, position=f"p-{who}", calendar="th", end=date(2026, 11, 10) if who == LEFT else None)
        for who in _ALL
    }
    holding = tuple(RoleHolding(role=role, person=who, unit=unit) for who, (role, unit) in _ROLES.items())
    return known.model_copy(
        update={
            "units": units,
            "positions": {**known.positions, **posts},
            "people": {**known.people, **people},
            "roles": (*known.roles, *holding),
        }
    )


COMPANY = _company()
STANDING_IN = Delegations(
    granted={
        who: Delegation(
            id=f"d-{who}", principal=who, delegate=STAND_IN,
            start=company.NOW - timedelta(days=1), end=company.NOW + timedelta(days=300),
        )
        for who in (company.MANAGER, company.FACILITIES)
    }
)  # fmt: skip
PEOPLE = (*sorted(COMPANY.people), company.ANN, company.BOB, STRANGER, IMPOSTOR, SYSTEM)
"""Everybody who tries; a stranger and an impostor are nobody that anyone knows."""
