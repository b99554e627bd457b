"""How often one may try, and whose address counts."""

import pytest
from starlette.requests import Request

from runtime.settings import Settings
from tests.web.identity.conftest import Place
from web.identity.limits import Limits
from web.identity.window import Window

PERSON = "e1003"


def asking(peer: str, *forwarded: str) -> Request:
    headers = [(b"x-forwarded-for", each.encode()) for each in forwarded]
    return Request({"type": "http", "client": (peer, 1), "headers": headers})


@pytest.mark.parametrize(
    ("trusted", "peer", "forwarded", "address"),
    [
        ("", "10.0.0.1", ("1.2.3.4",), "10.0.0.1"),
        ("10.0.0.0/8", "10.0.0.1", ("1.2.3.4",), "1.2.3.4"),
        ("10.0.0.0/8", "10.0.0.1", ("6.6.6.6, 1.2.3.4, 10.0.0.2",), "1.2.3.4"),
        ("10.0.0.0/8", "10.0.0.1", ("6.6.6.6", "1.2.3.4"), "1.2.3.4"),
        ("10.0.0.0/8", "9.9.9.9", ("1.2.3.4",), "9.9.9.9"),
        ("10.0.0.0/8", "10.0.0.1", (), "10.0.0.1"),
        ("10.0.0.0/8", "10.0.0.1", ("1.2.3.4, nonsense",), "10.0.0.1"),
        ("::1 10.0.0.0/8", "::1", ("2001:db8::1",), "2001:db8::1"),
    ],
)
def test_only_a_trusted_proxy_says_where_a_request_comes_from(
    place: Place, trusted: str, peer: str, forwarded: tuple[str, ...], address: str
):
    settings = Settings.model_validate({**dict(place.services.settings), "trusted_proxies": trusted})
    assert Limits(settings).address(asking(peer, *forwarded)) == address


async def test_who_signs_in_too_often_is_told_when_to_come_back(place: Place):
    few = place.under(place.services.settings.model_copy(update={"login_limit": 2}))
    async with few.browser() as http:
        answers = [await http.post("/login/choose", data={"person": person}) for person in ("e1001", "e9999", "e1002")]

    assert [answer.status_code for answer in answers] == [303, 404, 429]
    assert "too often" in answers[-1].text
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60


async def test_who_sends_too_many_forms_is_told_so_and_can_still_sign_out(place: Place):
    few = place.under(place.services.settings.model_copy(update={"decision_limit": 1}))
    async with few.chosen(PERSON) as http:
        csrf = (await http.get("/inbox")).text.split('name="csrf" value="')[1].split('"')[0]
        form = {"csrf": csrf, "task": "x.1", "outcome": "approve", "command_id": "0" * 32}
        first, second = [await http.post("/tasks", data=form) for _ in range(2)]

        assert first.status_code != 429
        assert (second.status_code, "too often" in second.text) == (429, True)
        assert "retry-after" in second.headers
        assert (await http.post("/logout", data={"csrf": csrf})).status_code == 303


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_window_moves_and_what_was_refused_does_not_count():
    clock = Clock()
    window = Window(60, clock=clock)
    assert (window.take("a", 2), window.take("b", 2)) == (0, 0)
    clock.now = 20
    assert window.take("a", 2) == 0
    clock.now = 30
    assert (window.take("a", 2), window.take("a", 2)) == (30, 30)
    clock.now = 60
    assert window.take("a", 2) == 0, "the first is a minute old, and the refused ones were none"
    assert window.take("a", 2) == 20


def test_a_window_forgets_who_has_been_idle():
    clock = Clock()
    window = Window(60, clock=clock)
    for number in range(100):
        clock.now = float(number)
        window.take(f"person {number}", 1)
    assert len(window) == 60
    clock.now = 1000
    window.take("somebody", 1)
    assert len(window) == 1
