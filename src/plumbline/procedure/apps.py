"""The procedure floor as a Django application."""

from django.apps import AppConfig


class ProcedureConfig(AppConfig):
    """Registers, when the application starts, what lower floors must learn."""

    name = "plumbline.procedure"
    label = "procedure"
    default_auto_field = "django.db.models.BigAutoField"
