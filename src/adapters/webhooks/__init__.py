"""Calling the addresses that clients gave us."""

from src.adapters.webhooks.adapter import AiohttpWebhooks
from src.adapters.webhooks.settings import WebhookSettings

__all__ = ["AiohttpWebhooks", "WebhookSettings"]
