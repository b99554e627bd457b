"""Who may read the numbers: nobody by default, this machine where a port is named, others where a network is."""

import asyncio
import socket

import httpx
import yaml

from runtime.settings import LOOPBACK, Settings
from tests.operations.test_watched import ROOT
from tests.support.office import settings_for
from tests.web.server import free_port
from web.operations.exposed import exposed


def settings(tmp_path, **more) -> Settings:
    return settings_for("postgresql:///x", None, tmp_path, "q").model_copy(update=more)


async def answers(host: str, port: int) -> bool:
    async with httpx.AsyncClient(trust_env=False, timeout=5) as http:
        try:
            return (await http.get(f"http://{host}:{port}/metrics")).status_code == 200
        except httpx.TransportError:
            return False


async def test_without_a_port_nothing_is_opened_and_with_one_only_for_this_machine(tmp_path):
    port = free_port()
    assert settings(tmp_path).metrics_port is None
    assert settings(tmp_path).metrics_host in LOOPBACK
    async with exposed(settings(tmp_path, metrics_port=port)):
        assert await answers("127.0.0.1", port)
        assert not [each for each in own_addresses() if await answers(each, port)]


def own_addresses() -> set[str]:
    """Those of this machine by which others reach it; on one without a network there are none."""
    found = {str(each[4][0]) for each in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    return {each for each in found if not each.startswith("127.")}


def test_the_compose_file_publishes_no_port_of_numbers():
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    watched = [each for each in services.values() if "SIGNOFF_METRICS_PORT" in (each.get("environment") or {})]
    assert len(watched) == 2
    for service in watched:
        port = service["environment"]["SIGNOFF_METRICS_PORT"]
        assert not [each for each in service.get("ports", []) if each.endswith(f":{port}")]


async def test_a_postgres_that_hangs_costs_the_figures_and_not_the_answer(tmp_path, monkeypatch):
    async def hangs() -> dict[str, dict[tuple[str, ...], float]]:
        await asyncio.Event().wait()
        return {}

    monkeypatch.setattr("web.operations.exposed.FIGURES_SECONDS", 0.05)
    port = free_port()
    async with exposed(settings(tmp_path, metrics_port=port), hangs), httpx.AsyncClient(trust_env=False) as http:
        text = (await http.get(f"http://127.0.0.1:{port}/metrics")).text
    assert "process_start_time_seconds" in text
    assert "signoff_schema_version" not in text
