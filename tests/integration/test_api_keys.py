"""`chimera api-key` with real Postgres: what it prints, and what the API makes of it."""

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pydantic import SecretStr

from src.api.app import create_app
from src.bootstrap.container import Container
from src.cli import main
from src.core.domain.webhook_secret import webhook_secret_for
from tests.fakes.asgi import Answer, AsgiClient

WEBHOOK_SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


@pytest.fixture(autouse=True)
def _settings(
    database_url: str, broker_url: str, result_backend: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("CELERY_BROKER_URL", broker_url)
    monkeypatch.setenv("CELERY_RESULT_BACKEND", result_backend)
    monkeypatch.setenv("API_KEY_SECRET", "pepper")


def chimera(*arguments: str) -> Result:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    return result


def ask(key: str | None) -> Answer:
    """What the API, as it is put together for real, answers on this machine."""

    async def get() -> Answer:
        services = Container.build()
        try:
            client = AsgiClient(create_app(services))
            return await client.get("/tasks/", headers={"Authorization": f"Bearer {key}"} if key else {})
        finally:
            await services.close()

    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        return runner.run(get())


def test_a_key_lives_from_create_to_revoke() -> None:
    assert ask(None).status == 200
    made = chimera("api-key", "create", "ci", "--scopes", "tasks:read, tasks:write", "--per-minute", "60")
    key, key_id = made.stdout.strip(), made.stdout[4:16]
    assert "not shown again" in made.stderr
    assert key_id in made.stderr
    assert (ask(None).status, ask(key).status) == (401, 200)
    listed = chimera("api-key", "list").stdout
    assert f"{key_id}  ci  tasks:read,tasks:write  60/min  made 20" in listed
    assert key[17:40] not in listed
    assert chimera("api-key", "revoke", key_id).stdout == f"{key_id} is revoked.\n"
    assert (ask(None).status, ask(key).status) == (401, 401)
    assert ", revoked 20" in chimera("api-key", "list").stdout
    again = CliRunner().invoke(main, ["api-key", "revoke", key_id])
    assert (again.exit_code, again.stderr.count("\n")) == (1, 1)


def test_the_secret_of_callbacks_comes_with_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBHOOK_SECRET", WEBHOOK_SECRET)
    made = chimera("api-key", "create", "ci", "--scopes", "tasks:write")
    expected = webhook_secret_for(SecretStr(WEBHOOK_SECRET), made.stdout[4:16]).get_secret_value()
    assert expected in made.stderr
    assert "whsec_" not in made.stdout


def test_the_secret_of_callbacks_can_be_shown_later(monkeypatch: pytest.MonkeyPatch) -> None:
    key_id = chimera("api-key", "create", "ci", "--scopes", "tasks:write").stdout[4:16]
    off = CliRunner().invoke(main, ["api-key", "webhook-secret", key_id])
    assert (off.exit_code, "WEBHOOK_SECRET" in off.stderr) == (1, True)
    monkeypatch.setenv("WEBHOOK_SECRET", WEBHOOK_SECRET)
    for asked, whose in (([key_id], key_id), ([], None)):
        expected = webhook_secret_for(SecretStr(WEBHOOK_SECRET), whose).get_secret_value()
        assert chimera("api-key", "webhook-secret", *asked).stdout == f"{expected}\n"
    chimera("api-key", "revoke", key_id)
    gone = CliRunner().invoke(main, ["api-key", "webhook-secret", key_id])
    assert (gone.exit_code, gone.stderr.count("\n")) == (1, 1)


def test_without_keys_the_list_says_so() -> None:
    assert chimera("api-key", "list").stdout == "There are no keys.\n"


def test_a_key_is_worthless_under_another_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    key = chimera("api-key", "create", "ci", "--scopes", "tasks:read").stdout.strip()
    assert ask(key).status == 200
    monkeypatch.setenv("API_KEY_SECRET", "another")
    assert ask(key).status == 401
