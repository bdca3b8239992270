"""Celery's settings, read from text."""

from typing import Any

import pytest
from pydantic import ValidationError

from src.adapters.celery_queue import CelerySettings
from src.adapters.celery_queue.settings import QUEUES


def read(**settings: Any) -> CelerySettings:
    return CelerySettings(_env_file=None, **settings)


def test_the_defaults_are_the_documented_ones() -> None:
    settings = read()
    assert (settings.celery_task_time_limit, settings.celery_task_soft_time_limit) == (300, 240)
    assert (settings.worker_concurrency, settings.worker_autoscale) == (4, (10, 3))
    assert settings.worker_queue == QUEUES


@pytest.mark.parametrize(
    ("text", "autoscale"),
    [("10,3", (10, 3)), (" 8 , 2 ", (8, 2)), ("4,4", (4, 4)), ("off", None), ("None", None), ("0", None)],
)
def test_autoscale_is_most_and_least_or_off(text: str, autoscale: tuple[int, int] | None) -> None:
    assert read(worker_autoscale=text).worker_autoscale == autoscale


@pytest.mark.parametrize("text", ["3,10", "10", "10,", ",3", "10,0", "-1,-2", "ten,three", "10,3,1", "10;3", "1.5,1"])
def test_an_autoscale_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="write MAX,MIN such as 10,3"):
        read(worker_autoscale=text)


def test_queues_are_listed_with_commas() -> None:
    assert read(worker_queue="matches, ai ,default,").worker_queue == ("matches", "ai", "default")


@pytest.mark.parametrize("text", ["matches,nonsense", ",", " , "])
def test_queues_that_do_not_exist_are_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="queues that do not exist, or none"):
        read(worker_queue=text)


@pytest.mark.parametrize(("hard", "soft"), [(100, 100), (100, 240), (5, 5)])
def test_a_soft_limit_at_or_above_the_hard_one_is_refused(hard: int, soft: int) -> None:
    with pytest.raises(ValidationError, match="must be below CELERY_TASK_TIME_LIMIT"):
        read(celery_task_time_limit=hard, celery_task_soft_time_limit=soft)


def test_a_hard_limit_below_the_default_soft_one_is_refused() -> None:
    with pytest.raises(ValidationError, match="must be below CELERY_TASK_TIME_LIMIT"):
        read(celery_task_time_limit=200)


def test_a_bad_hard_limit_alone_is_what_is_complained_about() -> None:
    with pytest.raises(ValidationError) as refused:
        read(celery_task_time_limit="soon")
    assert [problem["loc"] for problem in refused.value.errors()] == [("celery_task_time_limit",)]


@pytest.mark.parametrize("name", ["celery_broker_url", "celery_result_backend"])
@pytest.mark.parametrize("url", ["amqp://localhost", "localhost:6379", "redis:/localhost"])
def test_only_redis_is_taken(name: str, url: str) -> None:
    with pytest.raises(ValidationError, match="it must be a Redis URL"):
        read(**{name: url})


def test_addresses_hide_their_password() -> None:
    settings = read(celery_broker_url="redis://:hunter2@127.0.0.1:6379/1")
    assert "hunter2" not in f"{settings!r} {settings}"


@pytest.mark.parametrize("name", ["w1", "eu-west_2.a"])
def test_a_workers_name_is_a_plain_word(name: str) -> None:
    assert read(worker_name=name).worker_name == name


@pytest.mark.parametrize("name", ["w@host", "w%h", "two words", "w\n", "ü"])
def test_a_name_that_celery_would_read_otherwise_is_refused(name: str) -> None:
    with pytest.raises(ValidationError, match="write a word of letters"):
        read(worker_name=name)
