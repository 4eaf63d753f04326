"""The organisation floor as a Django application."""

from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    """Registers what lower floors must learn from this one when the application starts."""

    name = "plumbline.organisation"
    label = "organisation"
    default_auto_field = "django.db.models.BigAutoField"
