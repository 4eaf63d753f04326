"""The meeting floor as a Django application."""

from django.apps import AppConfig


class MeetingConfig(AppConfig):
    """Registers, when the application starts, what lower floors must learn."""

    name = "plumbline.meeting"
    label = "meeting"
    default_auto_field = "django.db.models.BigAutoField"
