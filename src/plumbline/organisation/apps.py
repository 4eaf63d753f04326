"""The organisation floor as a Django application."""

from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    """Registers what lower floors must learn from this one when the application starts."""

    name = "plumbline.organisation"
    label = "organisation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the guard of evidence, what waits on the desk, and the background jobs."""
        from plumbline.kernel import evidence, todo
        from plumbline.organisation import api, tasks  # noqa: F401  (tasks register themselves)

        evidence.register_guard("unit:", api.may_read_scope)
        todo.register(api.structure_todos)
