"""The Celery app: what holds however a worker is started."""

import os
from collections.abc import Iterator
from typing import Any

import click
import pytest
from celery.app.defaults import DEFAULTS
from celery.bin.worker import worker as worker_command
from celery.concurrency import get_implementation

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
        assert given - set(DEFAULTS) == {"chimera_autoscale"}


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
        option = next(param for param in worker_command.params if param.name == "concurrency")
        stripped = click.Option(["--concurrency", "-c"], type=int, default=4)
        assert set(stripped.opts) <= set(option.opts)
        with click.Command("worker", params=[stripped]).make_context("worker", arguments) as context:
            assert prepared(app, **context.params).get("autoscale") == autoscale

    def test_as_many_processes_as_there_are_processors_is_a_number_too(self) -> None:
        app = create_celery_app(a_configuration(worker_autoscale="off"))
        prepared(app, concurrency="auto")
        assert app.pool_processes == os.cpu_count()
