"""The Celery app: one configuration for workers, publishers, beat and Flower."""

import os
from typing import Any

import click
from celery import Celery
from celery.apps.worker import Worker
from celery.concurrency import get_implementation
from celery.utils.nodenames import gethostname, nodename
from click.core import ParameterSource
from kombu import Queue
from kombu.utils.objects import cached_property

from src.adapters.celery_queue.settings import QUEUES, CelerySettings

# Redis gives a message to somebody else after this long: it must outlive the longest task.
_VISIBILITY_MARGIN = 120
# A Redis list per queue and step. Of all its queues' lists a worker asks for the first step's, then the second's ...
_PRIORITY_STEPS = list(range(10))


class ChimeraWorker(Worker):
    """A worker whose name, log level, queues and size come from the settings where the command line is silent.

    None of the four has a setting of Celery's.
    """

    app: Any
    concurrency: Any  # Celery sets these two before `prepare_args`.
    pool_cls: Any

    def __init__(self, app: Celery | None = None, hostname: str | None = None, **kwargs: Any) -> None:
        """As Celery's; WORKER_NAME, WORKER_LOGLEVEL and WORKER_QUEUE are the defaults."""
        conf = (app or self.app).conf
        if hostname is None or _left_open("hostname"):
            hostname = nodename(conf.chimera_worker_name, gethostname())
        if "loglevel" not in kwargs or _left_open("loglevel"):
            kwargs["loglevel"] = conf.chimera_worker_loglevel.upper()
        super().__init__(app, hostname, **{**kwargs, "queues": kwargs.get("queues") or conf.chimera_worker_queue})

    def prepare_args(self, **kwargs: Any) -> dict[str, Any]:
        """WORKER_AUTOSCALE, for pools that scale, unless the size is given by hand."""
        prepared: dict[str, Any] = super().prepare_args(**kwargs)
        if not prepared.get("autoscale") and self._scales() and not _given("concurrency"):
            prepared["autoscale"] = self.app.conf.chimera_autoscale
        self.app.pool_processes = _most_processes(prepared.get("autoscale"), self.concurrency)
        return prepared

    def _scales(self) -> bool:
        """True of processes; threads and the solo pool cannot grow."""
        return bool(get_implementation(self.pool_cls).__module__ == "celery.concurrency.prefork")


def _given(option: str) -> bool:
    """True if the command line has this option of the worker, or an environment variable that stands for it."""
    return _source(option) in {ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT}


def _left_open(option: str) -> bool:
    """True if there is a command line and it is silent: the value is then Celery's own default."""
    return _source(option) in {ParameterSource.DEFAULT, ParameterSource.DEFAULT_MAP}


def _source(option: str) -> ParameterSource | None:
    context = click.get_current_context(silent=True)
    return context.get_parameter_source(option) if context else None


def _most_processes(autoscale: tuple[int, int] | None, concurrency: Any) -> int:
    """How many processes the node can have; `--concurrency=auto` is one per CPU."""
    if autoscale:
        return int(autoscale[0])
    return int(concurrency) if str(concurrency).isdecimal() else os.cpu_count() or 1


class ChimeraCelery(Celery):
    """The app. `pool_processes`: how many processes share this node's database connections."""

    pool_processes = 1

    @cached_property
    def Worker(self) -> Any:  # noqa: N802 - Celery's own name
        """The worker class of `celery -A ... worker`."""
        return self.subclass_with_self(ChimeraWorker, reverse="Worker", keep_reduce=True)


def create_celery_app(settings: CelerySettings | None = None) -> ChimeraCelery:
    """Make the app. Without `settings` they are read from the environment."""
    settings = settings or CelerySettings()
    app = ChimeraCelery(
        "chimera",
        broker=settings.celery_broker_url.get_secret_value(),
        backend=settings.celery_result_backend.get_secret_value(),
    )
    app.conf.update(_configuration(settings))
    return app


def publisher_of(app: Celery) -> Celery:
    """The same app, for publishing only: it has no result backend.

    Celery subscribes to the result of everything it publishes, before the message goes out and for ever: a result
    backend that is down would stop the publishing, one that is up would hold a subscription per job.
    """
    publisher = Celery(app.main, set_as_current=False)
    publisher.conf.update(app.conf.table(censored=False) | {"result_backend": "disabled://"})
    # Celery prefers the environment's CELERY_RESULT_BACKEND to its own configuration, but not to this.
    publisher.backend_cls = "disabled://"
    return publisher


def _configuration(settings: CelerySettings) -> dict[str, Any]:
    visible_for = settings.celery_task_time_limit + _VISIBILITY_MARGIN
    socket = {"socket_timeout": 15, "socket_connect_timeout": 4, "socket_keepalive": True}
    return {
        "task_serializer": "json",
        "result_serializer": "json",
        "accept_content": ["json"],
        "timezone": "UTC",
        "enable_utc": True,
        # Limits.
        "task_time_limit": settings.celery_task_time_limit,
        "task_soft_time_limit": settings.celery_task_soft_time_limit,
        "worker_max_tasks_per_child": 1000,
        "worker_concurrency": settings.worker_concurrency,
        # Ours: see ChimeraWorker.
        "chimera_worker_name": settings.worker_name,
        "chimera_worker_loglevel": settings.worker_loglevel,
        "chimera_worker_queue": settings.worker_queue,
        "chimera_autoscale": settings.worker_autoscale,
        # A task is acknowledged when it is done, and one at a time is taken.
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "worker_prefetch_multiplier": 1,
        "worker_soft_shutdown_timeout": 10.0,
        "worker_cancel_long_running_tasks_on_connection_loss": False,
        "worker_consumer": "src.adapters.celery_queue.consumer:ChimeraConsumer",
        "worker_autoscaler": "src.adapters.celery_queue.autoscaler:ChimeraAutoscaler",
        "broker_connection_retry_on_startup": True,
        # However long Redis is away: a worker that gave up would have to be started by hand.
        "broker_connection_max_retries": None,
        "broker_connection_timeout": 4,
        "broker_transport_options": {
            "visibility_timeout": visible_for,
            "priority_steps": _PRIORITY_STEPS,
            # Within a step queues take turns: a long one cannot keep the others waiting.
            "queue_order_strategy": "round_robin",
            **socket,
        },
        "result_backend_transport_options": {"visibility_timeout": visible_for},
        "redis_socket_timeout": 15,
        "redis_socket_connect_timeout": 4,
        "redis_retry_on_timeout": True,
        "task_publish_retry_policy": {"max_retries": 2, "interval_start": 0.1, "interval_step": 0.3},
        "result_expires": 86_400,
        # Routing.
        "task_queues": [Queue(name) for name in QUEUES],
        "task_default_queue": "default",
        "task_create_missing_queues": False,
        # What Flower and AsyncResult show.
        "worker_send_task_events": True,
        "task_send_sent_event": True,
        "worker_hijack_root_logger": False,
    }
