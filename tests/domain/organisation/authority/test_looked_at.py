"""Conditions of a policy see what authority says they see (KRN-12)."""

import pytest

from domain.organisation.authority.process import AUTHORITY
from tests.domain.kinds import mistaken
from tests.domain.organisation.authority.cases import asked, own, revoking


@pytest.mark.rule("KRN-12")
def test_what_the_routes_of_authority_see_is_what_is_submitted():
    events = [*asked().last, *revoking(own()).last]
    assert mistaken(events, AUTHORITY.policy_needs.seen) == []
