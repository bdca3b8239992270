"""FastAPI: account-link pages, task API, health."""
