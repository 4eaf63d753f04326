"""Messages in the application: one row for each person told."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from plumbline.kernel import clock


class Message(models.Model):
    """Something a person should know, with the page to open."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"), blank=True)
    link = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = (
            models.Index(fields=["recipient"], condition=models.Q(read_at=None), name="message_unread"),
            models.Index(fields=["recipient", "-id"], name="message_inbox"),
        )
