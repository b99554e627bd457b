"""Signing in and out: at the OpenID provider, or by choosing a person on the embedded stack."""

from typing import Literal
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from application.administration.example_company import import_company
from application.services import Services
from domain.kernel.errors import Refused
from eventstore import sessions as store
from runtime import metrics
from runtime.settings import Settings
from web.guard import form_of
from web.identity import backchannel, flow, provider_session, sessions
from web.identity.choosing import choices
from web.identity.csrf import checked_form
from web.identity.limits import limits_of
from web.identity.person import here, person_behind
from web.identity.provider import ProviderAway, provider_of
from web.identity.visitor import SignedIn, signed_in
from web.languages import reader_language
from web.refusals import headers_of, sentence, status_of
from web.rendering import page
from web.services import Opened

router = APIRouter(include_in_schema=False)
choosing = APIRouter(include_in_schema=False)
at_provider = APIRouter(include_in_schema=False)
HOME = "/"
Ways = Literal["provider", "choosing", "none"]


def ways_in(settings: Settings) -> Ways:
    """How one can sign in under these settings; there is no other way."""
    if settings.oidc_issuer:
        return "provider"
    return "choosing" if settings.may_choose else "none"


ROUTERS: dict[Ways, tuple[APIRouter, ...]] = {
    "provider": (router, at_provider, backchannel.router),
    "choosing": (router, choosing),
    "none": (router,),
}


@router.get("/login")
async def login(request: Request, services: Opened) -> Response:
    """The ways to sign in."""
    return await _login_page(request, services, inside(request.query_params.get("next", "")))


@choosing.post("/login/choose")
async def choose(request: Request, services: Opened) -> Response:
    """Signs in as any person who works here."""
    form = await form_of(request)
    to = inside(str(form.get("next", "")))
    try:
        limits_of(request).login(request)
        person = await here(services, await services.people.resolve(str(form.get("person", ""))))
        limits_of(request).login_of(person)
    except Refused as error:
        return await _login_page(request, services, to, error)
    response = RedirectResponse(to, 303)
    await sessions.begin(request, response, services, person, sessions.CHOSEN, store.There())
    return response


@choosing.post("/login/example")
async def load_example(request: Request, services: Opened) -> Response:
    """Imports the example company into a stack without people, so that there is somebody to be."""
    limits_of(request).login(request)
    if not (await services.organisation()).people:
        await import_company(services, actor="os:login")
    return RedirectResponse("/login", 303)


@at_provider.get("/login/start")
async def start(request: Request, services: Opened) -> Response:
    """On to the provider. A link and no form, because the policy of forms (CSP) ends at our own pages."""
    attempt = flow.Attempt.to(inside(request.query_params.get("next", "")))
    try:
        limits_of(request).login(request)
        response = RedirectResponse(await flow.address(provider_of(request), services.settings, attempt), 303)
    except (Refused, ProviderAway) as error:
        return await _login_page(request, services, attempt.next, error)
    flow.keep(response, services.settings, attempt)
    return response


@at_provider.get(flow.CALLBACK)
async def callback(request: Request, services: Opened) -> Response:
    """Back from the provider."""
    to, settings = HOME, services.settings
    try:
        limits_of(request).login(request)
        attempt = flow.kept(request, settings)
        to = attempt.next
        answer = await flow.answer_of(request, provider_of(request), settings, attempt)
        person = await person_behind(services, answer.claims)
        limits_of(request).login_of(person)
        response: Response = RedirectResponse(to, 303)
        kept = await provider_session.kept(services, person, answer)
        await sessions.begin(request, response, services, person, sessions.way_in(settings), kept)
    except (Refused, ProviderAway) as error:
        response = await _login_page(request, services, to, error)
    flow.forget(request, response, settings)
    return response


@router.get("/logout")
async def leaving(request: Request, visitor: SignedIn) -> Response:
    """Here, or in every browser."""
    return page(request, "sign_out.html", {"csrf": visitor.csrf})


@router.post("/logout")
async def logout(request: Request, services: Opened) -> Response:
    """Ends the session, or with the field `everywhere` all of this person; then the one at the provider."""
    form = await checked_form(request, counted=False)
    onward = await _way_out(request, services) if services.settings.oidc_issuer else ""
    if onward:  # no redirect: browsers hold a form's redirects to the policy of forms
        response = page(request, "signed_out.html", {"there": onward}, headers={"Refresh": f"0; url={onward}"})
    else:
        response = RedirectResponse("/login", 303)
    await sessions.end(request, response, services, everywhere=bool(form.get("everywhere")))
    return response


async def _way_out(request: Request, services: Services) -> str:
    """On to the provider's own sign-out, which learns from the ID token of this sign-in whose it is."""
    visitor = signed_in(request)
    async with services.pool.acquire() as conn:
        sealed = await store.id_token(conn, request.scope["signoff.sign_in"])
    return await flow.goodbye(
        provider_of(request), services.settings, await provider_session.id_token(services, visitor.person, sealed)
    )


def inside(address: str) -> str:
    """An address of ours to go on to; any other becomes the first page, so that no link of ours leads elsewhere."""
    parts = urlsplit(address)
    here = address.startswith("/") and not address.startswith("//") and not parts.scheme and not parts.netloc
    return address if here and address.isprintable() and "\\" not in address else HOME


async def _login_page(
    request: Request, services: Services, to: str, problem: Refused | ProviderAway | None = None
) -> Response:
    language = reader_language(request)
    shown = {
        "choices": await choices(services, language) if services.settings.may_choose else None,
        "provider": "/login/start?" + urlencode({"next": to}) if services.settings.oidc_issuer else "",
        "next": to,
        "away": isinstance(problem, ProviderAway),
        "problem": sentence(problem, language) if isinstance(problem, Refused) else "",
    }
    match problem:
        case Refused():
            metrics.LOGIN_FAILURES.labels(problem.code).inc()
            return page(request, "login.html", shown, status_of(problem), headers_of(problem))
        case ProviderAway():
            metrics.LOGIN_FAILURES.labels(metrics.PROVIDER_AWAY).inc()
            return page(request, "login.html", shown, 503, {"Retry-After": "30"})
    return page(request, "login.html", shown)
