"""The OpenID provider as a process of its own, and a browser without a screen that signs in there."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx
from joserfc.jwk import KeySet, RSAKey
from pydantic import SecretStr

from runtime.settings import Settings
from tests.web.npm.modules import installed
from tests.web.server import free_port

SCRIPT = Path(__file__).parent / "provider.mjs"
HERE = "https://signoff.test"
"""Where Signoff is, for browsers and the provider: never on a network, because its application is called directly."""
CLIENT, SECRET, AUDIENCE = "signoff", "secret-of-the-client", "https://signoff.test/api"
TOOL = "https://tool.test/back"
"""Where another client, which uses the API, gets its codes."""
FORM = re.compile(r'<form[^>]*action="([^"]+)"')
HIDDEN = re.compile(r'name="([^"]+)" value="([^"]*)"')


@dataclass
class Provided:
    """A running provider; `key` is what it signs with."""

    issuer: str
    key: RSAKey

    def settings(self, base: Settings, **others: object) -> Settings:
        given = {
            "oidc_issuer": self.issuer,
            "oidc_client_id": CLIENT,
            "oidc_client_secret": SecretStr(SECRET),
            "oidc_audience": AUDIENCE,
            "web_url": HERE,
        }
        return Settings.model_validate({**dict(base), **given, **others})


def new_key(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid, "alg": "RS256", "use": "sig"})


@asynccontextmanager
async def providing(
    key: RSAKey, *, port: int | None = None, skew: int = 0, here: str = HERE, told: str | None = None
) -> AsyncIterator[Provided]:
    """A provider for Signoff at the address `here`, whose clock is `skew` seconds ahead.

    `told` is the address at which it says that somebody signed out; without it nobody is told.
    """
    port = port or free_port()
    client = {"client_id": CLIENT, "client_secret": SECRET, "redirect_uris": [f"{here}/login/callback"],
              "post_logout_redirect_uris": [f"{here}/login"]}  # fmt: skip
    if told:
        client |= {"backchannel_logout_uri": told, "backchannel_logout_session_required": True}
    tool = {"client_id": "tool", "token_endpoint_auth_method": "none", "redirect_uris": [TOOL]}
    given = {"port": port, "jwks": KeySet([key]).as_dict(private=True), "clients": [client, tool],
             "audience": AUDIENCE, "skew": skew}  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        "node", str(SCRIPT), str(installed()), json.dumps(given), stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stdout
        line = await asyncio.wait_for(process.stdout.readline(), 30)
        assert line == b"ready\n", (line, await process.communicate())
        yield Provided(f"http://127.0.0.1:{port}", key)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def sign_in(http: httpx.AsyncClient, login: str, to: str = "/inbox") -> httpx.Response:
    """From our login page through the provider's forms and back: the answer to the browser's return."""
    found = await http.get(f"{HERE}/login", params={"next": to})
    link = re.search(r'href="(/login/start[^"]*)"', found.text)
    assert link, found.text
    return await http.get(await back(http, urljoin(HERE, unescape(link[1])), login))


async def back(http: httpx.AsyncClient, address: str, login: str, until: str = f"{HERE}/login/callback") -> str:
    """Follows a browser from `address` through the provider's forms; the address to which it is sent back."""
    answer = await http.get(address)
    for _ in range(12):
        if "location" in answer.headers:
            address = urljoin(str(answer.url), answer.headers["location"])
            if address.startswith(until):
                return address
            answer = await http.get(address)
        else:
            form = FORM.search(answer.text)
            assert answer.status_code == 200, (answer.status_code, answer.text)
            assert form, answer.text
            fields = {**dict(HIDDEN.findall(answer.text)), "login": login, "password": "any"}
            answer = await http.post(urljoin(str(answer.url), unescape(form[1])), data=fields)
    raise AssertionError("no way back")


async def sign_out_there(http: httpx.AsyncClient, address: str) -> httpx.Response:
    """Signs this browser out at the provider, from its page at `address`: the answer that leads on."""
    asked = await http.get(address)
    form = FORM.search(asked.text)
    assert form, asked.text
    return await http.post(unescape(form[1]), data={**dict(HIDDEN.findall(asked.text)), "logout": "yes"})


async def access_token(provided: Provided, login: str) -> str:
    """A token for our API, as a program gets it that a person lets act for them."""
    verifier = "v" * 64
    query = {
        "client_id": "tool", "response_type": "code", "redirect_uri": TOOL, "scope": "openid api",
        "resource": AUDIENCE, "code_challenge": _challenge(verifier), "code_challenge_method": "S256",
    }  # fmt: skip
    async with httpx.AsyncClient() as http:
        address = await back(http, str(httpx.URL(f"{provided.issuer}/auth", params=query)), login, TOOL)
        code = parse_qs(urlsplit(address).query)["code"][0]
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": TOOL, "client_id": "tool",
            "code_verifier": verifier, "resource": AUDIENCE,
        }  # fmt: skip
        answer = await http.post(f"{provided.issuer}/token", data=form)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


def _challenge(verifier: str) -> str:
    from authlib.oauth2.rfc7636 import create_s256_code_challenge  # noqa: PLC0415

    return str(create_s256_code_challenge(verifier))
