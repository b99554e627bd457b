"""The pages of money over one office: what each reader sees of lines, movements, spending, duties and savings."""

import base64
import csv
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.async_api import Browser as Chromium
from python_calamine import CalamineWorkbook

from activities.decide import Decider
from application.administration import office
from application.queries import balances
from application.queries.lines import seen_lines
from application.services import Services
from application.visibility import look
from cli.demo import story
from domain.kernel.command import Command
from domain.kernel.values.message import N_
from domain.kernel.values.money import Money
from domain.money.budget.values import Explanation, Variance
from domain.processes import NEEDS, PROCESSES
from eventstore import ledger_books
from mail.approval_request import matter_of
from mail.items import facts_of
from readmodels import case_at
from tests.support.budgets import give_plans
from tests.support.office import EXAMPLES, by_signal, services_at, settings_for
from tests.support.office_days import office_day
from tests.support.postgres import Server
from tests.web.browsers import DESK, NEEDED, tab
from tests.web.server import free_port, served
from tests.web.staff.reading import table, unclosed
from tests.web.staff.visiting import browsing
from web.money.budget_cases import BudgetFigures
from web.money.due import Duty, variances_shown
from workflows.messages import Perform

HEAD, LEAD, BUYER, PAYABLES, FINANCE, STRANGER = "e1003", "e1011", "e1050", "e1043", "e1041", "e1024"
LINE, PEOPLE, MONTHLY = "it-licences", "it-people", "it-cloud"
CLOUD = "{id: it-cloud, unit: it, owner: e1003, currency: THB, periods: month, name: {en: Cloud, th: คลาวด์}}"
YEAR = f"{datetime.now(UTC):%Y}"


@dataclass
class Books:
    """An office without a workflow: commands go one by one to the decider, as workflows give them."""

    services: Services

    async def give(self, process: str, case: str, name: str, payload: dict[str, Any], *, by: str) -> None:
        command = Command(
            case=case, process=process, name=name, actor=by, channel="cli", payload=payload, at=datetime.now(UTC)
        )
        done = await Decider(self.services.pool, PROCESSES).perform(Perform(command=command, known=0))
        assert done.refusal is None, done.refusal

    async def task(self, case: str, kind: str) -> Any:
        async with self.services.pool.acquire() as conn:
            state, _ = await case_at(conn, PROCESSES, case)
        process = PROCESSES[case.split("-", maxsplit=1)[0]]
        return next((task for task in process.case(state).tasks.values() if task.kind == kind), None)

    async def approve(self, case: str) -> None:
        while task := await self.task(case, "decide"):
            answer = {"task": task.id, "outcome": "approve"}
            await self.give(case.split("-", maxsplit=1)[0], case, "decide", answer, by=task.people[0])

    async def buy(self, case: str, amount: str, **more: Any) -> None:
        wish = {"kind": "purchase", "what": f"Goods of {case}", "budget_line": LINE, "supplier": f"S {case}",
                "amount": amount, "period": YEAR, "reason": "A new team", **more}  # fmt: skip
        await self.give("spending", case, "request-spending", wish, by=LEAD)

    async def order(self, case: str, total: str) -> None:
        await self.approve(case)
        task = await self.task(case, "order")
        await self.give("spending", case, "place-order", {"task": task.id, "number": case, "total": total}, by=BUYER)

    async def invoice(self, case: str, amount: str) -> None:
        task, today = await self.task(case, "invoice"), office_day().isoformat()
        bill = {"task": task.id, "number": f"INV-{case}", "amount": amount, "dated": today}
        await self.give("spending", case, "record-invoice", bill, by=PAYABLES)

    async def save(self, case: str) -> None:
        """100,000 are promised net of cost, 85,000 validated, 5,000 spent again."""
        wish = {"kind": "avoidance", "recurrence": "one-off", "what": "One backup service", "budget_line": LINE,
                "source": "Backup contract", "period": f"{int(YEAR) + 1}", "amount": "120000 THB",
                "cost_to_achieve": "20000 THB", "baseline": "240000 THB", "baseline_period": YEAR,
                "baseline_source": "Invoices", "baseline_scope": "All servers", "method": "contract-ended",
                "lead": "e1020", "starts": office_day().isoformat(), "risk": "Slower restores",
                "reason": "Two services do the same"}  # fmt: skip
        await self.give("saving", case, "propose-saving", wish, by=LEAD)
        await self.approve(case)
        await self.give("saving", case, "start-saving", {"task": (await self.task(case, "start")).id}, by="e1020")
        claim = {"task": (await self.task(case, "claim")).id, "amount": "100000 THB", "cost": "15000 THB"}
        await self.give("saving", case, "claim-saving", {**claim, "evidence": "The notice"}, by="e1020")
        await self.approve(case)
        await self.give("saving", case, "note-leakage", {"amount": "5000 THB", "what": "more storage"}, by=FINANCE)


def salaries_held() -> str:
    """The policy by which an approved seat holds its salary."""
    text = (EXAMPLES / "policy.yaml").read_text(encoding="utf-8")
    rate = 'on_cost_rate: "0.15"'
    assert rate in text
    return by_signal(text.replace(rate, f"money: stop\n      {rate}"))


@pytest.fixture(scope="module")
async def books(postgres: Server, company_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Books]:
    """Licences: 1,000,000 planned, 100,000 asked for, 250,000 ordered of which 90,000 are invoiced."""
    url = await postgres.copy(company_url)
    policy = tmp_path_factory.mktemp("policy") / "policy.yaml"
    policy.write_text(salaries_held(), encoding="utf-8")
    async with services_at(settings_for(url, None, tmp_path_factory.mktemp("home"), "none"), None) as services:
        found = Books(services)
        await office.publish_policy(services, policy, NEEDS, actor="os:test", today=office_day())
        lines = policy.with_name("lines.yaml")
        moved = CLOUD.replace("cloud", "moved").replace("periods: month", "periods: year")
        lines.write_text(f"budget_lines:\n  - {CLOUD}\n  - {moved}\n", encoding="utf-8")
        await office.import_organisation(services, [lines], actor="os:test", today=office_day())
        months = [(MONTHLY, f"{YEAR}-{month:02}", f"{month * 1000} THB") for month in range(1, 13)]
        await give_plans(services.pool, [*months, ("it-moved", YEAR, "5000 THB")])
        elsewhere = moved.replace("unit: it", "unit: hr").replace("e1003", "e1032")
        lines.write_text(f"budget_lines:\n  - {elsewhere}\n", encoding="utf-8")
        await office.import_organisation(services, [lines], actor="os:test", today=office_day())
        plans = [(LINE, "1000000 THB"), (PEOPLE, "9000000 THB"), ("hr-people", "7000000 THB")]
        await give_plans(services.pool, [(line, YEAR, amount) for line, amount in plans])
        await found.buy("spending-asked", "100000 THB")
        await found.buy("spending-ordered", "150000 THB")
        await found.order("spending-ordered", "150000 THB")
        await found.invoice("spending-ordered", "90000 THB")
        today = office_day()
        term = {"starts": f"{today}", "ends": f"{YEAR}-12-31", "notice_days": 0}
        await found.buy("spending-contract", "100000 THB", kind="contract", **term)
        await found.order("spending-contract", "100000 THB")
        await found.buy("spending-questioned", "20000 THB")
        await found.order("spending-questioned", "20000 THB")
        await found.invoice("spending-questioned", "30000 THB")
        await found.give("hiring", "hiring-one", "raise-requisition", story.requisition(), by=story.MANAGER)
        await found.approve("hiring-one")
        await found.save("saving-one")
        yield found
    await postgres.drop(url)


def row(page: str, first: str, name: str) -> list[str]:
    return next(each for each in table(page, first) if each[0].startswith(name))


@pytest.mark.rule("BUD-04")
async def test_the_grid_shows_what_the_ledger_holds(books: Books):
    told = await balances.balance(books.services, LINE, period=YEAR)
    async with browsing(books, HEAD) as browser:
        page = await browser.shown("/money")
    shown = row(page, "Budget lines", "Software licences")[2:]
    assert shown == ["1,000,000", *(f"{float(told[name]):,.0f}" for name in ("reserved", "committed", "actual")), "–",
                     f"{float(told['available']):,.0f}"]  # fmt: skip
    assert (told["reserved"], told["committed"], told["actual"]) == ("100000.00", "180000.00", "90000.00")
    assert unclosed(page) == []


@pytest.mark.rule("BUD-15")
async def test_a_unit_holds_what_lies_below_it(books: Books):
    async with browsing(books, FINANCE) as browser:
        page = await browser.shown("/money?by=unit")
        months = await browser.shown("/money?columns=month&measure=committed")
    async with books.services.pool.acquire() as conn:
        held = await ledger_books.balances(conn, by="unit", unit="it", period=YEAR)
    async with browsing(books, HEAD) as browser:  # who does not see the line that moved on
        own = await browser.shown("/money?by=unit")
    assert row(own, "Units", "Information Technology") == row(page, "Units", "Information Technology")
    everything, below = row(page, "Units", "Siam"), row(page, "Units", "Information Technology")
    assert below[4] == "180,000"
    assert below[2] == f"{sum(each.plan for each in held):,.0f}", "a line that is elsewhere today counts where it was"
    assert "5,000" not in row(page, "Units", "Human Resources")
    assert everything[4] == "180,000"
    assert row(months, "Budget lines", "Software licences")[-1] == "180,000"


@pytest.mark.rule("BUD-01")
@pytest.mark.parametrize(
    ("columns", "expected"),
    [("month", [f"{month},000" for month in range(1, 13)]), ("quarter", ["6,000", "15,000", "24,000", "33,000"])],
)
async def test_months_add_up(books: Books, columns: str, expected: list[str]):
    async with browsing(books, HEAD) as browser:
        page = await browser.shown(f"/money?columns={columns}&measure=plan")
        quarter = await browser.shown(f"/money/lines/{MONTHLY}?period={YEAR}-Q2&of=plan")
    assert row(page, "Budget lines", "Cloud")[2:] == [*expected, "78,000"]
    assert [each[1] for each in table(page, "Month")][-1] == row(page, "Budget lines", "Total")[-1].split(".")[0]
    assert "15,000" in quarter


async def test_a_number_leads_to_cases(books: Books):
    async with browsing(books, HEAD) as browser:
        page = await browser.shown(f"/money/lines/{LINE}?period={YEAR}&of=committed")
        assert '<a href="/cases/spending-ordered">' in page
        assert "/cases/spending-asked" not in page
        assert "2026-13" in (await browser.http.get(f"/money/lines/{LINE}?period=2026-13")).text
        before = await browser.shown(f"/money/lines/{LINE}?period={YEAR}&of=committed&as_of=2020-01-01T00:00")
    assert "Nothing moved here." in before


@pytest.mark.rule("KRN-43")
@pytest.mark.parametrize(
    "path", ["/", "/money", "/money?by=unit", "/money?columns=month&measure=free", f"/money/lines/{PEOPLE}"]
)
async def test_one_hire_tells_no_salary(books: Books, path: str):
    told = await balances.balance(books.services, PEOPLE, period=YEAR)
    held = float(told["reserved"])
    assert held > 0
    async with browsing(books, "e1001") as browser:  # above the unit, with no part in the hiring
        page = await browser.shown(path)
        sheet = (await browser.http.get("/money/grid.csv")).text
    for number in (held, float(told["available"])):
        for text in (f"{number:,.0f}", f"{number:.2f}", f"{number:,.2f}"):
            assert text not in page + sheet, text
    async with browsing(books, "e1005") as browser:  # who asked for it sees the pay, and has no right to the line
        assert (await browser.http.get(f"/money/lines/{PEOPLE}")).status_code == 404


@pytest.mark.rule("KRN-43")
async def test_a_balance_tells_no_salary(books: Books):
    whole = await balances.balance(books.services, PEOPLE, period=YEAR)
    told = await balances.balance(books.services, PEOPLE, period=YEAR, reader="e1001")
    assert {name for name, amount in whole.items() if told[name] != amount} == {
        "transferred", "carried", "available", "reserved", "committed", "actual"
    }  # fmt: skip
    assert (told["plan"], told["reserved"]) == (whole["plan"], None)
    assert await balances.balance(books.services, LINE, period=YEAR, reader="e1001") == await balances.balance(
        books.services, LINE, period=YEAR
    )


async def test_a_line_of_others_is_unknown(books: Books):
    async with browsing(books, STRANGER) as browser:
        assert "You own no budget line" in await browser.shown("/money")
        answer = await browser.http.get(f"/money/lines/{LINE}")
        assert answer.status_code == 404
        assert "Bound" not in await browser.shown("/money/spending")


@pytest.mark.parametrize(
    "asked", ["year=soon", "year=0000", "by=colour", "until=yesterday", "unit=hr", "columns=week", "as_of=x"]
)
async def test_bad_choices_are_named(books: Books, asked: str):
    async with browsing(books, HEAD) as browser:
        answer = await browser.http.get(f"/money?{asked}")
    assert 400 <= answer.status_code < 500
    assert asked.partition("=")[2] in answer.text


async def test_files_hold_the_grid(books: Books):
    async with browsing(books, HEAD) as browser:
        text = (await browser.http.get("/money/grid.csv")).content.decode("utf-8-sig")
        book = (await browser.http.get("/money/grid.xlsx")).content
    rows = {each["Id"]: each for each in csv.DictReader(io.StringIO(text))}
    assert float(rows[LINE]["Committed"]) == 180_000
    cells = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert next(each[6] for each in cells if each[0] == LINE) == 180_000


@pytest.mark.rule("SPD-06", "SPD-12")
async def test_the_board_shows_what_waits(books: Books):
    async with browsing(books, HEAD) as browser:
        page = await browser.shown("/money/spending?idle=0")
        later = await browser.shown("/money/spending?idle=1")
    assert row(page, "Contract", "Goods of spending-contract")[4] == "THB 100,000.00"
    assert "INV-spending-questioned" in page
    assert "THB\N{NO-BREAK SPACE}150,000.00" in page, "what was ordered and invoiced of one order"
    assert "Every commitment moved lately." in later
    assert "Every commitment moved lately." not in page
    assert unclosed(page) == []


@pytest.mark.rule("SAV-02", "SAV-04")
async def test_savings_stand_against_their_promise(books: Books):
    async with browsing(books, LEAD) as browser:
        page = await browser.shown("/money/savings")
    assert "Avoidance, one off" in page
    shown = [cell.replace("THB", "").strip() for cell in row(page, "Saving", "One backup service")[2:6]]
    assert shown == ["100,000.00", "", "85,000.00 below the promise", "5,000.00"]
    assert "THB 85,000.00" in row(page, "Saving", "Total agreed")


@pytest.mark.rule("BUD-10")
async def test_variances_wait_until_explained(books: Books):
    organisation, now = await books.services.organisation(), datetime.now(UTC)
    seen = await seen_lines(books.services, organisation, HEAD, now)

    def off(line: str, actual: str) -> tuple[str, Variance]:
        planned, spent = (Money.model_validate(f"{amount} THB") for amount in ("1000", actual))
        return "budget-it", Variance(line=line, month=f"{YEAR}-01", planned=planned, actual=spent)

    spent = {LINE: "1500", MONTHLY: "100", PEOPLE: "9000", "hr-people": "2000"}
    explanation = Explanation(cause="Late start", action="Wait", owner=HEAD, due=now.date())
    figures = BudgetFigures(
        variances={line: off(line, actual) for line, actual in spent.items()}, explained={MONTHLY: explanation}
    )
    duties = [Duty(line, "budget-it", N_("Explain"), "variance", line, now, False, [HEAD]) for line in spent]
    shown = variances_shown(seen, figures, duties, frozenset({PEOPLE}), "en")
    assert [(each.line, each.off, each.explanation) for each in shown] == [
        (MONTHLY, "-900", explanation), (LINE, "500", None)
    ]  # fmt: skip


@pytest.mark.rule("BUD-05")
async def test_a_file_is_shown_then_booked_once(books: Books):
    today = office_day()
    file = f"document,day,line,amount,currency\nB-1,{today},hr-people,1234.50,THB\n"
    async with browsing(books, FINANCE) as browser:
        wrong = await browser.upload(
            "/money/import", {"plan": "1"}, ("b.csv", f"{file}B-2,soon,nowhere,=1,THB\n".encode())
        )
        assert wrong.status_code == 400
        assert "row 3" in wrong.text
        shown = await browser.upload("/money/import", {"plan": "1"}, ("b.csv", file.encode()))
        assert "1234.50" in shown.text
        assert (await balances.balance(books.services, "hr-people", period=YEAR))["actual"] == "0.00"
        carried = {"confirm": "1", "name": "b.csv", "data": base64.b64encode(file.encode()).decode()}
        assert "are booked" in (await browser.upload("/money/import", carried, None)).text
        again = await browser.upload("/money/import", carried, None)
        assert again.status_code == 400
    assert (await balances.balance(books.services, "hr-people", period=YEAR))["actual"] == "1234.50"
    async with browsing(books, STRANGER) as browser:
        assert (await browser.http.get("/money/import")).status_code == 403


@pytest.mark.rule("SPD-01", "BUD-06")
async def test_approvers_see_what_is_left(books: Books):
    task = await books.task("spending-asked", "decide")
    left = "Software licences {year}: THB\N{NO-BREAK SPACE}1,000,000.00 is left before this, "
    expected = left.format(year=YEAR) + "THB\N{NO-BREAK SPACE}900,000.00 after it"
    async with browsing(books, task.people[0]) as browser:
        for path in ("/inbox", "/cases/spending-asked"):
            assert expected in await browser.shown(path), path
    told = (await look(books.services, "spending-asked", task.people[0])).described()  # what the API answers
    assert [each["after"]["amount"] for each in told["state"]["checks"]] == ["900000"]
    asked = await matter_of(books.services, "spending-asked", task.id, task.people[0])
    assert asked is not None
    assert expected in [text for _, text in await facts_of(books.services, asked, "en", "UTC")]


@pytest.mark.browser
@NEEDED
async def test_the_pages_read_well(books: Books, browser: Chromium):
    port = free_port()
    here = f"http://127.0.0.1:{port}"
    async with served(books.services, port), tab(browser, here, DESK, checked=True) as opened:
        await opened.become(HEAD)
        for path in ("/money", f"/money/lines/{LINE}", "/money/spending", "/money/due", "/money/savings"):
            for look in (DESK, DESK.opposite):
                await opened.take_on(look)
                await opened.open(path)
                assert await opened.serious() == [], path
                assert not await opened.page.evaluate(
                    "document.documentElement.scrollWidth > document.documentElement.clientWidth"
                ), path
    assert opened.complaints == []
