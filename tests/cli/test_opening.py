"""A process that several commands open is started, and previewed, by the one that is named."""

from tests.cli.conftest import LINE, ROOT, Cli

GRANT = str(ROOT / "examples" / "authority" / "grant.yaml")
REVOKE = str(ROOT / "examples" / "authority" / "revoke.yaml")


def test_without_a_name_the_openings_are_listed(cli: Cli) -> None:
    said = cli("start", "authority", "--file", GRANT, "--as", LINE, "--json")
    assert said.refused == "which-opening"
    assert "request-limit, revoke-limit" in said.err + said.out


def test_each_opening_starts_its_case_and_has_its_preview(cli: Cli) -> None:
    for name, file in (("request-limit", GRANT), ("revoke-limit", REVOKE)):
        words = ("authority", "--command", name, "--file", file, "--as", LINE)
        steps = cli.done("preview", *words)
        case = cli.done("start", *words, "--id", f"authority-{name}")["case"]
        shown = cli.done("show", case)
        assert shown["stage"] == "in_approval"
        assert shown["tasks"][0]["assignees"] == steps[0]["assignees"]
        assert cli("timeline", case, "--as", LINE).code == 0
