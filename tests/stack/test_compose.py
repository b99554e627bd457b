"""docker-compose.yml against the schema of the Compose Specification, and against what the deployment promises."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = Path(__file__).with_name("compose_spec") / "schema.json"
ONE_SHOT = {"temporal-schema", "temporal-prepare", "migrate"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


@pytest.fixture(scope="module")
def services(compose: dict[str, Any]) -> dict[str, Any]:
    return compose["services"]


def test_the_file_follows_the_compose_specification(compose: dict[str, Any]) -> None:
    jsonschema.Draft201909Validator(json.loads(SCHEMA.read_text())).validate(compose)


def test_the_schema_refuses_a_misspelt_key(compose: dict[str, Any]) -> None:
    wrong = {**compose, "services": {"worker": {**compose["services"]["worker"], "helthcheck": {}}}}
    with pytest.raises(jsonschema.ValidationError, match="helthcheck"):
        jsonschema.Draft201909Validator(json.loads(SCHEMA.read_text())).validate(wrong)


def test_every_image_has_an_exact_version(services: dict[str, Any]) -> None:
    for name, service in services.items():
        assert re.fullmatch(r"[\w./-]+:v?\d+\.\d+[\w.-]*", service["image"]), name


def test_everything_that_keeps_running_has_a_health_check(services: dict[str, Any]) -> None:
    assert {name for name, service in services.items() if "healthcheck" not in service} == ONE_SHOT


def test_everything_waited_for_can_become_ready(services: dict[str, Any]) -> None:
    for name, service in services.items():
        for other, how in service.get("depends_on", {}).items():
            wanted = "service_completed_successfully" if other in ONE_SHOT else "service_healthy"
            assert how["condition"] == wanted, f"{name} waits for {other}"


def test_only_the_migration_has_the_owners_credentials(services: dict[str, Any]) -> None:
    with_owner = {name for name, service in services.items() if "deploy/env/owner.env" in service.get("env_file", [])}
    assert with_owner == {"migrate"}
    app = (ROOT / "deploy/env/app.env.example").read_text()
    assert "signoff_login:" in app
    assert "signoff_owner" not in app


def test_no_password_is_in_the_file_and_each_env_file_has_an_example(services: dict[str, Any]) -> None:
    assert "PASSWORD" not in (ROOT / "docker-compose.yml").read_text()
    for service in services.values():
        for file in service.get("env_file", []):
            assert (ROOT / f"{file}.example").exists()


def test_mounted_files_exist(services: dict[str, Any]) -> None:
    for service in services.values():
        for volume in service.get("volumes", []):
            if volume.startswith("./"):
                assert (ROOT / volume.split(":")[0]).is_file(), volume


def test_ports_are_open_to_this_machine_only(services: dict[str, Any]) -> None:
    ports = [port for service in services.values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)
