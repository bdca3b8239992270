"""The Celery app of this checkout, for workers and publishers alike."""

from src.adapters.celery_queue import CelerySettings, ChimeraCelery, is_hint
from src.adapters.celery_queue import create_celery_app as _create
from src.bootstrap.settings import WebSettings, check_settings, read_settings

__all__ = ["ChimeraCelery", "create_celery_app", "flower_environment", "is_hint"]


def create_celery_app() -> ChimeraCelery:
    """Make the app from the environment, `.env` and `var/`, after checking every setting.

    Raises:
        ConfigurationError: a setting is wrong.
    """
    check_settings()
    return _create(read_settings(CelerySettings))


def flower_environment() -> dict[str, str]:
    """Flower's own environment names for our settings; Flower does not read `.env`.

    Without a password Flower listens on this machine only.
    """
    web = read_settings(WebSettings)
    environment = {"FLOWER_PORT": str(web.flower_port)}
    if web.flower_basic_auth is None:
        return {**environment, "FLOWER_ADDRESS": "127.0.0.1"}
    return {**environment, "FLOWER_BASIC_AUTH": web.flower_basic_auth.get_secret_value()}
