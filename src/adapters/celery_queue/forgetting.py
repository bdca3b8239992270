"""Taking jobs out of Redis: their results, and the messages that nobody has taken yet."""

import json
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from celery import Celery

from src.adapters.celery_queue.settings import QUEUES

_AT_ONCE = 500  # messages or keys


def forget(app: Celery, task_ids: Collection[str], *, turns: str) -> None:
    """Drop results, turns to show progress (keys that begin with `turns`) and messages of these tasks.

    A message that a worker holds goes from what Redis would give out again; the worker's acknowledgement then finds
    nothing to do.
    """
    backend: Any = app.backend
    for some in _handfuls(sorted(task_ids)):
        backend.client.unlink(*[backend.get_key_for_task(task_id) for task_id in some])
        backend.client.unlink(*[f"{turns}{task_id}" for task_id in some])
    with app.connection_for_write() as connection:
        connection.ensure_connection(max_retries=1, interval_start=0)
        _drop_messages(connection.default_channel, frozenset(task_ids))


def _drop_messages(channel: Any, task_ids: Collection[str]) -> None:
    redis = channel.client
    for queue in QUEUES:
        for step in channel.priority_steps:
            _drop_waiting(redis, channel._q_for_pri(queue, step), task_ids)  # noqa: SLF001 - Kombu's way to name lists
    for tag, held in redis.hscan_iter(channel.unacked_key, count=_AT_ONCE):
        if _task_of(json.loads(held)[0]) in task_ids:
            redis.hdel(channel.unacked_key, tag)
            redis.zrem(channel.unacked_index_key, tag)


def _drop_waiting(redis: Any, name: str, task_ids: Collection[str]) -> None:
    """From the head, where messages are put, so that one that comes meanwhile hides none: some are seen twice."""
    start = 0
    while messages := redis.lrange(name, start, start + _AT_ONCE - 1):
        dropped = [message for message in messages if _task_of(json.loads(message)) in task_ids]
        for message in dropped:
            redis.lrem(name, 1, message)
        start += len(messages) - len(dropped)


def _task_of(message: Any) -> str:
    headers = message.get("headers") or {}
    return str(headers.get("id") or "")


def _handfuls(task_ids: list[str]) -> Iterator[Iterable[str]]:
    for start in range(0, len(task_ids), _AT_ONCE):
        yield task_ids[start : start + _AT_ONCE]
