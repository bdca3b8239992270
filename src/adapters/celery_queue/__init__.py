"""The Celery app, and publishing to it behind the job-queue port."""

from src.adapters.celery_queue.app import ChimeraCelery, create_celery_app
from src.adapters.celery_queue.queue import CeleryJobQueue, is_hint
from src.adapters.celery_queue.settings import CelerySettings

__all__ = ["CeleryJobQueue", "CelerySettings", "ChimeraCelery", "create_celery_app", "is_hint"]
