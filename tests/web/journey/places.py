"""All pages that people see, with who looks at them and what one comes to each for. Of forms and errors, examples."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from urllib.parse import urlsplit

from application.commands.offers import offer_link
from cli.demo import story
from cli.demo.story import Cast
from eventstore import log, operations
from eventstore.chain import Report
from eventstore.database import connection
from tests.support.hiring import opened
from tests.support.office import Office
from tests.support.postbox import Postbox, all_sent, link_in, listening, text_of
from tests.web.staff.test_operations import FOUND, owe, stick

KEPT = f"{1:020}-{1:08x}"
"""The name of the one mail that is kept."""
CASE, MAILED, HELD, LOST = "hiring-accessible", "hiring-by-mail", "hiring-held-place", "hiring-lost-place"
CIO, HR, OPERATOR, RECRUITER, OUTSIDER, EAGER = "e1003", "e1033", "e1009", "e1037", "e1058", "e1060"
WHOLE_HR = "e1035"


@dataclass(frozen=True)
class Place:
    """`person` is signed in; `main` selects what one comes here for, if there is more to it than reading, or a page
    before it has the same."""

    path: str
    main: str = ""
    person: str | None = CIO
    status: int = 200


SEND = ".sending button[value=send]"
STAFF = (
    Place("/inbox", ".row > a"),
    Place("/start", "main a[href='/start/hiring/raise-requisition']"),
    Place("/start/hiring/raise-requisition", SEND),
    Place("/cases", f"main a[href='/cases/{CASE}']"),
    Place(f"/cases/{CASE}", f"nav.tabs a[href='/cases/{CASE}?tab=files']"),
    Place(f"/cases/{CASE}?tab=approvals"),
    Place(f"/cases/{CASE}?tab=files", "main form button"),
    Place(f"/cases/{CASE}?tab=history", f"main a[href='/cases/{CASE}?tab=history&all=1']"),
    Place(f"/cases/{CASE}?tab=audit", "form.as-of button"),
    Place("/delegations", "main a[href='/delegations/out-of-office']"),
    Place("/delegations/delegate"),
    Place("/preferences", "main button"),
    Place("/logout", "main button"),
    Place("/caught", f"main a[href='/caught/{KEPT}']"),
    Place(f"/caught/{KEPT}"),
    Place("/overview", ".filters button"),
    Place("/organisation", "[role=search] button"),
    Place("/organisation/roles"),
    Place("/organisation/calendars"),
    Place("/organisation/job-descriptions"),
    Place("/organisation/job-descriptions/jd-web-developer"),
    Place("/organisation/changes"),
    Place("/organisation/import", "main button", WHOLE_HR),
    Place("/organisation/people/e1005"),
    Place("/policy"),
    Place("/policy/1"),
    Place("/policy/compare", "main form button"),
    Place("/policy/trial", "main button", HR),
    Place("/operations", "form[action='/operations/recover'] button", OPERATOR),
    Place("/operations/exceptions", f"main a[href='/cases/{HELD}']", OPERATOR),
    Place("/api"),
)
ACTING = tuple(Place(f"/cases/{CASE}/do/{command}", person=RECRUITER) for command in ("add-candidate", "submit-offer"))
ERRORS = (
    Place("/policy/trial", "nav.bottom a", status=403),
    Place("/organisation/import", "nav.bottom a", status=403),
    Place("/cases/nothing-here", status=404),
    Place("/offer/nothing", "nav.tongues a", None, 404),
)


async def furnish(office: Office) -> tuple[Place, ...]:
    """Hirings of which each has something to show, and a bad day for operations; returns all places, by person."""
    answer = await _with_an_offer(office)
    decide = await _by_mail(office)
    await _on_a_bad_day(office)
    places = (
        Place("/login", "form button", None),
        Place(answer, "button[value=accept]", None),
        Place(decide, "button[value=approve]", None),
        Place(decide, person=OUTSIDER, status=403),
        *STAFF,
        *ACTING,
        *ERRORS,
    )
    return tuple(sorted(places, key=lambda place: place.person or ""))


async def _with_an_offer(office: Office) -> str:
    """A hiring with an offer on its way; the path of its candidate's link."""
    player = await opened(office, CASE)
    person = {"name": "Nattapong Srisai", "email": "nattapong@mail.example"}
    await player.play([*story.approval(), *story.sourcing(Cast(first=person)), *story.interviews()])
    await player.play(story.first_offer(story.start_date(datetime.now(UTC).date())))
    [offer] = (await player.state()).offers
    return urlsplit(await offer_link(office.services, CASE, offer)).path


async def _by_mail(office: Office) -> str:
    """A hiring of which the CIO has a mail, kept with the caught ones; the path of the link in it."""
    await opened(office, MAILED)
    address, came = await office.services.people.address(CIO) or "", list[EmailMessage]()
    async with listening(Postbox()) as box, asyncio.timeout(60):
        while not came:
            await all_sent(office.services, box)
            came = [mail for mail in box.to(address) if MAILED in text_of(mail)]
    caught = office.services.settings.caught
    assert caught, "mails are shown here"
    (caught / f"{KEPT}.eml").write_bytes(came[0].as_bytes())
    return urlsplit(link_in(came[0])).path


async def _on_a_bad_day(office: Office) -> None:
    """One case is held; one is stuck, is owed an effect, fails and was changed; the workflow of a third is gone."""
    await opened(office, HELD)
    await office.do(HELD, "hold", {"reason": "The budget is unclear."}, by=story.MANAGER)
    async with connection(office.services.settings.migrate_url, role=None) as conn:
        await stick(conn, CASE, "nobody holds the role budget-owner for it-security, nor for a unit above it")
        await owe(conn, CASE, await log.head(conn))
        await operations.failed(conn, CASE, "perform", command="withdraw", error="ValidationError", attempts=12)
        await conn.execute("update signoff.failing set tried_at = 'infinity'")
        await operations.verified(conn, Report(9, 3, FOUND), FOUND, with_checkpoint=False)
    await opened(office, LOST)
    await office.handle(LOST).terminate("lost")
