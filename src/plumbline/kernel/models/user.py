"""Sign-in accounts. What a person is in the organisation stands on ``organisation.Member``."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _

from plumbline.kernel import clock, ids


class UserManager(BaseUserManager["User"]):
    """Makes accounts; an account without a password cannot sign in until its slip is used."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """Save and return an account; ``password`` None leaves it unusable."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        if password is None:
            user.set_unusable_password()
        else:
            user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """Save and return an account that may do everything, the admin pages included."""
        return self.create_user(username, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """One account. ``pseudonym`` names the person in audit and facts; erasing the account leaves only that."""

    username = models.CharField(_("user name"), max_length=150, unique=True)
    display_name = models.CharField(_("name"), max_length=150, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    pseudonym = models.UUIDField(default=ids.new_pseudonym, unique=True, editable=False)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = models.BooleanField(_("may open the admin pages"), default=False)
    wants_digest = models.BooleanField(_("weekly digest"), default=True)
    digest_on = models.DateField(null=True, blank=True, editable=False)
    """The Monday of the newest digest: a job that is run again tells nobody twice."""
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    def __str__(self) -> str:
        return self.display_name or self.username

    def get_full_name(self) -> str:
        """Return the name shown to people."""
        return str(self)
