"""Every page of staff stands at one place of the navigation, which says so; pages about oneself are in the menu."""

import pytest

from web.app import LOOKING, STAFF
from web.navigation import PLACES

OF_ONESELF = ("/delegations", "/")
IN_THE_FRAME = ("/search", "/notifications")
FILES = ".{ending}"


@pytest.mark.parametrize(
    ("here", "place"),
    [
        ("/policy", "/organisation"),
        ("/policy/trial", "/organisation"),
        ("/policy/3", "/organisation"),
        ("/organisation/people/e1005", "/organisation"),
        ("/cases/hiring-1/do/amend-requisition", "/cases"),
        ("/start/hiring/raise-requisition", "/start"),
        ("/operations/exceptions", "/operations"),
        ("/tasks", "/inbox"),
        ("/startled", None),
    ],
)
def test_a_page_belongs_to_the_place_that_it_is_reached_from(here: str, place: str | None):
    assert [one.path for one in PLACES if one.holds(here)] == ([place] if place else [])


def test_no_page_of_staff_is_without_a_place():
    paths = {route.path for router in (*STAFF, *LOOKING) for route in router.routes}
    paths = {path for path in paths if not path.endswith(FILES)}
    lost = {
        path for path in paths if not any(place.holds(path) for place in PLACES) and not path.startswith(OF_ONESELF[0])
    }

    assert lost - {*OF_ONESELF, *IN_THE_FRAME} == set()
    assert len(paths) > 20
