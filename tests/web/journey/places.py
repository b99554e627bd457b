"""All pages that people see, with who looks at them and what one comes to each for."""

from dataclasses import dataclass

from demo import story
from demo.story import Cast
from domain.people.hiring.state import OfferStatus
from tests.web.journey.company import Company, link_in

CASE = "hiring-accessible"
CIO, HR, OPERATOR, RECRUITER, OUTSIDER, EAGER = "e1003", "e1033", "e1009", "e1037", "e1058", "e1060"


@dataclass(frozen=True)
class Place:
    """`main` is the selector of what one comes here for, which the keyboard must reach; `person` is signed in."""

    path: str
    main: str = "main a[href], main button"
    person: str | None = CIO
    status: int = 200


SEND = ".sending button[value=send]"
STAFF = (
    Place("/inbox", ".decide button[value=approve]"),
    Place("/inbox?show=late"),
    Place("/start", "main a[href='/start/hiring/raise-requisition']"),
    Place("/start/hiring/raise-requisition", SEND),
    Place("/start/authority/request-limit", SEND),
    Place("/cases", f"main a[href='/cases/{CASE}']"),
    Place(f"/cases/{CASE}"),
    Place("/delegations", "main a[href='/delegations/out-of-office']"),
    Place("/delegations/out-of-office", SEND),
    Place("/delegations/delegate", SEND),
    Place("/preferences", "main button"),
    Place("/logout", "main button"),
    Place("/caught"),
    Place("/overview"),
    Place("/organisation"),
    Place("/organisation/roles"),
    Place("/organisation/calendars"),
    Place("/organisation/changes"),
    Place("/organisation/people/e1005"),
    Place("/policy"),
    Place("/policy/1"),
    Place("/policy/compare"),
    Place("/policy/trial", "main button", HR),
    Place("/operations", person=OPERATOR),
    Place("/operations/exceptions", person=OPERATOR),
    Place("/api"),
)
ACTING = tuple(
    Place(f"/cases/{CASE}/do/{command}", SEND, RECRUITER)
    for command in ("add-candidate", "screen-candidate", "assign-interviewer", "submit-offer", "comment")
)
NAVIGATION, TONGUES = "nav.places a", "nav.tongues a"
ERRORS = (
    Place("/policy/trial", NAVIGATION, status=403),
    Place("/operations", NAVIGATION, status=403),
    Place("/nothing-here", NAVIGATION, status=404),
    Place("/cases/nothing-here", NAVIGATION, status=404),
    Place("/start/hiring/nothing", NAVIGATION, status=404),
    Place("/nothing-here", TONGUES, None, 404),
    Place("/offer/nothing", TONGUES, None, 404),
    Place("/mail/nothing", TONGUES, None, 404),
)


async def play(company: Company) -> tuple[Place, ...]:
    """Three hirings, of which each has something to decide; returns all the places that there are then."""
    player = company.player(CASE)
    await player.open(story.requisition(), by=story.MANAGER, says="")
    person = {"name": "Nattapong Srisai", "email": "nattapong-accessible@mail.example"}
    await player.play([*story.approval(), *story.sourcing(Cast(first=person)), *story.interviews()])
    await player.play(story.first_offer(story.start_date(company.today)))
    for name in ("hiring-accessible-line", "hiring-accessible-mail"):
        await company.player(name).open(story.requisition(), by=story.MANAGER, says="")
    decide = link_in(await company.mail_to(CIO, "hiring-accessible-mail"))
    state = await player.state()
    candidate = state.offers[story.newest_offer(state, OfferStatus.EXTENDED)].candidate
    answer = link_in(await company.mail_to(candidate, CASE))
    return (
        Place("/login", "form button", None),
        Place(company.path(answer), "button[value=accept]", None),
        Place(company.path(decide), "button[value=approve]", None),
        Place(company.path(decide), "main a[href]", OUTSIDER, 403),
        *STAFF,
        *ACTING,
        *ERRORS,
    )
