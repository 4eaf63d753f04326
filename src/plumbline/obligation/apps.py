"""The obligation floor as a Django application."""

from django.apps import AppConfig


class ObligationConfig(AppConfig):
    """Registers, when the application starts, what lower floors must learn."""

    name = "plumbline.obligation"
    label = "obligation"
    default_auto_field = "django.db.models.BigAutoField"
