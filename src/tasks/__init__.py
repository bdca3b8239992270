"""Celery tasks: parse, call a service, map the error."""
