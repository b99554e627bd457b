"""Signing in at a real OpenID provider: who gets in, who does not and is told why, and what cannot be replayed."""

import re
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.web.identity.conftest import Place
from tests.web.identity.provider.running import HERE, Provided, back, new_key, providing, sign_in

ADDRESS = "prasert.w@siam-orchard.example"


async def test_a_person_known_by_a_verified_address_gets_in_and_to_where_they_wanted(company: Place):
    async with company.browser() as http:
        answer = await sign_in(http, ADDRESS, to="/inbox?x=1")
        inbox = await http.get("/inbox")

    assert (answer.status_code, answer.headers["location"]) == (303, "/inbox?x=1")
    assert inbox.status_code == 200
    assert "e1003" in inbox.text
