"""People who do through the pages what the story says: at one desk, where one signs in after the other."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Browser

from cli.demo.story import Act
from domain.people.hiring.process import HIRING
from tests.web.browsers import Look, Tab, tab
from tests.web.journey.company import Company
from web.forms.answers import shown
from web.forms.fields import fields_of

ROW = re.compile(r"\.\d+(\.[a-z_]+)*$")
"""What follows the name of a list in the name of a field in one of its rows."""


@dataclass
class Desk:
    """The browser at the desk, in one look, and who is signed in there."""

    company: Company
    tab: Tab
    look: Look
    person: str = ""

    async def of(self, person: str) -> Tab:
        """The tab, with this person signed in."""
        if person != self.person:
            await self.tab.become(person)
            self.person = person
        return self.tab

    async def give(self, case: str, act: Act) -> Tab:
        """The command of an act, by its form."""
        desk = await self.of(act.by)
        await desk.open(f"/cases/{case}/do/{act.command}")
        await fill(desk, act)
        await send(desk, f"**/cases/{case}?done=*")
        return desk

    async def approve(self, case: str, task: str, person: str) -> Tab:
        """In the inbox, in place."""
        desk = await self.of(person)
        await desk.open(f"/inbox?task={task}")
        card = desk.page.locator("#pane")
        assert case in await card.inner_text()
        await card.locator("button[name=do][value=approve]").click()
        await desk.page.wait_for_url("**/inbox?done=*")
        return desk


@asynccontextmanager
async def desk_of(company: Company, browser: Browser, look: Look) -> AsyncIterator[Desk]:
    async with tab(browser, company.here, look, checked=True) as opened:
        yield Desk(company, opened, look)


async def fill(desk: Tab, act: Act) -> None:
    """Types the payload of an act into its form, with as many rows as it needs."""
    typed = shown(fields_of(HIRING.commands[act.command]), in_parts(act.payload))
    await desk.page.evaluate("document.querySelectorAll('form.sheet details').forEach(one => { one.open = true; })")
    for name, value in typed.items():
        at = desk.page.locator(f"[name='{name}']")
        if not await at.count():
            await desk.page.locator(f"button[value='add:{ROW.sub('', name)}']").click()
        if await at.evaluate("field => field.tagName") == "SELECT":
            await at.select_option(value)
        elif await at.get_attribute("type") != "hidden":
            await at.fill(value)


def in_parts(said: Any) -> Any:
    """Money as a form has it, an amount and a currency, where the story writes it as one."""
    if isinstance(said, dict):
        return {name: in_parts(value) for name, value in said.items()}
    if isinstance(said, str) and said.endswith(" THB"):
        return {"amount": said.removesuffix(" THB"), "currency": "THB"}
    return said


async def send(desk: Tab, to: str) -> None:
    await desk.page.locator(".sending button[value=send]").click()
    await desk.page.wait_for_url(to)
