"""What a mail says of one notification, in the reader's language; nothing where there is nothing to say any more."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from application.commands import offers
from application.queries.reading import hears
from application.services import Services
from application.visibility import look
from application.wording import formats
from application.wording.budget_effects import effects_told
from application.wording.reader import called, mentioned, titles
from domain.kernel.errors import Refused
from domain.kernel.showing.notifications import ESCALATED
from domain.kernel.showing.notifications import OFFERED as OFFERED_TASK
from domain.kernel.values.message import N_, Message
from domain.organisation import delegations
from domain.people.hiring.effects import OFFERED
from domain.people.hiring.state import HiringState, OfferStatus
from eventstore.mails import Claimed, Untold
from mail.approval_request import ApprovalRequest, approval_request, field_name, in_words
from mail.links import link_for
from mail.readers import Reader, address_of, name_of
from readmodels import case_at
from runtime.translations import catalogue, said

FOR_OTHERS = {
    OFFERED_TASK: N_("New task in {case}: {title}").id,
    ESCALATED: N_("Escalated in {case}: {title}").id,
}
"""Sentences that speak to whoever was asked, as they are said to somebody who stands in."""


@dataclass(frozen=True)
class Item:
    """One thing told: a sentence, what is known of it (label, value), and the one place to go on to, if any.

    `greeting`, `signed` and `reply_to` are for somebody outside.
    """

    headline: str
    facts: tuple[tuple[str, str], ...] = ()
    button: str | None = None
    url: str | None = None
    greeting: str | None = None
    signed: str | None = None
    reply_to: str | None = None


async def item_of(services: Services, told: Untold, reader: Reader, mail: Claimed) -> Item | None:
    """None if it is over: a task that was done meanwhile, an offer that was taken back, a case they must not see."""
    about = Message.model_validate(told.about)
    if reader.zone is None:
        return await _outside(services, told, about, reader)
    if told.case == delegations.STREAM:
        return await _arranged(services, about, reader)
    try:
        seen = await look(services, told.case, reader.person)
    except Refused as refused:
        if refused.code != "no-such-case":
            raise
        return None
    if not hears(seen.redactor.visibility, told.task):
        return None
    headline = await _headline(services, seen.redactor.message(about), told.person, reader)
    if told.task is None:
        url = f"{services.settings.base_url}/cases/{told.case}"
        return Item(headline, button=catalogue(reader.language).gettext("Look at the case"), url=url)
    found = await approval_request(services, seen, told.task, told.person)
    return await _task(services, headline, found, reader, mail) if found else None


async def _arranged(services: Services, about: Message, reader: Reader) -> Item:
    """What others arranged for the reader: who stands in for them, from when until when (KRN-20)."""
    gettext, zone = catalogue(reader.language).gettext, reader.zone or "UTC"
    who = {each: await services.people.name(about.args[each], reader.language) for each in ("by", "delegate")}
    days = {gettext("From"): about.args.get("start"), gettext("Until"): about.args.get("end")}
    facts = tuple(
        (label, formats.instant(datetime.fromisoformat(at), zone, reader.language)) for label, at in days.items() if at
    )
    headline = said(about.id, {**about.args, **who}, reader.language)
    return Item(headline, facts, gettext("Look at who stands in"), f"{services.settings.base_url}/delegations")


async def _task(services: Services, headline: str, found: ApprovalRequest, reader: Reader, mail: Claimed) -> Item:
    gettext = catalogue(reader.language).gettext
    facts = tuple(await facts_of(services, found, reader.language, reader.zone or "UTC"))
    if found.content_hash is None:
        return Item(headline, facts, gettext("Look at the task"), f"{services.settings.base_url}/cases/{found.case}")
    url = await link_for(services, mail.id, found, reader.person, mail.made_at)
    return Item(headline, facts, gettext("Look and decide"), f"{url}?lang={reader.language}")


async def facts_of(services: Services, found: ApprovalRequest, language: str, zone: str) -> list[tuple[str, str]]:
    """What a reader is told of a matter, as label and value: what it is about, why, who asks, by when, the content."""
    gettext = catalogue(language).gettext
    facts = [(gettext("About"), said(found.about.id, found.about.args, language))] if found.about else []
    if found.question is not None:
        facts.append((gettext("Question"), in_words(found.question, language)))
        facts.append((gettext("Asked by"), await services.people.name(found.asked_by or "", language)))
    facts += [(field_name(name, language), in_words(value, language)) for name, value in found.why.items()]
    if found.files:
        facts.append((gettext("Documents"), ", ".join(found.files)))
    if found.on_behalf_of:
        facts.insert(0, (gettext("On behalf of"), await services.people.name(found.on_behalf_of, language)))
    if found.requester:
        facts.append((gettext("Asked for by"), await services.people.name(found.requester, language)))
    facts.append((gettext("Due"), formats.instant(found.due_at, zone, language)))
    if found.amount is not None:
        facts.append((gettext("Amount"), in_words(found.amount, language)))
    told = effects_told(found.checks, await services.organisation(), language) if found.checks else []
    facts += [(gettext("over budget") if broken else gettext("Budget"), text) for text, broken in told]
    names = await _names(services, found.fields, language)
    shown = {name: called(value, names) for name, value in found.fields.items()}
    return facts + [(field_name(name, language), in_words(value, language)) for name, value in shown.items()]


async def _names(services: Services, fields: Mapping[str, Any], language: str) -> dict[str, str]:
    """What is called by an id in the content: units, positions and people who work here."""
    organisation = await services.organisation()
    people = [person for person in mentioned(fields) if person in organisation.people]
    return titles(organisation, language) | await services.people.names(people, language)


async def _headline(services: Services, about: Message, asked: str, reader: Reader) -> str:
    """The message; for whoever stands in, with the name of whom it is for."""
    if asked == reader.person:
        return await _sentence(services, about, reader)
    what = await _sentence(services, about.model_copy(update={"id": FOR_OTHERS.get(about.id, about.id)}), reader)
    name = await services.people.name(asked, reader.language)
    return catalogue(reader.language).gettext("For {name}: {what}").format(name=name, what=what)


async def _sentence(services: Services, about: Message, reader: Reader) -> str:
    """The message with the name of whoever did it."""
    by = {"by": await services.people.name(about.args["by"], reader.language)} if "by" in about.args else {}
    return said(about.id, {**about.args, **by}, reader.language)


async def _outside(services: Services, told: Untold, about: Message, reader: Reader) -> Item | None:
    """What a candidate is told; of an offer, their link to it while it is open (HIR-14)."""
    async with services.pool.acquire() as conn:
        state, _ = await case_at(conn, services.processes, told.case)
        organisation = (await services.record_cache.records(conn)).organisation
    if not isinstance(state, HiringState) or state.candidate_of(reader.person) is None:
        return None
    language, facts, link = reader.language, list[tuple[str, str]](), None
    gettext = catalogue(language).gettext
    headline = said(about.id, about.args, language)
    if about.id == OFFERED:
        open_now = state.offers_in(OfferStatus.EXTENDED)
        offer = next((each for each in open_now if each.candidate == reader.person), None)
        until = offers.answer_by(state, offer) if offer else None
        if offer is None or until is None:
            return None
        headline = gettext("You have an offer")
        facts.append((gettext("Please answer by"), formats.instant(until, offers.zone(organisation, state), language)))
        link = f"{await offers.offer_link(services, told.case, offer.id)}?lang={language}"
    position = offers.position(organisation, state, language)
    contact, name = offers.contact(state), await name_of(services, reader.person, language)
    return Item(
        headline,
        tuple([(gettext("Position"), position)] if position else []) + tuple(facts),
        gettext("Look at the offer and answer") if link else None,
        link,
        greeting=gettext("Dear {name},").format(name=name) if name else gettext("Good day,"),
        signed="\n".join(
            filter(None, (await name_of(services, contact, language), offers.employer(organisation, state, language)))
        ),
        reply_to=await address_of(services, contact),
    )
