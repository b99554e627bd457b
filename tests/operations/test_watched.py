"""Web and worker as processes: the demo's story is played, then their numbers, alerts, dashboard and logs are read."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from temporalio.testing import WorkflowEnvironment

from application.commands.offers import offer_link
from domain.processes import PROCESSES
from tests.operations.programs import Watched, watched
from tests.support.hiring import CANDIDATES, played
from tests.support.office import Office, opened_office
from tests.support.postgres import Server
from tests.web.staff.visiting import browsing

ROOT = Path(__file__).resolve().parents[2]
ALERTS = ROOT / "deploy/prometheus/alerts.yml"
DASHBOARD = ROOT / "deploy/grafana/signoff.json"
CASE = "hiring-observed"
NAME = re.compile(r"\b(?:signoff|temporal|process)_[a-z_]+\b")
UNTIL_EXTENDED = 28


@dataclass
class Observed:
    office: Office
    programs: Watched
    numbers: dict[str, str]
    wrote: str
    link: str
    answered: list[int]


@pytest.fixture(scope="module")
async def observed(
    postgres: Server, company_url: str, temporal: WorkflowEnvironment, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Observed]:
    """The story up to the offer, with visits to the pages: some that work, some that do not."""
    folder = tmp_path_factory.mktemp("observed")
    async with opened_office(postgres, company_url, temporal, folder) as office:
        async with watched(office, folder, SIGNOFF_LOG_LEVEL="DEBUG") as programs:
            await played(office, CASE, UNTIL_EXTENDED)
            link = (await offer_link(office.services, CASE, "offer-1")).removeprefix(office.services.settings.base_url)
            async with httpx.AsyncClient(base_url=programs.url, trust_env=False) as http:
                paths = (link, "/offer/nonsense", "/inbox?person=first@mail.example", "/nowhere/first@mail.example")
                answered = [(await http.get(path)).status_code for path in paths]
                answered.append((await http.post("/login/choose", data={"person": "first@mail.example"})).status_code)
                answered.append((await http.post(link, data={"answer": "maybe"})).status_code)
            numbers = await programs.numbers()
        yield Observed(office, programs, numbers, programs.wrote(), link, answered)


def samples(text: str) -> list[Any]:
    return [sample for family in text_string_to_metric_families(text) for sample in family.samples]


def exported(numbers: dict[str, str]) -> set[str]:
    """Every name that a query may use, those of counters and histograms that did not count yet too."""
    names: set[str] = set()
    for family in (each for text in numbers.values() for each in text_string_to_metric_families(text)):
        endings = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}.get(family.type, ("",))
        names |= {family.name + ending for ending in endings} | {sample.name for sample in family.samples}
    return names


def queries() -> list[str]:
    """Of the dashboard."""
    return [t["expr"] for panel in json.loads(DASHBOARD.read_text())["panels"] for t in panel.get("targets", [])]


def used() -> set[str]:
    rules = yaml.safe_load(ALERTS.read_text())["groups"][0]["rules"]
    return {name for expr in (*queries(), *(rule["expr"] for rule in rules)) for name in NAME.findall(expr)}


async def test_every_number_of_dashboard_and_alerts_is_exported_by_web_or_worker(observed: Observed):
    assert used()
    assert used() - exported(observed.numbers) == set()


async def test_decisions_requests_and_activities_are_counted_where_they_happen(observed: Observed):
    worker = {(s.name, *sorted(s.labels.values())): s.value for s in samples(observed.numbers["worker"])}
    accepted = [v for key, v in worker.items() if key[0] == "signoff_decisions_total" and "accepted" in key]
    assert sum(accepted) >= UNTIL_EXTENDED
    assert worker["signoff_activity_seconds_count", "done", "perform"] >= UNTIL_EXTENDED
    web = [s for s in samples(observed.numbers["web"]) if s.name == "signoff_http_requests_total"]
    assert {"/offer/{token}", "/inbox", "unmatched", "/readyz"} <= {s.labels["route"] for s in web}
    [open_cases] = [s for s in samples(observed.numbers["web"]) if s.name == "signoff_cases_open" and s.value]
    assert (open_cases.labels, open_cases.value) == ({"process": "hiring"}, 1)


async def test_labels_are_words_of_ours_no_path_no_id_no_person(observed: Observed):
    own = [s for text in observed.numbers.values() for s in samples(text) if s.name.startswith("signoff_")]
    words = {word for s in own for name, word in s.labels.items() if name != "le"}
    people = {*CANDIDATES, CASE, "e1005", "first@mail.example"}
    assert words.isdisjoint(people)
    for word in words:
        assert re.fullmatch(r"[a-z][a-z_-]*|[1-5]\d\d|[A-Z]+|/[a-z/{}_.-]*", word), word
    assert {s.labels["process"] for s in own if "process" in s.labels} <= {*PROCESSES, "other"}


async def test_nothing_that_web_and_worker_wrote_holds_a_name_an_address_or_a_link(observed: Observed):
    assert observed.wrote.count('"event": "decided"') >= UNTIL_EXTENDED
    assert '"route": "/offer/{token}"' in observed.wrote
    token = observed.link.rpartition("/")[2]
    canaries = [*CANDIDATES.values(), *(person.title() for person in CANDIDATES), token, "mail.example"]
    assert [canary for canary in canaries if canary in observed.wrote] == []


async def test_every_line_is_a_document_and_says_which_case_or_request_it_is_about(observed: Observed):
    lines = [json.loads(line) for line in observed.wrote.splitlines()]
    decided = [line for line in lines if line["event"] == "decided"]
    assert all({"case", "command", "command_id", "actor", "channel"} <= line.keys() for line in decided)
    requests = [line for line in lines if line["event"] == "request"]
    assert {"request", "route", "method", "status", "seconds"} <= requests[0].keys()
    assert len({line["request"] for line in requests}) == len(requests)


async def test_the_numbers_are_not_at_the_address_of_the_pages(office_without_worker: Office):
    async with browsing(office_without_worker, "e1009") as browser:
        assert (await browser.http.get("/metrics")).status_code == 404


def test_every_alert_has_a_severity_a_summary_and_a_section_of_the_runbook():
    headings = re.findall(r"^## (.+)$", (ROOT / "docs/runbook.md").read_text(), re.MULTILINE)
    anchors = {heading.lower().replace(" ", "-") for heading in headings}
    for rule in yaml.safe_load(ALERTS.read_text())["groups"][0]["rules"]:
        file, _, anchor = rule["annotations"]["runbook_url"].partition("#")
        assert (ROOT / file).is_file()
        assert anchor in anchors, rule["alert"]
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert rule["annotations"]["summary"]


def test_the_dashboard_is_what_grafana_imports():
    dashboard = json.loads(DASHBOARD.read_text())
    assert {"uid", "title", "schemaVersion", "templating", "panels", "time"} <= dashboard.keys()
    [variable] = dashboard["templating"]["list"]
    assert (variable["type"], variable["query"]) == ("datasource", "prometheus")
    panels = [panel for panel in dashboard["panels"] if panel["type"] != "row"]
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])
    for panel in panels:
        assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
        assert panel["targets"]
        assert panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24


@pytest.mark.parametrize(
    "args", [("check", "rules", str(ALERTS)), ("test", "rules", "tests/operations/alerts_test.yml")]
)
def test_promtool_agrees(args: tuple[str, ...]):
    promtool(*args)


def test_promtool_understands_every_query_of_the_dashboard(tmp_path: Path):
    rules = [{"record": f"panel:query:{number}", "expr": expr} for number, expr in enumerate(queries())]
    (tmp_path / "rules.yml").write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}))
    assert rules
    promtool("check", "rules", str(tmp_path / "rules.yml"))


def promtool(*args: str) -> None:
    program = shutil.which("promtool")
    if program is None:
        assert os.environ.get("CI") != "true", "CI installs promtool"
        pytest.skip("promtool (Debian's package prometheus) is not installed")
    done = subprocess.run([program, *args], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
