"""The web floor as a Django application."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Registers what lower floors must learn from this one when the application starts."""

    name = "plumbline.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen for sign-ins, to keep them in the audit; register the jobs that make papers."""
        from plumbline.web import (
            signals,
            tasks,  # noqa: F401  (its decorators register the jobs)
        )

        signals.connect()
