"""A worker with two tasks that only take their time: one nobody waits for, one for people."""

import time

from src.adapters.celery_queue import create_celery_app

app = create_celery_app()


@app.task(name="sleepy.background", queue="matches")
def background(seconds: float) -> float:
    """Answers when it began."""
    began = time.time()
    time.sleep(seconds)
    return began


@app.task(name="sleepy.for_people", queue="default")
def for_people() -> float:
    """Answers when it began."""
    return time.time()
