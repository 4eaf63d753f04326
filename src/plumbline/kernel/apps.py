"""The kernel as a Django application."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    """Lowest floor: user, clock, working days, audit, evidence, actor, messages, search, jobs, ids."""

    name = "plumbline.kernel"
    label = "kernel"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the kernel's background tasks known to the worker."""
        from plumbline.kernel import messages, worker  # noqa: F401
