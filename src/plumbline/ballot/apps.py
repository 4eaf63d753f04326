"""The ballot floor as a Django application."""

from django.apps import AppConfig


class BallotConfig(AppConfig):
    """Registers, when the application starts, what lower floors must learn."""

    name = "plumbline.ballot"
    label = "ballot"
    default_auto_field = "django.db.models.BigAutoField"
