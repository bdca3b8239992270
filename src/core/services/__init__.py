"""Use cases. Each takes its ports as arguments."""

from src.core.services.user_binding import UserBindingService

__all__ = ["UserBindingService"]
