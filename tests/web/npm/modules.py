"""What the tests need from npm, installed once by the lock beside this file: `installed() / "<package>"`."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).parent
FILES = ("package.json", "package-lock.json", ".npmrc")


@cache
def installed() -> Path:
    """The folder `node_modules`. Skips the test where there is no node; CI must have one."""
    if not (shutil.which("node") and shutil.which("npm")):
        if os.environ.get("CI") == "true":
            pytest.fail("node and npm are needed in CI")
        pytest.skip("node and npm are not installed")
    place = Path(sys.prefix) / f"npm-{_version()}"
    if not place.is_dir():
        _install(place)
    return place / "node_modules"


def _version() -> str:
    return hashlib.sha256(b"".join((HERE / name).read_bytes() for name in FILES)).hexdigest()[:16]


def _install(place: Path) -> None:
    """Beside its place first, then in one step there: tests in several processes may want it at once."""
    with tempfile.TemporaryDirectory(dir=place.parent, prefix="npm-") as name:
        folder = Path(name) / "modules"
        folder.mkdir()
        for each in FILES:
            shutil.copy(HERE / each, folder)
        made = subprocess.run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            cwd=folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert made.returncode == 0, made.stderr
        try:
            folder.rename(place)
        except OSError:
            assert place.is_dir()  # another process was first
