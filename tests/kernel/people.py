"""Actors of the kernel's tests: the kernel knows no organisation, so their grants are made by hand."""

from datetime import UTC, datetime

from plumbline.kernel.actor import Actor, Grant
from plumbline.kernel.models import User

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def somebody(name: str, *grants: tuple[str, str], superuser: bool = False) -> Actor:
    """Save an account and return its actor; a grant is (role, path)."""
    user = User.objects.create_user(name, display_name=name, is_superuser=superuser)
    held = tuple(Grant(role, int(path.strip("/").split("/")[-1]), path) for role, path in grants)
    return Actor(pseudonym=str(user.pseudonym), user_id=user.pk, grants=held, is_superuser=superuser)
