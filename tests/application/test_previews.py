"""How often a person may ask who would decide (KRN-41)."""

import pytest

from application.previews import DAY, HOUR, MOST, Previews, digest
from domain.kernel.errors import Refused


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def shown(previews: Previews, *what: object, person: str = "e1") -> None:
    for each in what:
        previews.refuse_many(person, str(each))
        previews.count(person, str(each))


@pytest.mark.rule("KRN-41")
def test_an_hour_and_a_day_each_have_their_end() -> None:
    clock = Clock()
    previews = Previews(clock=clock)
    (hourly, _), (daily, _) = MOST
    shown(previews, *range(hourly))
    with pytest.raises(Refused) as refused:
        previews.refuse_many("e1", "more")
    assert (refused.value.code, refused.value.details["minutes"]) == ("too-many", 60)
    clock.now += HOUR
    shown(previews, *range(hourly, daily))
    clock.now += HOUR
    with pytest.raises(Refused) as refused:
        previews.refuse_many("e1", "more")
    assert refused.value.details["seconds"] == DAY - 2 * HOUR
    clock.now += DAY - 2 * HOUR
    shown(previews, "more")


def test_the_same_again_is_free_and_others_are_not_counted() -> None:
    previews = Previews(clock=Clock())
    shown(previews, *range(MOST[0][0]))
    shown(previews, 0, 0, 0)
    shown(previews, *range(MOST[0][0]), person="e2")


def test_what_is_asked_is_told_apart_by_all_of_it() -> None:
    one = digest("hiring", "raise-requisition", {"seats": 1, "grade": 5})
    assert one == digest("hiring", "raise-requisition", {"grade": 5, "seats": 1})
    assert one != digest("hiring", "raise-requisition", {"grade": 5, "seats": 2})
