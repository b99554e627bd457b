"""Conditions of a policy see what the process says they see (KRN-12)."""

import pytest

from domain.people.job_description.process import SEEN
from tests.domain.kinds import mistaken
from tests.domain.people.company import LEAD
from tests.domain.people.job_description.cases import drafted, revised


@pytest.mark.rule("KRN-12")
def test_what_the_route_sees_is_what_is_submitted():
    details = [{"topic": name, "text": "x"} for name in ("technologies", "privacy")]
    events = [*drafted(by=LEAD, speciality="data", details=details).last, *revised(by=LEAD, grade=6).last]
    assert mistaken(events, {"review": SEEN}) == []
