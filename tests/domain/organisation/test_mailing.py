"""How somebody wants their mail, and which came back: facts of one stream for each person."""

import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from domain.kernel.errors import Refused
from domain.kernel.events import Event, encode
from domain.kernel.values.sealed import Sealed
from domain.organisation.mailing import REGISTRY, MailBounced, MailPreferred, Preference, fold, prefer, stream_of
from domain.organisation.streams import refuse_bad_id

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
GOLDEN = Path(__file__).parent / "golden"
MAIL = UUID("6d1b7c52-7d0c-5a43-9a57-0f1f6f2f5d10")
ADDRESS = Sealed(subject="e1003", sealed="c2VhbGVk")
PREFERRED = MailPreferred(sending="escalations", language="th", at=NOW)


def bounced(status: str = "5.1.1") -> MailBounced:
    return MailBounced(mail=MAIL, status=status, address=ADDRESS, at=NOW)


@pytest.mark.parametrize("event", [PREFERRED, bounced()], ids=lambda event: type(event).__name__)
def test_what_was_written_is_read_forever(event: Event) -> None:
    name, version, payload = encode(event)
    stored = json.loads((GOLDEN / f"{name}.{version}.json").read_text())

    assert stored == payload
    assert REGISTRY.lift(name, version, stored) == event


def test_a_choice_says_nothing_of_what_came_back_and_the_other_way_round() -> None:
    known = fold(Preference(), [bounced(), PREFERRED])

    assert (known.sending, known.language, known.since, known.version) == ("escalations", "th", NOW, 2)
    assert (known.dead, known.returned) == (ADDRESS, {MAIL})


@pytest.mark.parametrize(
    ("status", "dead"),
    [("5.1.1", True), ("5.1.10", True), ("5.2.1", True), ("5.2.2", False), ("5.7.1", False), ("5.0.0", False)],
)
def test_only_what_says_that_there_is_no_such_address_makes_it_dead(status: str, *, dead: bool) -> None:
    assert (fold(Preference(), [bounced(status)]).dead == ADDRESS) is dead


def test_the_same_choice_again_is_no_fact() -> None:
    known = fold(Preference(), [PREFERRED])

    assert prefer(known, sending="escalations", language="th", languages=("en", "th"), at=NOW) == []
    [changed] = prefer(known, sending="escalations", language=None, languages=("en", "th"), at=NOW)
    assert fold(known, [changed]).language is None


def test_a_choice_is_one_of_those_there_are() -> None:
    for sending, language in (("hourly", None), ("daily", "xx")):
        with pytest.raises(Refused, match="is not one of"):
            prefer(Preference(), sending=sending, language=language, languages=("en", "th"), at=NOW)


def test_no_case_can_have_the_name_of_such_a_stream() -> None:
    with pytest.raises(Refused, match="records have this name"):
        refuse_bad_id(stream_of("e1003"))
