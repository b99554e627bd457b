"""Settings come from the environment first, then from the stack in the home; what is wrong is named."""

from pathlib import Path

import pytest

from domain.kernel.errors import Refused
from embedded import state
from mail.server import server_of
from runtime.settings import Settings

DATABASE = "postgresql://app:secret@db.example:5432/office?sslmode=require"


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {
        "HOME": str(tmp_path),
        "SIGNOFF_HOME": str(tmp_path / "home"),
        "SIGNOFF_DATABASE_URL": DATABASE,
        "TEMPORAL_ADDRESS": "temporal.example:7233",
    }


def refusal(environ: dict[str, str]) -> Refused:
    with pytest.raises(Refused) as caught:
        Settings.load(environ)
    return caught.value


def test_the_database_is_also_the_one_to_migrate_and_its_keys_are_beside_it(environ: dict[str, str]) -> None:
    settings = Settings.load(environ)
    assert settings.migrate_url == DATABASE
    assert settings.keys_url == "postgresql://app:secret@db.example:5432/office_keys?sslmode=require"


def test_a_socket_address_keeps_its_form_for_the_keys(environ: dict[str, str]) -> None:
    settings = Settings.load({**environ, "SIGNOFF_DATABASE_URL": "postgresql:///office?host=%2Frun%2Fpg"})
    assert settings.keys_url == "postgresql:///office_keys?host=%2Frun%2Fpg"


def test_each_database_can_be_named_by_itself(environ: dict[str, str]) -> None:
    settings = Settings.load(
        {
            **environ,
            "SIGNOFF_MIGRATE_DATABASE_URL": "postgresql://owner@db.example/office",
            "SIGNOFF_KEYS_DATABASE_URL": "postgresql://app@vault.example/keys",
        }
    )
    assert settings.migrate_url == "postgresql://owner@db.example/office"
    assert settings.keys_url == "postgresql://app@vault.example/keys"


def test_temporal_is_configured_by_its_own_variables(environ: dict[str, str]) -> None:
    settings = Settings.load({**environ, "TEMPORAL_NAMESPACE": "office", "TEMPORAL_API_KEY": "k"})
    assert settings.temporal["target_host"] == "temporal.example:7233"
    assert settings.temporal["namespace"] == "office"
    assert settings.temporal["api_key"] == "k"


def test_temporal_is_configured_by_its_profile_file(environ: dict[str, str], tmp_path: Path) -> None:
    profile = tmp_path / "temporal.toml"
    profile.write_text('[profile.default]\naddress = "profile.example:7233"\nnamespace = "from-file"\n')
    del environ["TEMPORAL_ADDRESS"]
    settings = Settings.load({**environ, "TEMPORAL_CONFIG_FILE": str(profile)})
    assert settings.temporal == {"target_host": "profile.example:7233", "namespace": "from-file"}


def test_nothing_configured_and_nothing_running_says_what_to_do(tmp_path: Path) -> None:
    refused = refusal({"HOME": str(tmp_path), "SIGNOFF_HOME": str(tmp_path / "home")})
    assert refused.code == "no-stack"
    assert "signoff up" in refused.message


def test_a_running_stack_is_found_and_a_dead_one_is_not(tmp_path: Path) -> None:
    addresses = state.Addresses(
        database_url="postgresql://signoff@/signoff",
        keys_url="postgresql://signoff@/signoff_keys",
        temporal_address="127.0.0.1:7",
        web=None,
        ui="",
    )
    home = state.prepare_home(tmp_path / "home")
    environ = {"HOME": str(tmp_path), "SIGNOFF_HOME": str(home)}
    state.write(home, addresses)
    assert refusal(environ).code == "no-stack"
    with state.locked(home):
        assert Settings.load(environ).database_url == addresses.database_url


def test_the_environment_goes_before_the_running_stack(environ: dict[str, str]) -> None:
    home = state.prepare_home(Path(environ["SIGNOFF_HOME"]))
    with state.locked(home):
        state.write(
            home,
            state.Addresses(database_url="postgresql:///a", keys_url="x", temporal_address="x:1", web=None, ui=""),
        )
        settings = Settings.load(environ)
    assert settings.database_url == DATABASE
    assert settings.keys_url.startswith("postgresql://app:secret@db.example:5432/office_keys")
    assert settings.temporal["target_host"] == "temporal.example:7233"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SIGNOFF_WEB_PORT", "eighty"),
        ("SIGNOFF_WEB_PORT", "99999"),
        ("SIGNOFF_POOL_SIZE", "0"),
        ("SIGNOFF_LOG_LEVEL", "loud"),
        ("SIGNOFF_LOG_FORMAT", "xml"),
        ("SIGNOFF_DATABASE_URL", "mysql://x/y"),
        ("SIGNOFF_DATABASE_URL", "postgresql://host-only"),
    ],
)
def test_a_wrong_value_is_refused_by_the_name_of_its_variable(environ: dict[str, str], name: str, value: str) -> None:
    refused = refusal({**environ, name: value})
    assert refused.code == "bad-setting"
    assert name in refused.message


def test_a_password_in_a_wrong_address_is_not_repeated(environ: dict[str, str]) -> None:
    assert "hunter2" not in refusal({**environ, "SIGNOFF_DATABASE_URL": "mysql://u:hunter2@h/d"}).message


def test_keys_from_the_environment_are_not_printed(environ: dict[str, str]) -> None:
    settings = Settings.load({**environ, "SIGNOFF_MASTER_KEY": "hunter2"})
    assert settings.master_key is not None
    assert settings.master_key.get_secret_value() == "hunter2"
    assert "hunter2" not in repr(settings)


MAIL = {"SIGNOFF_MAIL_FROM": "Signoff <signoff@office.example>"}


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("smtp://mail.example", ("mail.example", 587, "starttls", None)),
        ("smtp://u%40x:p%2Fw@mail.example:25", ("mail.example", 25, "starttls", "p/w")),
        ("smtps://mail.example", ("mail.example", 465, "implicit", None)),
        ("smtp://localhost:1025", ("localhost", 1025, "none", None)),
        ("smtp://relay.example:25?starttls=no", ("relay.example", 25, "none", None)),
    ],
)
def test_mail_leaves_the_machine_encrypted_unless_somebody_says_otherwise(
    environ: dict[str, str], url: str, found: tuple[object, ...]
) -> None:
    server = server_of(Settings.load({**environ, **MAIL, "SIGNOFF_SMTP_URL": url}))
    assert server is not None
    assert (server.host, server.port, server.tls, server.password) == found
    assert server.domain == "office.example"


@pytest.mark.parametrize("url", ["http://mail.example", "smtp://", "smtp://h:99999", "smtp://u:hush@h?tls=no"])
def test_a_wrong_mail_server_is_named_and_its_password_is_not_shown(environ: dict[str, str], url: str) -> None:
    settings = Settings.load({**environ, **MAIL, "SIGNOFF_SMTP_URL": url})
    with pytest.raises(Refused) as caught:
        server_of(settings)
    assert caught.value.code == "bad-setting"
    assert "hush" not in caught.value.message + repr(settings)


def test_mail_is_off_unless_it_is_switched_on_and_needs_a_sender(environ: dict[str, str]) -> None:
    assert server_of(Settings.load(environ)) is None
    with pytest.raises(Refused, match="SIGNOFF_MAIL_FROM"):
        server_of(Settings.load({**environ, "SIGNOFF_SMTP_URL": "smtp://mail.example"}))


SOCKET = "postgresql://signoff@/signoff?host=%2Fhome%2Fpg"
KEYS = "postgresql://signoff@/signoff_keys?host=%2Fhome%2Fpg"
FOREIGN = "postgresql://signoff@db.example/signoff"
PROVIDER = {"SIGNOFF_OIDC_ISSUER": "https://id.example", "SIGNOFF_OIDC_CLIENT_ID": "signoff"}


def chosen(tmp_path: Path, given: dict[str, str], *, database: str = SOCKET, keys: str = KEYS) -> bool:
    """Whether one may choose who one is, while a stack with these addresses runs in the home."""
    return beside_a_stack(tmp_path, given, database=database, keys=keys).may_choose


def beside_a_stack(tmp_path: Path, given: dict[str, str], *, database: str = SOCKET, keys: str = KEYS) -> Settings:
    """The settings while a stack with these addresses runs in the home."""
    home = state.prepare_home(tmp_path / "home")
    addresses = state.Addresses(database_url=database, keys_url=keys, temporal_address="x:1", web=None, ui="")
    with state.locked(home):
        state.write(home, addresses)
        return Settings.load({"HOME": str(tmp_path), "SIGNOFF_HOME": str(home), **given})


@pytest.mark.parametrize("given", [{}, {"SIGNOFF_DATABASE_URL": SOCKET, "SIGNOFF_KEYS_DATABASE_URL": KEYS}])
def test_on_the_embedded_stack_one_may_choose_who_one_is(tmp_path: Path, given: dict[str, str]) -> None:
    assert chosen(tmp_path, given)


@pytest.mark.parametrize(
    "given",
    [
        {"SIGNOFF_DATABASE_URL": FOREIGN},
        {"SIGNOFF_DATABASE_URL": SOCKET.replace("home", "other")},
        {"SIGNOFF_DATABASE_URL": SOCKET + "%2Cdb.example"},
        {"SIGNOFF_DATABASE_URL": SOCKET + "&host=db.example"},
        {"SIGNOFF_KEYS_DATABASE_URL": FOREIGN},
        {"SIGNOFF_MIGRATE_DATABASE_URL": FOREIGN},
        {"SIGNOFF_DATABASE_URL": FOREIGN, "SIGNOFF_EMBEDDED": "1", "EMBEDDED": "true", "SIGNOFF_MAY_CHOOSE": "1"},
        {"SIGNOFF_WEB_HOST": "0.0.0.0"},
        {"SIGNOFF_WEB_HOST": "::"},
        PROVIDER,
    ],
)
def test_one_may_not_choose_with_another_database_another_interface_or_a_provider(
    tmp_path: Path, given: dict[str, str]
) -> None:
    assert not chosen(tmp_path, given)


@pytest.mark.parametrize(
    "database", [FOREIGN, "postgresql:///signoff", SOCKET + "%2Cdb.example", SOCKET + "&host=db.example"]
)
def test_a_stack_file_that_names_a_database_on_the_network_does_not_make_it_embedded(
    tmp_path: Path, database: str
) -> None:
    assert not chosen(tmp_path, {}, database=database)
    assert not chosen(tmp_path, {"SIGNOFF_DATABASE_URL": database}, database=database)
    assert not chosen(tmp_path, {}, keys=database)


def test_without_a_running_stack_nothing_is_embedded_whatever_the_file_says(environ: dict[str, str]) -> None:
    home = state.prepare_home(Path(environ["SIGNOFF_HOME"]))
    state.write(home, state.Addresses(database_url=SOCKET, keys_url=KEYS, temporal_address="x:1", web=None, ui=""))
    assert not Settings.load({**environ, "SIGNOFF_DATABASE_URL": SOCKET}).may_choose


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"SIGNOFF_OIDC_ISSUER": "http://id.example", "SIGNOFF_OIDC_CLIENT_ID": "x"}, "must begin with https"),
        ({"SIGNOFF_OIDC_ISSUER": "https://id.example"}, "SIGNOFF_OIDC_CLIENT_ID is empty"),
        ({**PROVIDER, "SIGNOFF_OIDC_AUDIENCE": "signoff"}, "an audience of its own"),
        ({"SIGNOFF_TRUSTED_PROXIES": "10.0.0.0/8 proxy"}, "SIGNOFF_TRUSTED_PROXIES is wrong"),
        ({"SIGNOFF_API_LIMIT": "0"}, "SIGNOFF_API_LIMIT is wrong"),
    ],
)
def test_settings_of_identity_that_cannot_be_meant_are_refused(
    environ: dict[str, str], given: dict[str, str], sentence: str
) -> None:
    refused = refusal({**environ, **given})
    assert refused.code == "bad-setting"
    assert sentence in refused.message


def test_caught_mails_exist_for_an_embedded_stack_and_for_no_other_database(
    environ: dict[str, str], tmp_path: Path
) -> None:
    asked = {"SIGNOFF_MAIL_CAUGHT": "1"}
    assert Settings.load({**environ, **asked}).caught is None
    assert beside_a_stack(tmp_path, asked).caught == tmp_path / "home" / "caught"
    assert beside_a_stack(tmp_path, {}).caught is None
    assert beside_a_stack(tmp_path, {**asked, "SIGNOFF_DATABASE_URL": FOREIGN}).caught is None


def test_an_open_home_of_an_earlier_version_is_closed(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir(mode=0o755)
    (tmp_path / "home" / state.LOCK).touch()

    assert state.prepare_home(tmp_path / "home").stat().st_mode & 0o777 == 0o700


def test_a_folder_with_other_things_keeps_its_rights(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir(mode=0o755)
    (tmp_path / "shared" / "theirs").touch()

    assert state.prepare_home(tmp_path / "shared").stat().st_mode & 0o777 == 0o755


def test_signals_count_by_themselves_in_the_embedded_stack_only(environ: dict[str, str]) -> None:
    production = Settings.load(environ)

    assert not production.takes_signals
    assert production.model_copy(update={"embedded": True}).takes_signals
    assert Settings.load({**environ, "SIGNOFF_SIGNALS": "on"}).takes_signals
    assert not production.model_copy(update={"embedded": True, "signals": "off"}).takes_signals


def test_links_lead_to_the_pages_of_the_running_stack(tmp_path: Path) -> None:
    home = state.prepare_home(tmp_path / "home")
    pages = "http://127.0.0.1:18110"
    here = state.Addresses(database_url=SOCKET, keys_url=KEYS, temporal_address="x:1", web=pages, ui="")
    given = {"HOME": str(tmp_path), "SIGNOFF_HOME": str(home)}
    with state.locked(home):
        state.write(home, here)
        assert Settings.load(given).base_url == pages
        assert (
            Settings.load({**given, "SIGNOFF_WEB_URL": "https://signoff.example"}).base_url == "https://signoff.example"
        )
        assert Settings.load({**given, "SIGNOFF_WEB_PORT": "9000"}).base_url == "http://127.0.0.1:9000"
        elsewhere = {**given, "SIGNOFF_DATABASE_URL": DATABASE}
        assert Settings.load(elsewhere).base_url == "http://127.0.0.1:8080"
