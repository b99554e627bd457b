"""How one wants one's mail, and what did not arrive, as typed."""

from pathlib import Path

from tests.cli.conftest import LINE, Cli


def test_a_person_chooses_how_they_get_mail(cli: Cli) -> None:
    assert cli.done("mail", "preferences", "--as", LINE) == {"person": LINE, "send": "at-once", "language": None}
    changed = cli.done("mail", "preferences", "--send", "daily", "--language", "th", "--as", LINE)
    assert changed == {"person": LINE, "send": "daily", "language": "th"}
    assert cli.done("mail", "preferences", "--as", LINE) == changed
    assert cli.done("mail", "preferences", "--send", "at-once", "--as", LINE)["language"] == "th"
    assert cli("mail", "preferences", "--send", "hourly", "--as", LINE).code == 2


def test_what_did_not_arrive_is_a_list(cli: Cli) -> None:
    assert cli.done("mail", "undelivered") == []
    assert "No mail is undelivered." in cli("mail", "undelivered").out


def test_a_message_that_is_no_report_is_refused(cli: Cli, tmp_path: Path) -> None:
    message = tmp_path / "message.eml"
    message.write_text("To: signoff@office.example\n\nHello")

    assert cli("mail", "bounce", str(message), "--json").refused == "not-returned"
