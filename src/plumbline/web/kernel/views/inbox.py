"""Messages to the reader."""

from django.contrib import messages as notices
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from plumbline.kernel import clock, messages
from plumbline.kernel.actor import NotPermitted
from plumbline.web.kernel.reader import actor_of
from plumbline.web.kernel.views.jobs import own_address

PER_PAGE = 25


def _account(request: HttpRequest) -> int:
    """Return whose inbox is meant. Raises NotPermitted for who has none."""
    actor = actor_of(request, "kernel.read_messages")
    if actor.user_id is None:
        raise NotPermitted("kernel.read_messages")
    return actor.user_id


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """List the reader's messages, newest first, the unread ones marked."""
    account = _account(request)
    found = messages.inbox(account)
    only_unread = request.GET.get("show") == "unread"
    page = Paginator(found.filter(read_at=None) if only_unread else found, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "only_unread": only_unread, "unread": messages.unread_count(account)}
    return render(request, "kernel/inbox.html", context)


@require_POST
def follow(request: HttpRequest, message_id: int) -> HttpResponse:
    """Mark one message as read and go where it leads. Raises NotPermitted for somebody else's."""
    account = _account(request)
    message = messages.inbox(account).filter(pk=message_id).first()
    if message is None:
        raise NotPermitted("kernel.read_message", f"message:{message_id}")
    messages.mark_read(user_id=account, at=clock.now(), message_id=message_id)
    return redirect(own_address(message.link) or "inbox")


@require_POST
def mark_all(request: HttpRequest) -> HttpResponse:
    """Mark every message of the reader as read."""
    count = messages.mark_read(user_id=_account(request), at=clock.now())
    said = ngettext("%(n)d message is marked as read.", "%(n)d messages are marked as read.", count)
    notices.success(request, said % {"n": count})
    return redirect("inbox")
