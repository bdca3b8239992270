"""The Celery app: what holds however a worker is started."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
import pytest
from celery.app.defaults import DEFAULTS
from celery.apps.worker import Worker
from celery.bin.base import CLIContext
from celery.bin.worker import worker as worker_command
from celery.concurrency import get_implementation
from celery.utils.log import mlevel
from celery.utils.nodenames import gethostname

from src.adapters.celery_queue import CelerySettings, ChimeraCelery, create_celery_app, is_hint
from src.adapters.celery_queue.app import publisher_of
from src.adapters.celery_queue.settings import QUEUES


@pytest.fixture
def app() -> Iterator[ChimeraCelery]:
    app = create_celery_app(a_configuration())
    yield app
    app.close()


def a_configuration(**settings: Any) -> CelerySettings:
    return CelerySettings(_env_file=None, **settings)


@contextmanager
def command_line(app: ChimeraCelery, arguments: list[str]) -> Iterator[dict[str, Any]]:
    """What Celery's worker command makes of these arguments, as long as it runs."""
    above = click.Context(click.Command("celery"), obj=CLIContext(app=app, no_color=True, workdir=None))
    with worker_command.make_context(
        "worker", list(arguments), parent=above, auto_envvar_prefix="CELERY_WORKER"
    ) as context:
        yield dict(context.params)


def prepared(app: ChimeraCelery, **options: Any) -> dict[str, Any]:
    """What the worker that `app` makes would run with, without making one."""
    worker = object.__new__(app.Worker)
    worker.setup_defaults(**options)
    arguments: dict[str, Any] = worker.prepare_args(**options)
    return arguments


class TestConfiguration:
    """Settings that must not drift."""

    def test_every_queue_is_declared_and_no_other_is_made_up(self, app: ChimeraCelery) -> None:
        assert {queue.name for queue in app.conf.task_queues} == set(QUEUES)
        assert {"default", "matches", "ai", "analysis"} <= set(QUEUES)
        assert app.conf.task_default_queue == "default"
        assert app.conf.task_create_missing_queues is False

    def test_a_worker_without_a_queue_option_serves_every_queue(self, app: ChimeraCelery) -> None:
        assert set(app.amqp.queues.consume_from) == set(QUEUES)

    def test_only_json_is_sent_and_taken(self, app: ChimeraCelery) -> None:
        assert app.conf.task_serializer == app.conf.result_serializer == "json"
        assert list(app.conf.accept_content) == ["json"]

    def test_times_are_utc(self, app: ChimeraCelery) -> None:
        assert app.conf.enable_utc
        assert str(app.timezone) == "UTC"

    def test_limits_are_the_documented_ones(self, app: ChimeraCelery) -> None:
        assert (app.conf.task_time_limit, app.conf.task_soft_time_limit) == (300, 240)
        assert app.conf.worker_max_tasks_per_child == 1000

    def test_limits_follow_the_settings(self) -> None:
        settings = a_configuration(celery_task_time_limit=60, celery_task_soft_time_limit=50)
        conf = create_celery_app(settings).conf
        assert (conf.task_time_limit, conf.task_soft_time_limit) == (60, 50)

    @pytest.mark.parametrize("limit", [5, 300, 7200])
    def test_redis_waits_longer_than_the_longest_task(self, limit: int) -> None:
        """Else it would give a message that is being worked on to somebody else."""
        settings = a_configuration(celery_task_time_limit=limit, celery_task_soft_time_limit=1)
        conf = create_celery_app(settings).conf
        assert conf.broker_transport_options["visibility_timeout"] >= limit + 60
        assert conf.result_backend_transport_options["visibility_timeout"] >= limit + 60

    def test_a_message_is_acknowledged_when_its_task_is_done(self, app: ChimeraCelery) -> None:
        assert app.conf.task_acks_late
        assert app.conf.task_reject_on_worker_lost
        assert app.conf.worker_prefetch_multiplier == 1

    def test_addresses_are_the_settings(self) -> None:
        settings = a_configuration(
            celery_broker_url="redis://:pw@127.0.0.1:7001/3", celery_result_backend="redis://:pw@127.0.0.1:7001/4"
        )
        conf = create_celery_app(settings).conf
        assert conf.broker_url == "redis://:pw@127.0.0.1:7001/3"
        assert conf.result_backend == "redis://:pw@127.0.0.1:7001/4"

    def test_no_configuration_is_unknown_to_celery_but_ours(self, app: ChimeraCelery) -> None:
        """A misspelt name would be ignored without a word."""
        given = set(app.conf.table(censored=False)) - {"deprecated_settings"}  # Celery's own note
        assert given - set(DEFAULTS) == {
            "chimera_autoscale", "chimera_worker_loglevel", "chimera_worker_name", "chimera_worker_queue"
        }  # fmt: skip


class TestPublisher:
    """The app's twin that only publishes."""

    def test_it_is_the_app_but_for_the_results(self) -> None:
        settings = a_configuration(celery_broker_url="redis://:pw@127.0.0.1:7001/3")
        app = create_celery_app(settings)
        publisher = publisher_of(app)
        assert publisher.conf.broker_url == "redis://:pw@127.0.0.1:7001/3"
        assert publisher.conf.result_backend == "disabled://"
        different = {
            name for name, value in app.conf.table(censored=False).items()
            if name != "deprecated_settings" and publisher.conf[name] != value
        }  # fmt: skip
        assert different == {"result_backend"}

    def test_a_hint_is_known_by_its_header(self) -> None:
        assert is_hint({"headers": {"chimera_hint": True}, "queue": "matches"})
        assert not is_hint({})
        assert not is_hint({"headers": None})
        assert not is_hint({"headers": {"other": True}})


class TestAutoscaling:
    """WORKER_AUTOSCALE, which is no setting of Celery's."""

    def test_a_worker_scales_between_ten_and_three_processes(self, app: ChimeraCelery) -> None:
        assert prepared(app)["autoscale"] == (10, 3)
        assert app.pool_processes == 10

    @pytest.mark.parametrize("pool", ["prefork", "processes", get_implementation("prefork")])
    def test_the_pool_of_processes_scales_by_any_name(self, app: ChimeraCelery, pool: Any) -> None:
        assert prepared(app, pool_cls=pool)["autoscale"] == (10, 3)

    @pytest.mark.parametrize("pool", ["solo", "threads", get_implementation("solo"), get_implementation("threads")])
    def test_other_pools_do_not_scale(self, app: ChimeraCelery, pool: Any) -> None:
        """The command line hands the pool over as a class, programs by name."""
        assert not prepared(app, pool_cls=pool, concurrency=2).get("autoscale")
        assert app.pool_processes == 2

    def test_a_pool_given_by_its_other_name_counts_too(self, app: ChimeraCelery) -> None:
        assert not prepared(app, pool="solo", concurrency=1).get("autoscale")

    def test_switched_off_it_leaves_the_concurrency(self) -> None:
        app = create_celery_app(a_configuration(worker_autoscale="off", worker_concurrency=6))
        assert not prepared(app).get("autoscale")
        assert app.pool_processes == 6

    def test_the_command_lines_own_autoscale_wins(self, app: ChimeraCelery) -> None:
        assert prepared(app, autoscale=(8, 2))["autoscale"] == (8, 2)
        assert app.pool_processes == 8

    @pytest.mark.parametrize(("arguments", "autoscale"), [(["--concurrency", "2"], None), ([], (10, 3))])
    def test_a_concurrency_by_hand_is_how_many_there_are(
        self, app: ChimeraCelery, arguments: list[str], autoscale: tuple[int, int] | None
    ) -> None:
        """Celery always passes a concurrency on; only the command line tells whether somebody asked for it."""
        with command_line(app, arguments) as given:
            assert prepared(app, concurrency=given["concurrency"]).get("autoscale") == autoscale

    def test_a_concurrency_from_celerys_own_variable_is_by_hand(
        self, app: ChimeraCelery, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("CELERY_WORKER_CONCURRENCY", "2")
        with command_line(app, []) as given:
            assert prepared(app, concurrency=given["concurrency"]).get("autoscale") is None

    def test_as_many_processes_as_there_are_processors_is_a_number_too(self) -> None:
        app = create_celery_app(a_configuration(worker_autoscale="off"))
        prepared(app, concurrency="auto")
        assert app.pool_processes == os.cpu_count()


class TestDefaults:
    """WORKER_NAME, WORKER_LOGLEVEL and WORKER_QUEUE, where the command line is silent."""

    @pytest.fixture
    def app(self) -> Iterator[ChimeraCelery]:
        app = create_celery_app(a_configuration(worker_name="w7", worker_loglevel="error", worker_queue="matches,ai"))
        yield app
        app.close()

    def never_starts(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("celery.apps.worker.check_privileges", lambda _accepted: None)  # root is warned
        monkeypatch.setattr(Worker, "setup_instance", lambda self, **options: setattr(self, "options", options))

    def made(self, app: ChimeraCelery, arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> Any:
        """The worker as `celery worker` makes it, without starting it."""
        self.never_starts(monkeypatch)
        with command_line(app, arguments) as given:
            return app.Worker(**given)

    def test_a_silent_command_line_leaves_them_to_the_settings(
        self, app: ChimeraCelery, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        worker = self.made(app, [], monkeypatch)
        assert worker.hostname == f"w7@{gethostname()}"
        assert mlevel(worker.loglevel) == logging.ERROR
        assert list(worker.options["queues"]) == ["matches", "ai"]

    def test_what_the_command_line_says_wins(self, app: ChimeraCelery, monkeypatch: pytest.MonkeyPatch) -> None:
        worker = self.made(app, ["-n", "mine@here", "-l", "debug", "-Q", "default,reports"], monkeypatch)
        assert worker.hostname == "mine@here"
        assert mlevel(worker.loglevel) == logging.DEBUG
        assert list(worker.options["queues"]) == ["default", "reports"]

    def test_saying_what_celery_would_say_counts_too(self, app: ChimeraCelery, monkeypatch: pytest.MonkeyPatch) -> None:
        """WARNING is Celery's default; asked for, it is no default."""
        assert mlevel(self.made(app, ["--loglevel=WARNING"], monkeypatch).loglevel) == logging.WARNING

    def test_a_program_without_a_command_line_gets_them_too(
        self, app: ChimeraCelery, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.never_starts(monkeypatch)
        worker = app.Worker()
        assert (worker.hostname, worker.loglevel) == (f"w7@{gethostname()}", "ERROR")
        assert app.Worker(hostname="mine@here", loglevel="INFO").hostname == "mine@here"
