"""The assessment floor as a Django application."""

from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    """Registers what lower floors must learn from this one when the application starts."""

    name = "plumbline.assessment"
    label = "assessment"
    default_auto_field = "django.db.models.BigAutoField"
