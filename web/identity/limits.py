"""How often one may try: sign in, decide, ask the API. Counted in memory, so each web server counts for itself."""

import math
from ipaddress import ip_address, ip_network

from starlette.requests import Request

from domain.kernel.errors import Refused
from runtime.settings import Settings
from web.identity.window import Window

MINUTE = 60.0
PERSON_LOGINS = 20
"""Sign-ins of one person within a minute."""


class Limits:
    """What each person and each address did within the last minute. Each method raises Refused `too-many`."""

    def __init__(self, settings: Settings) -> None:
        self._window = Window(MINUTE)
        self._proxies = tuple(ip_network(each) for each in settings.trusted_proxies.split())
        self._logins = settings.login_limit
        self._decisions = settings.decision_limit
        self._api = settings.api_limit
        self._own_logins = min(PERSON_LOGINS, settings.login_limit)

    def login(self, request: Request) -> None:
        self._count(self._logins, "login", self.address(request))

    def login_of(self, person: str) -> None:
        self._count(self._own_logins, "person", person)

    def decision(self, person: str) -> None:
        """One form or command; deciding in bulk is one."""
        self._count(self._decisions, "decision", person)

    def api(self, person: str) -> None:
        self._count(self._api, "api", person)

    def address(self, request: Request) -> str:
        """Where the request comes from: the last address that is not of a trusted proxy, whatever a client claims."""
        nearest = request.client.host if request.client else ""
        for forwarded in reversed(",".join(request.headers.getlist("x-forwarded-for")).split(",")):
            if not self._trusted(nearest) or not _is_address(forwarded.strip()):
                break
            nearest = forwarded.strip()
        return nearest

    def _trusted(self, address: str) -> bool:
        return _is_address(address) and any(ip_address(address) in network for network in self._proxies)

    def _count(self, most: int, kind: str, who: str) -> None:
        if wait := self._window.take(f"{kind} {who}", most):
            raise Refused(
                "too-many", "That was too often. Try again in {seconds} seconds.", seconds=max(1, math.ceil(wait))
            )


def limits_of(request: Request) -> Limits:
    found: Limits = request.app.state.limits
    return found


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
