"""A Celery task with access to the services of its process."""

from typing import TYPE_CHECKING, Any, cast

from celery import Task

from src.bootstrap.container import Container
from src.bootstrap.runtime import Runtime, runtime_of

if TYPE_CHECKING:
    from src.bootstrap.celery import ChimeraCelery


class RuntimeTask(Task[Any, Any]):
    """A plain Celery task over the process's event loop."""

    abstract = True

    @property
    def runtime(self) -> Runtime:
        """This process's event loop and services."""
        return runtime_of(cast("ChimeraCelery", self.app))

    @property
    def services(self) -> Container:
        """The services."""
        return self.runtime.services
