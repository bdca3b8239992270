"""Settings: documented, checked, and complained about in one line."""

import re
import subprocess
from pathlib import Path

import pytest
from pydantic_settings import BaseSettings

from src.adapters.celery_queue import CelerySettings
from src.adapters.database import DatabaseSettings
from src.adapters.discord_messages import DiscordSettings
from src.adapters.discord_sign_in import DiscordSignInSettings
from src.adapters.riot_api import RiotSettings
from src.adapters.riot_budget.settings import RiotBudgetSettings
from src.adapters.rso_adapter import RSOSettings
from src.adapters.webhooks import WebhookSettings
from src.bootstrap.celery import create_celery_app, flower_environment
from src.bootstrap.servers import announced
from src.bootstrap.settings import (
    SETTINGS_CLASSES,
    BotSettings,
    TaskSettings,
    WebSettings,
    check_settings,
    read_settings,
    sandbox_runs,
)
from src.core.errors import ConfigurationError
from src.sandbox.settings import SandboxSettings

EXAMPLE = Path(__file__).resolve().parents[3] / ".env.example"
EVERY_CLASS: tuple[type[BaseSettings], ...] = (
    *SETTINGS_CLASSES, DiscordSettings, RiotBudgetSettings, SandboxSettings,
)  # fmt: skip
EVERY_SETTING = [(kind, name) for kind in SETTINGS_CLASSES for name in kind.model_fields]
# `.env.example` shows the form of these, not their default.
SHOWN_BY_FORM = {"database_url", "worker_queue", "celery_broker_url", "celery_result_backend"}
# Addresses of databases hold passwords.
IS_SECRET = re.compile(r"token|secret|key$|basic_auth$|^database_url|^celery_(broker_url|result_backend)")

BAD_VALUES = [
    (WebSettings, "API_PORT", "hunter2"),
    (WebSettings, "API_PORT", "70000"),
    (WebSettings, "API_AUTH", "hunter2"),
    (WebSettings, "FLOWER_PORT", "-31415"),
    (WebSettings, "API_PORT", "0"),
    (WebSettings, "PUBLIC_BASE_URL", "hunter2"),
    (WebSettings, "PUBLIC_BASE_URL", "ftp://hunter2"),
    (WebSettings, "PUBLIC_BASE_URL", "https://hunter2:port"),
    (WebSettings, "PUBLIC_BASE_URL", "https://hunter2/?from=here"),
    (WebSettings, "FORWARDED_ALLOW_IPS", "hunter2"),
    (WebSettings, "FORWARDED_ALLOW_IPS", "10.0.0.1,hunter2"),
    (WebSettings, "FORWARDED_ALLOW_IPS", "10.0.0.0/33"),
    (WebSettings, "FORWARDED_ALLOW_IPS", "10.0.0.1/8"),
    (WebSettings, "FLOWER_BASIC_AUTH", "hunter2"),
    (WebSettings, "FLOWER_BASIC_AUTH", "me:hunter2,you:"),
    (BotSettings, "DISCORD_GATEWAY_URL", "hunter2"),
    (BotSettings, "DISCORD_GATEWAY_URL", "https://hunter2"),
    (DiscordSignInSettings, "DISCORD_OAUTH_BASE_URL", "hunter2"),
    (DiscordSignInSettings, "DISCORD_OAUTH_BASE_URL", "http://hunter2.example"),
    (DiscordSignInSettings, "DISCORD_OAUTH_BASE_URL", "https://hunter2:port"),
    (DiscordSignInSettings, "DISCORD_OAUTH_BASE_URL", "https://hunter2/?from=here"),
    (BotSettings, "DISCORD_API_BASE_URL", "hunter2"),
    (CelerySettings, "WORKER_LOGLEVEL", "hunter2"),
    (CelerySettings, "WORKER_NAME", "hunter2@%h"),
    (CelerySettings, "CELERY_TASK_TIME_LIMIT", "31.4.15"),
    (CelerySettings, "CELERY_TASK_SOFT_TIME_LIMIT", "31415"),
    (CelerySettings, "WORKER_CONCURRENCY", "31415"),
    (CelerySettings, "WORKER_AUTOSCALE", "hunter2"),
    (CelerySettings, "WORKER_QUEUE", "default,hunter2"),
    (TaskSettings, "DEFAULT_MATCH_YEAR", "hunter2"),
    (WebhookSettings, "WEBHOOK_SECRET", "whsec_hunter2"),
    (WebhookSettings, "WEBHOOK_SECRET", "hunter2_" + "hunter2h" * 4),
    (WebhookSettings, "WEBHOOK_ALLOWED_HOSTS", "http://hunter2"),
    (WebhookSettings, "WEBHOOK_ALLOWED_HOSTS", "hooks.example,hunter2:port"),
    (WebhookSettings, "WEBHOOK_ALLOWED_HOSTS", "hunter2/hook"),
    (WebhookSettings, "WEBHOOK_ALLOWED_HOSTS", "hunter2@hooks.example"),
    (DatabaseSettings, "DATABASE_POOL_SIZE", "hunter2"),
    (DatabaseSettings, "DATABASE_COMMAND_TIMEOUT", "-31415"),
    (DiscordSettings, "DISCORD_API_BASE_URL", "hunter2"),
    (RiotSettings, "RIOT_API_BASE_URL", "ftp://hunter2"),
    (RiotSettings, "RIOT_API_TIMEOUT", "hunter2"),
    (RSOSettings, "RSO_ISSUER_URL", "http://hunter2.example"),
]


def documented() -> dict[str, str]:
    """The settings of `.env.example` with the values shown there."""
    lines = re.findall(r"^#?([A-Z][A-Z0-9_]*)=(.*)$", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(lines) == len(dict(lines)), "a setting is listed twice"
    return dict(lines)


class TestExample:
    """`.env.example` and the settings classes tell the same."""

    def test_every_documented_setting_exists(self) -> None:
        known = {name.upper() for kind in EVERY_CLASS for name in kind.model_fields}
        assert set(documented()) - known == set()

    @pytest.mark.parametrize("kind", EVERY_CLASS)
    def test_every_setting_is_documented(self, kind: type[BaseSettings]) -> None:
        assert {name.upper() for name in kind.model_fields} - set(documented()) == set()

    def test_every_class_but_the_sandboxs_is_checked(self) -> None:
        """What the budget reads, others read too."""
        checked = {name for kind in SETTINGS_CLASSES for name in kind.model_fields}
        assert set(RiotBudgetSettings.model_fields) <= checked
        assert all(
            name.startswith(("sandbox_", "riot_sandbox_", "rso_sandbox_")) for name in SandboxSettings.model_fields
        )

    def test_it_can_be_copied_as_it_is(self) -> None:
        Path(".env").write_bytes(EXAMPLE.read_bytes())
        check_settings()

    def test_it_can_be_copied_with_everything_uncommented(self) -> None:
        Path(".env").write_text("".join(f"{name}={value}\n" for name, value in documented().items()))
        check_settings()
        SandboxSettings()

    @pytest.mark.parametrize(("kind", "name"), [each for each in EVERY_SETTING if each[1] not in SHOWN_BY_FORM])
    def test_what_it_shows_is_the_default(
        self, kind: type[BaseSettings], name: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(name.upper(), documented()[name.upper()])
        assert getattr(kind(), name) == kind.model_fields[name].get_default()


class TestBadValues:
    """One line that names the setting, and not its value."""

    @pytest.mark.parametrize(("kind", "name", "value"), BAD_VALUES)
    @pytest.mark.parametrize("place", ["environment", ".env"])
    def test_a_bad_value_is_named_in_one_line_without_the_value(
        self, kind: type[BaseSettings], name: str, value: str, place: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        if place == "environment":
            monkeypatch.setenv(name, value)
        else:
            Path(".env").write_text(f"{name}={value}\n")
        for read in (lambda: read_settings(kind), check_settings):
            with pytest.raises(ConfigurationError, match=f"^Bad setting {name}: ") as refused:
                read()
            assert_one_line_without(refused.value, "hunter2", *([value] if len(value) > 1 else []))

    @pytest.mark.parametrize(("kind", "name"), EVERY_SETTING)
    def test_no_complaint_about_any_setting_shows_its_value(
        self, kind: type[BaseSettings], name: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(name.upper(), "hunter2\nhunter2")
        try:
            read_settings(kind)
        except ConfigurationError as error:
            refused = error
        else:
            return  # it takes any text
        assert str(refused).startswith(f"Bad setting {name.upper()}: ")
        assert_one_line_without(refused, "hunter2")

    def test_a_soft_limit_above_the_hard_one_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CELERY_TASK_TIME_LIMIT", "100")
        monkeypatch.setenv("CELERY_TASK_SOFT_TIME_LIMIT", "100")
        with pytest.raises(ConfigurationError) as refused:
            check_settings()
        assert str(refused.value) == "Bad setting CELERY_TASK_SOFT_TIME_LIMIT: must be below CELERY_TASK_TIME_LIMIT."

    def test_a_secret_without_its_application_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """It would sign nobody in, and nobody would notice."""
        monkeypatch.setenv("DISCORD_CLIENT_SECRET", "hunter2")
        with pytest.raises(ConfigurationError, match="DISCORD_CLIENT_ID") as refused:
            check_settings()
        assert_one_line_without(refused.value, "hunter2")

    @pytest.mark.parametrize("proof", ["rso", "both"])
    def test_a_sign_in_at_riot_without_a_client_is_refused(self, proof: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("BIND_PROOF", proof)
        with pytest.raises(ConfigurationError) as refused:
            check_settings()
        assert str(refused.value) == "Set RSO_CLIENT_ID too where BIND_PROOF is rso or both."

    @pytest.mark.parametrize("proof", ["auto", "rso", "both"])
    def test_a_client_of_riots_without_its_secret_is_refused(self, proof: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """Everybody would be sent to Riot, and nobody linked."""
        monkeypatch.setenv("BIND_PROOF", proof)
        monkeypatch.setenv("RSO_CLIENT_ID", "hunter2")
        with pytest.raises(ConfigurationError, match=r"^Set RSO_CLIENT_SECRET or RSO_PRIVATE_KEY_FILE too") as refused:
            check_settings()
        assert_one_line_without(refused.value, "hunter2")

    @pytest.mark.parametrize("url", ["http://hunter2.example", "http://10.0.0.2:8000", "http://127.0.0.1.example"])
    @pytest.mark.parametrize("proof", ["auto", "rso", "both"])
    def test_a_sign_in_over_plain_http_is_refused(self, proof: str, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """Browsers would not keep its cookie, and everybody on the way could."""
        monkeypatch.setenv("BIND_PROOF", proof)
        monkeypatch.setenv("RSO_CLIENT_ID", "chimera")
        monkeypatch.setenv("RSO_CLIENT_SECRET", "secret")
        monkeypatch.setenv("PUBLIC_BASE_URL", url)
        with pytest.raises(ConfigurationError, match=r"^Bad setting PUBLIC_BASE_URL: it must be https") as refused:
            check_settings()
        assert_one_line_without(refused.value, "hunter2")

    @pytest.mark.parametrize("url", ["hunter2", "mysql://hunter2@db/x", "postgresql://u:hunter2@db:port/x"])
    def test_an_address_of_no_postgres_is_refused(self, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DATABASE_URL", url)
        with pytest.raises(ConfigurationError, match=r"^DATABASE_URL is not a Postgres URL") as refused:
            check_settings()
        assert_one_line_without(refused.value, "hunter2")

    @pytest.mark.parametrize("path", ["hunter2.pem", "."])
    def test_a_key_file_that_is_none_is_refused(self, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("RSO_PRIVATE_KEY_FILE", path)
        with pytest.raises(ConfigurationError, match=r"^Bad setting RSO_PRIVATE_KEY_FILE: there is no such") as refused:
            check_settings()
        assert_one_line_without(refused.value, "hunter2")

    @pytest.mark.parametrize("kind", [WebSettings, CelerySettings])
    def test_a_file_that_is_no_text_is_refused(self, kind: type[BaseSettings]) -> None:
        Path(".env").write_bytes(b"API_PORT=80\xff\xfe00\n")
        for read in (lambda: read_settings(kind), check_settings):
            with pytest.raises(ConfigurationError, match="UTF-8") as refused:
                read()
            assert_one_line_without(refused.value, "API_PORT=")


class TestGoodValues:
    """What must not be refused."""

    def test_addresses_ports_paths_and_several_users(self, tmp_path: Path) -> None:
        (tmp_path / "key.pem").write_text("a key")
        Path(".env").write_text(
            "PUBLIC_BASE_URL=https://chimera.example:8443/lol/\nFLOWER_BASIC_AUTH=me:a:b,you:c\n"
            "DISCORD_GATEWAY_URL=ws://127.0.0.1:7000\nDISCORD_OAUTH_BASE_URL=http://[::1]:7001\n"
            "RSO_PRIVATE_KEY_FILE=key.pem\nDATABASE_URL=postgresql+asyncpg://u:p@db/x\nWORKER_NAME=w-1.eu_2\n"
        )
        check_settings()

    @pytest.mark.parametrize("url", ["https://chimera.example", "http://127.0.0.1:8000", "http://localhost:8000"])
    @pytest.mark.parametrize("proof", ["auto", "rso", "both", "icon"])
    def test_a_sign_in_over_https_or_on_this_machine(
        self, proof: str, url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("BIND_PROOF", proof)
        monkeypatch.setenv("RSO_CLIENT_ID", "chimera")
        monkeypatch.setenv("RSO_CLIENT_SECRET", "secret")
        monkeypatch.setenv("PUBLIC_BASE_URL", url)
        check_settings()

    def test_a_key_file_in_place_of_a_secret(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "key.pem").write_text("a key")
        monkeypatch.setenv("RSO_CLIENT_ID", "chimera")
        monkeypatch.setenv("RSO_PRIVATE_KEY_FILE", str(tmp_path / "key.pem"))
        check_settings()

    @pytest.mark.parametrize(("proof", "client"), [("auto", ""), ("icon", ""), ("icon", "chimera")])
    def test_whoever_proves_by_an_icon_needs_neither_https_nor_a_secret(
        self, proof: str, client: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("BIND_PROOF", proof)
        monkeypatch.setenv("RSO_CLIENT_ID", client)
        monkeypatch.setenv("PUBLIC_BASE_URL", "http://chimera.lan:8000")
        check_settings()

    @pytest.mark.parametrize("proxies", ["*", "10.0.0.7", "10.0.0.0/8, 2001:db8::/32,::1"])
    def test_proxies_by_address_or_network(self, proxies: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("FORWARDED_ALLOW_IPS", proxies)
        assert read_settings(WebSettings).forwarded_allow_ips == proxies

    def test_blanks_are_no_part_of_an_application(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DISCORD_CLIENT_ID", " 42 ")
        monkeypatch.setenv("DISCORD_CLIENT_SECRET", " secret\n")
        settings = read_settings(DiscordSignInSettings)
        assert settings.discord_client_secret is not None
        assert (settings.discord_client_id, settings.discord_client_secret.get_secret_value()) == ("42", "secret")
        monkeypatch.setenv("DISCORD_CLIENT_ID", " ")
        monkeypatch.setenv("DISCORD_CLIENT_SECRET", "\t")
        settings = read_settings(DiscordSignInSettings)
        assert (settings.discord_client_id, settings.discord_client_secret) == (None, None)

    @pytest.mark.parametrize("kind", [BotSettings, DiscordSettings])
    def test_blanks_are_no_part_of_a_token(self, kind: type[DiscordSettings], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DISCORD_BOT_TOKEN", " token\n")
        token = read_settings(kind).discord_bot_token
        assert token is not None
        assert token.get_secret_value() == "token"
        monkeypatch.setenv("DISCORD_BOT_TOKEN", " \n")
        assert read_settings(kind).discord_bot_token is None


class TestUnknownNames:
    """A misspelt name in `.env` does not go unnoticed."""

    def test_an_unknown_name_is_refused_without_its_value(self) -> None:
        Path(".env").write_text("DISCORD_TOKEN=hunter2\n")
        with pytest.raises(ConfigurationError, match="unknown setting DISCORD_TOKEN") as refused:
            check_settings()
        assert_one_line_without(refused.value, "hunter2")

    def test_case_does_not_matter(self) -> None:
        Path(".env").write_text("api_port=8001\n")
        check_settings()
        assert read_settings(WebSettings).api_port == 8001

    def test_the_environment_may_hold_anything(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DISCORD_TOKEN", "not ours")
        check_settings()

    def test_the_sandboxs_names_are_known(self) -> None:
        Path(".env").write_text("".join(f"{name.upper()}=\n" for name in SandboxSettings.model_fields))
        check_settings()

    def test_no_file_is_fine(self) -> None:
        check_settings()


class TestPrecedence:
    """Which of several values counts."""

    @pytest.fixture(autouse=True)
    def _servers_run(self) -> None:
        Path("var").mkdir()
        Path("var/servers.env").write_text("CELERY_BROKER_URL=redis://127.0.0.1:1/1\n")

    def broker(self) -> str:
        return read_settings(CelerySettings).celery_broker_url.get_secret_value()

    def test_the_embedded_servers_are_found(self) -> None:
        assert self.broker() == "redis://127.0.0.1:1/1"

    def test_dotenv_wins_over_the_embedded_servers(self) -> None:
        Path(".env").write_text("CELERY_BROKER_URL=redis://127.0.0.1:2/1\n")
        assert self.broker() == "redis://127.0.0.1:2/1"

    def test_the_environment_wins_over_dotenv(self, monkeypatch: pytest.MonkeyPatch) -> None:
        Path(".env").write_text("CELERY_BROKER_URL=redis://127.0.0.1:2/1\n")
        monkeypatch.setenv("CELERY_BROKER_URL", "redis://127.0.0.1:3/1")
        assert self.broker() == "redis://127.0.0.1:3/1"

    @pytest.mark.parametrize("kind", EVERY_CLASS)
    def test_empty_is_unset(self, kind: type[BaseSettings], monkeypatch: pytest.MonkeyPatch) -> None:
        Path("var/servers.env").unlink()
        untouched = kind()
        Path(".env").write_text("".join(f"{name.upper()}=\n" for name in kind.model_fields))
        assert kind() == untouched
        Path(".env").unlink()
        for name in kind.model_fields:
            monkeypatch.setenv(name.upper(), "")
        assert kind() == untouched

    def test_an_empty_variable_does_not_hide_dotenv(self, monkeypatch: pytest.MonkeyPatch) -> None:
        Path(".env").write_text("CELERY_BROKER_URL=redis://127.0.0.1:2/1\n")
        monkeypatch.setenv("CELERY_BROKER_URL", "")
        assert self.broker() == "redis://127.0.0.1:2/1"


class TestSecrets:
    """What must not be shown is not."""

    @pytest.mark.parametrize(("kind", "name"), [each for each in EVERY_SETTING if IS_SECRET.search(each[1])])
    def test_secrets_hide_in_every_picture_of_the_settings(
        self, kind: type[BaseSettings], name: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        value = "whsec_" + "hunter2h" * 4 if kind is WebhookSettings else "redis://:hunter2@127.0.0.1:6379/1"
        monkeypatch.setenv(name.upper(), value)
        settings = read_settings(kind)
        assert "hunter2" not in f"{settings!r} {settings} {settings.model_dump()}"


class TestHandedOn:
    """Settings for programs that read no `.env`."""

    def test_flower_gets_its_own_names(self) -> None:
        assert flower_environment()["FLOWER_PORT"] == "5555"
        assert "FLOWER_BASIC_AUTH" not in flower_environment()
        Path(".env").write_text("FLOWER_PORT=5556\nFLOWER_BASIC_AUTH=me:hunter2\n")
        wanted = {"FLOWER_PORT": "5556", "FLOWER_BASIC_AUTH": "me:hunter2"}
        assert wanted.items() <= flower_environment().items()

    def test_the_celery_app_stops_at_a_setting_of_somebody_else(self) -> None:
        Path(".env").write_text("API_PORT=x\n")
        with pytest.raises(ConfigurationError, match="API_PORT"):
            create_celery_app()

    def test_the_bot_needs_nothing_to_be_read(self) -> None:
        assert read_settings(BotSettings).discord_bot_token is None


def assert_one_line_without(error: Exception, *values: str) -> None:
    assert "\n" not in str(error)
    assert not any(value in str(error) for value in values)
    assert error.__cause__ is None, "a traceback would show what it comes from"
    assert error.__context__ is None or error.__suppress_context__


SANDBOX = """\
DATABASE_URL=postgresql://of-the-sandbox
DISCORD_BOT_TOKEN=a-toy
DISCORD_API_BASE_URL=http://127.0.0.1:1/api/v10
RIOT_API_KEY=RGAPI-sandbox
RIOT_API_BASE_URL=http://127.0.0.1:1/{host}
RSO_ISSUER_URL=http://127.0.0.1:1
"""


class TestOfASandboxThatRuns:
    """Whose settings count in another shell."""

    @pytest.fixture(autouse=True)
    def _sandbox_runs(self) -> None:
        Path("var").mkdir()
        Path("var/servers.env").write_text(SANDBOX)

    def test_without_credentials_all_of_it_is_the_sandboxs(self) -> None:
        assert sandbox_runs()
        assert read_settings(BotSettings).discord_api_base_url == "http://127.0.0.1:1/api/v10"
        assert read_settings(RiotSettings).riot_api_key.get_secret_value() == "RGAPI-sandbox"

    @pytest.mark.parametrize("credential", ["DISCORD_BOT_TOKEN", "RIOT_API_KEY", "riot_api_key"])
    def test_a_real_credential_meets_no_stand_in(self, credential: str) -> None:
        """Nor is a toy taken for the one that is still missing. The storage is the sandbox's, for there is no other."""
        Path(".env").write_text(f"{credential}=real\n")
        token, key = read_settings(BotSettings).discord_bot_token, read_settings(RiotSettings).riot_api_key
        assert {token and token.get_secret_value(), key.get_secret_value()} <= {"real", "", None}
        for kind in EVERY_CLASS:
            assert "127.0.0.1:1" not in read_settings(kind).model_dump_json()
        assert read_settings(DatabaseSettings).database_url.get_secret_value() == "postgresql://of-the-sandbox"

    def test_what_a_killed_one_has_left_counts_for_nothing(self) -> None:
        """Even if another process has its number by now."""
        with announced(Path("var"), {"DISCORD_BOT_TOKEN": "a-toy"}):
            file = Path("var/servers.env")
            assert sandbox_runs()
            reused = re.sub(r"(# of process \d+ )\d+", r"\g<1>1", file.read_text())
            file.write_text(reused)
            assert read_settings(BotSettings).discord_bot_token is None
            assert not file.exists()

    def test_nor_does_what_was_written_by_a_process_that_is_gone(self) -> None:
        gone = subprocess.Popen(["true"])
        gone.wait()
        Path("var/servers.env").write_text(f"# of process {gone.pid} 1 x\n{SANDBOX}")
        assert not sandbox_runs()
        assert read_settings(RiotSettings).riot_api_key.get_secret_value() == ""


def test_a_line_that_is_none_is_named_without_what_it_says() -> None:
    Path(".env").write_text("# tokens\n\nAPI_PORT=8001\n\nthis is hunter2\n")
    with pytest.raises(ConfigurationError, match=r"^\.env, line 5: write NAME=value") as caught:
        check_settings()
    assert "hunter2" not in str(caught.value)


def test_a_file_that_may_not_be_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """As root everything may be: the refusal is played."""
    Path(".env").write_text("API_PORT=8001\n")

    def refuse(path: Path, *_args: object, **_kwargs: object) -> str:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_text", refuse)
    with pytest.raises(ConfigurationError, match=r"^\.env cannot be read: Permission denied\.$"):
        check_settings()
