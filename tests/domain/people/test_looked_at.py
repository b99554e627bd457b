"""Conditions of a policy see what hiring says they see (KRN-12)."""

import pytest

from domain.people.hiring.policy_fields import SEEN
from tests.domain.kinds import mistaken
from tests.domain.people.company import RECRUITER, accepted, interviewed, opened, sealed
from tests.domain.people.test_closing import ANN


@pytest.mark.rule("KRN-12")
def test_what_the_routes_of_hiring_see_is_what_is_submitted():
    play = interviewed(opened(), ANN)
    accepted(play, ANN)
    play.do(RECRUITER, "record-check", candidate=ANN, check="references", result="failed")
    play.do(RECRUITER, "rescind-offer", candidate=ANN, reason=sealed(ANN))

    assert mistaken(play.events, SEEN) == []
