"""The kernel's tables, one noun a file."""

from plumbline.kernel.models.user import User, UserManager

__all__ = ["User", "UserManager"]
