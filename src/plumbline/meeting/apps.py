"""The meeting floor as a Django application."""

from django.apps import AppConfig


class MeetingConfig(AppConfig):
    """Registers, when the application starts, what lower floors must learn."""

    name = "plumbline.meeting"
    label = "meeting"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the evidence who reads a meeting's files, and the desk what waits."""
        from plumbline.kernel import evidence, todo
        from plumbline.meeting import api

        evidence.register_guard("meeting:", api.may_read_meeting_file)
        todo.register(api.term_todos)
