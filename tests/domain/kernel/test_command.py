"""What makes two commands the same wish: what was sent, not what a door filled in."""

from typing import Any

import pytest

from domain.kernel.command import Command, fingerprint

pytestmark = pytest.mark.rule("KRN-19")
RETURN: dict[str, Any] = {"task": "hiring-1.1", "outcome": "return", "comment": "Too high"}


def made(**changes: Any) -> Command:
    return Command(**{"case": "hiring-1", "process": "hiring", "name": "decide", "actor": "e1003"} | changes)


def test_what_was_filled_in_is_no_part_of_the_wish():
    filled = [made(payload=RETURN | {"fields": fields}, filled=("fields",)) for fields in (["seats"], [])]
    assert fingerprint(filled[0]) == fingerprint(filled[1])


def test_what_was_sent_differs_from_the_same_filled_in():
    """Else whoever names a field as filled in could add it to what Signoff was about to send."""
    sent = fingerprint(made(payload=RETURN))
    for more in ({}, {"fields": ["seats"]}, {"conditions": []}):
        assert fingerprint(made(payload=RETURN | more, filled=("fields", "conditions"))) != sent
    assert fingerprint(made(payload=RETURN | {"fields": []})) != sent


@pytest.mark.parametrize(
    "change", [{"case": "hiring-2"}, {"process": "authority"}, {"name": "comment"}, {"actor": "e1004"}, {"payload": {}}]
)
def test_another_case_command_actor_or_content_is_another_wish(change: dict[str, Any]):
    assert fingerprint(made(**{"payload": RETURN} | change)) != fingerprint(made(payload=RETURN))


def test_the_door_and_the_time_are_no_part_of_the_wish():
    by_page = made(payload=RETURN, channel="web", authenticated="chosen", expected=7)
    assert fingerprint(by_page) == fingerprint(made(payload=RETURN))
