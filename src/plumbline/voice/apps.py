"""The voice floor as a Django application."""

from django.apps import AppConfig


class VoiceConfig(AppConfig):
    """Registers, when the application starts, what lower floors must learn."""

    name = "plumbline.voice"
    label = "voice"
    default_auto_field = "django.db.models.BigAutoField"
