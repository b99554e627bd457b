"""Where everything is: read once, at the top of a program, from the environment or from the stack in the home.

Temporal is configured by Temporal's own means (`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, …, or its profile file).
"""

import os
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import parse_qs, quote, urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError

from domain.kernel.errors import Refused
from domain.kernel.value import Value

HOME = ".signoff"
TASK_QUEUE = "signoff"

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def _safe_url(text: str) -> str:
    parts = urlsplit(text)
    if text and not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)):
        raise ValueError("it must begin with https://")
    return text


def _networks(text: str) -> str:
    for each in text.split():
        ip_network(each)
    return text


Port = Annotated[int, Field(ge=1, le=65535)]
SafeUrl = Annotated[str, AfterValidator(_safe_url)]
Networks = Annotated[str, AfterValidator(_networks)]
PerMinute = Annotated[int, Field(ge=1, le=1_000_000)]


class Settings(Value):
    """The whole configuration; nothing else in the project reads the environment.

    `database_url` is what the application uses, `migrate_url` the owner of the tables, `keys_url` the other database
    with the keys of people. `temporal` holds the keyword arguments of `temporalio.client.Client.connect`.

    Mail goes out where `smtp_url` says (docs/mail.md); None switches it off. `mail_decides` says whether a mail's link
    is enough to decide, or leads through the login; `mail_returns` is the mailbox for mail that comes back. `caught` is
    where the embedded stack keeps the mails it catches.

    `checkpoints` are folders, apart by a colon, to which signed heads are written (docs/signed-heads.md).

    `metrics_port` opens a port for machines that watch, at `metrics_host` (docs/operations.md); None opens none.
    Traces go to `otlp_endpoint`, if there is one.
    `signals` says whether what is typed into Temporal by hand counts (docs/threat-model.md);
    `payload_readers` are the ids of those whom the codec endpoint answers.
    `previous_master_key`: those before this one, while what they signed and encrypted is still about.
    `embedded`: both databases are those of the stack that runs in the home. No variable sets it (docs/identity.md).
    """

    home: Path
    database_url: str
    migrate_url: str
    keys_url: str
    temporal: dict[str, Any]
    task_queue: str = TASK_QUEUE
    pool_size: int = Field(default=20, ge=1, le=500)
    web_host: str = "127.0.0.1"
    web_port: Port = 8080
    web_url: str = ""
    metrics_host: str = "127.0.0.1"
    metrics_port: Port | None = None
    otlp_endpoint: str = ""
    temporal_ui_url: str = ""
    log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR|CRITICAL)$")
    log_json: bool = False
    master_key: SecretStr | None = None
    previous_master_key: SecretStr | None = None
    signing_key: SecretStr | None = None
    smtp_url: SecretStr | None = None
    mail_from: str = ""
    mail_returns: str = ""
    mail_decides: Literal["link", "login"] = "link"
    caught: Path | None = None
    checkpoints: str = ""
    embedded: bool = False
    signals: Literal["on", "off", ""] = ""
    payload_readers: str = ""
    oidc_issuer: SafeUrl = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr | None = None
    oidc_audience: str = ""
    oidc_claim: str = "email"
    trusted_proxies: Networks = ""
    login_limit: PerMinute = 120
    decision_limit: PerMinute = 300
    api_limit: PerMinute = 1200

    @property
    def may_choose(self) -> bool:
        """Whether a login may be a choice among all people: on this machine's own stack only, without a provider."""
        return self.embedded and not self.oidc_issuer and self.web_host in LOOPBACK

    @property
    def takes_signals(self) -> bool:
        """Whether unsigned signals count, of commands that the policy names: by itself in the embedded stack only."""
        return self.signals == "on" or (self.embedded and not self.signals)

    @property
    def checkpoint_places(self) -> tuple[Path, ...]:
        """Where signed heads are kept: the folders of SIGNOFF_CHECKPOINTS, one in the home if it names none."""
        given = [Path(each).expanduser() for each in self.checkpoints.split(os.pathsep) if each.strip()]
        return tuple(given) or (self.home / "checkpoints",)

    @property
    def base_url(self) -> str:
        """What links in mails begin with, without a slash at the end."""
        return self.web_url.rstrip("/") or f"http://{self.web_host}:{self.web_port}"

    def temporal_ui_of(self, case: str) -> str:
        """The page of a case's workflow in the Temporal UI; empty where no UI is known."""
        namespace = self.temporal.get("namespace", "default")
        ui = self.temporal_ui_url.rstrip("/")
        return f"{ui}/namespaces/{quote(namespace)}/workflows/{quote(case)}" if ui else ""

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None, *, temporal: bool = True) -> Self:
        """Reads the environment; what it does not say comes from the stack that runs in the home.

        Without `temporal` nothing is read of Temporal: a command that only looks into the log need not know it.

        Raises `Refused`: `no-stack` if neither names a database or a Temporal, `bad-setting` for a wrong value.
        """
        env = os.environ if environ is None else environ
        home = home_of(env)
        running = _running(home)
        values: dict[str, Any] = {
            "home": home,
            **_databases(env, running, home),
            "embedded": _is_embedded(env, running),
            "temporal": _temporal(env, running, home) if temporal else {},
            "caught": _caught(env, running, home),
            **_embedded_ui(env, running),
            **_given(env),
        }
        _check_oidc(values)
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            problem = error.errors(include_input=False)[0]
            field = str(problem["loc"][0])
            name = next((n for n, f in _NAMES.items() if f == field), field)
            raise Refused("bad-setting", "{name} is wrong: {reason}.", name=name, reason=problem["msg"]) from error


_NAMES = {
    "SIGNOFF_TASK_QUEUE": "task_queue",
    "SIGNOFF_POOL_SIZE": "pool_size",
    "SIGNOFF_WEB_HOST": "web_host",
    "SIGNOFF_WEB_PORT": "web_port",
    "SIGNOFF_WEB_URL": "web_url",
    "SIGNOFF_METRICS_HOST": "metrics_host",
    "SIGNOFF_METRICS_PORT": "metrics_port",
    "OTEL_EXPORTER_OTLP_ENDPOINT": "otlp_endpoint",
    "SIGNOFF_TEMPORAL_UI_URL": "temporal_ui_url",
    "SIGNOFF_LOG_LEVEL": "log_level",
    "SIGNOFF_MASTER_KEY": "master_key",
    "SIGNOFF_PREVIOUS_MASTER_KEY": "previous_master_key",
    "SIGNOFF_SIGNALS": "signals",
    "SIGNOFF_PAYLOAD_READERS": "payload_readers",
    "SIGNOFF_SIGNING_KEY": "signing_key",
    "SIGNOFF_CHECKPOINTS": "checkpoints",
    "SIGNOFF_SMTP_URL": "smtp_url",
    "SIGNOFF_MAIL_FROM": "mail_from",
    "SIGNOFF_MAIL_RETURNS": "mail_returns",
    "SIGNOFF_MAIL_DECIDES": "mail_decides",
    "SIGNOFF_OIDC_ISSUER": "oidc_issuer",
    "SIGNOFF_OIDC_CLIENT_ID": "oidc_client_id",
    "SIGNOFF_OIDC_CLIENT_SECRET": "oidc_client_secret",
    "SIGNOFF_OIDC_AUDIENCE": "oidc_audience",
    "SIGNOFF_OIDC_CLAIM": "oidc_claim",
    "SIGNOFF_TRUSTED_PROXIES": "trusted_proxies",
    "SIGNOFF_LOGIN_LIMIT": "login_limit",
    "SIGNOFF_DECISION_LIMIT": "decision_limit",
    "SIGNOFF_API_LIMIT": "api_limit",
}


def home_of(environ: Mapping[str, str]) -> Path:
    """The home that the environment names, absolute; `.signoff` in the present folder by default."""
    return Path(environ.get("SIGNOFF_HOME") or HOME).expanduser().absolute()


def task_queue_of(environ: Mapping[str, str]) -> str:
    return environ.get("SIGNOFF_TASK_QUEUE") or TASK_QUEUE


def keys_database(url: str) -> str:
    """The default place of the keys: the same server, database `<name>_keys`."""
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{parts.netloc}{parts.path}_keys{query}"


def _running(home: Path) -> dict[str, str]:
    """The addresses of the embedded stack that runs in the home, if any."""
    from embedded import state  # noqa: PLC0415 - the only thing that production needs of the package, and only here

    addresses = state.read(home)
    return {} if addresses is None else addresses.model_dump(exclude_none=True)


def _databases(env: Mapping[str, str], running: Mapping[str, str], home: Path) -> dict[str, str]:
    url = env.get("SIGNOFF_DATABASE_URL") or running.get("database_url")
    if url is None:
        raise _no_stack("database", "SIGNOFF_DATABASE_URL", home)
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"} or len(parts.path) < 2:
        raise _bad("SIGNOFF_DATABASE_URL", "(not shown: it may hold a password)", "postgresql://user@host/database")
    own_keys = running.get("keys_url") if url == running.get("database_url") else None
    return {
        "database_url": url,
        "migrate_url": env.get("SIGNOFF_MIGRATE_DATABASE_URL") or url,
        "keys_url": env.get("SIGNOFF_KEYS_DATABASE_URL") or own_keys or keys_database(url),
    }


def _is_embedded(env: Mapping[str, str], running: Mapping[str, str]) -> bool:
    """Whether the databases are those of the stack that runs in the home, on its private socket, by every variable."""
    log, keys = running.get("database_url", ""), running.get("keys_url", "")
    if not (_on_a_socket(log) and _on_a_socket(keys)):
        return False
    named = {"SIGNOFF_DATABASE_URL": log, "SIGNOFF_MIGRATE_DATABASE_URL": log, "SIGNOFF_KEYS_DATABASE_URL": keys}
    return all(env.get(name, "") in {"", url} for name, url in named.items())


def _on_a_socket(url: str) -> bool:
    parts = urlsplit(url)
    hosts = parse_qs(parts.query).get("host", [])
    return not parts.hostname and len(hosts) == 1 and hosts[0].startswith("/") and "," not in hosts[0]


def _check_oidc(values: Mapping[str, Any]) -> None:
    """A provider needs a client; and its tokens for pages (audience: the client) must not be tokens for the API."""
    client = values.get("oidc_client_id")
    if values.get("oidc_issuer") and not client:
        raise _bad("SIGNOFF_OIDC_CLIENT_ID", "empty", "the client's id at the provider, as SIGNOFF_OIDC_ISSUER is set")
    if client and values.get("oidc_audience") == client:
        raise _bad("SIGNOFF_OIDC_AUDIENCE", "the client's id", "an audience of its own, which only API tokens carry")


def _temporal(env: Mapping[str, str], running: Mapping[str, str], home: Path) -> dict[str, Any]:
    from temporalio.envconfig import ClientConfig  # noqa: PLC0415 - importing the SDK takes a sixth of a second

    try:
        given = ClientConfig.load_client_connect_config(override_env_vars=dict(env))
    except RuntimeError as error:
        raise Refused("bad-setting", "Temporal's configuration cannot be read: {reason}", reason=str(error)) from error
    if "target_host" in given:
        return {"namespace": "default", **given}
    if "temporal_address" not in running:
        raise _no_stack("Temporal", "TEMPORAL_ADDRESS", home)
    return {"namespace": "default", **given, "target_host": running["temporal_address"]}


def _caught(env: Mapping[str, str], running: Mapping[str, str], home: Path) -> Path | None:
    """Where caught mails are: only for the children of a stack of this home, never in production."""
    from embedded.state import CAUGHT  # noqa: PLC0415 - as above

    return home / CAUGHT if env.get("SIGNOFF_MAIL_CAUGHT") and _is_embedded(env, running) else None


def _embedded_ui(env: Mapping[str, str], running: Mapping[str, str]) -> dict[str, str]:
    """The embedded stack's Temporal UI, unless Temporal is another one, and its pages, unless they are elsewhere."""
    found = {"temporal_ui_url": running["ui"]} if "ui" in running and not env.get("TEMPORAL_ADDRESS") else {}
    if "web" in running and _is_embedded(env, running) and not {*env} & {"SIGNOFF_WEB_HOST", "SIGNOFF_WEB_PORT"}:
        found["web_url"] = running["web"]
    return found


def _given(env: Mapping[str, str]) -> dict[str, Any]:
    given: dict[str, Any] = {field: env[name] for name, field in _NAMES.items() if env.get(name)}
    if "log_level" in given:
        given["log_level"] = given["log_level"].upper()
    match env.get("SIGNOFF_LOG_FORMAT", ""):
        case "" | "text":
            return given
        case "json":
            return {**given, "log_json": True}
        case other:
            raise _bad("SIGNOFF_LOG_FORMAT", other, "text or json")


def _no_stack(what: str, name: str, home: Path) -> Refused:
    return Refused(
        "no-stack",
        "No {what} is configured and no stack runs in {home}. Start one with `signoff up`, or set {name}.",
        what=what,
        home=str(home),
        name=name,
    )


def _bad(name: str, value: str, wanted: str) -> Refused:
    return Refused("bad-setting", "{name} is {value}; it must be {wanted}.", name=name, value=value, wanted=wanted)
