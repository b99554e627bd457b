"""Tokens for the API of the embedded stack, and of no other."""

from tests.cli.conftest import LINE, Cli

PROVIDER = {"SIGNOFF_OIDC_ISSUER": "https://id.example", "SIGNOFF_OIDC_CLIENT_ID": "signoff"}


def test_the_embedded_stack_makes_a_token_for_a_person(cli: Cli) -> None:
    assert cli.done("token", "--as", LINE)["token"].count(".") == 2
    assert cli("token", "--json").refused == "no-person"
    assert cli("token", "--as", "e9999", "--json").refused == "unknown-person"


def test_with_a_provider_tokens_are_its_matter(cli: Cli) -> None:
    said = cli("token", "--as", LINE, "--json", **PROVIDER)

    assert said.refused == "not-embedded"
    assert "ask the OpenID provider" in said.err
