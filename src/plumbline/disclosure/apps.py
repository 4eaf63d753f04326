"""The disclosure floor as a Django application."""

from django.apps import AppConfig


class DisclosureConfig(AppConfig):
    """Registers, when the application starts, what lower floors must learn."""

    name = "plumbline.disclosure"
    label = "disclosure"
    default_auto_field = "django.db.models.BigAutoField"
