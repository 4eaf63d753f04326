"""Every address of the installation, asked by everyone: nothing breaks, and nobody reads what is not theirs.

A new page joins by itself. A parameter that is new needs an example in ``examples``, a page open to the public or to
everyone signed in stands in a list with its reason; without them these tests fail.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.resolvers import RegexPattern, RoutePattern

from plumbline.kernel import clock
from plumbline.kernel.models import User
from tests.web import world

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Address:
    """A named page and the parameters that its address needs."""

    name: str
    parameters: tuple[str, ...]


def addresses(patterns: list[Any], prefix: str = "", outer: tuple[str, ...] = ()) -> Iterator[Address]:
    """Yield every page below ``patterns``."""
    for entry in patterns:
        if getattr(entry, "namespace", None) in OUTSIDE:
            continue
        own = _parameters(entry.pattern)
        if isinstance(entry, URLResolver):
            space = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            yield from addresses(entry.url_patterns, space, (*outer, *own))
        elif isinstance(entry, URLPattern) and entry.name:
            yield Address(f"{prefix}{entry.name}", (*outer, *own))
        else:
            raise AssertionError(f"the address {entry.pattern} has no name: give it one, so that pages can link to it")


def _parameters(pattern: Any) -> tuple[str, ...]:
    if isinstance(pattern, RoutePattern):
        return tuple(pattern.converters)
    assert isinstance(pattern, RegexPattern)
    return tuple(pattern.regex.groupindex)


# Addresses that are not pages of ours: the admin's own are named by its models and walked by test_admin.py.
OUTSIDE = ("admin",)


def every_address() -> list[Address]:
    return sorted(set(addresses(get_resolver().url_patterns)), key=lambda address: address.name)


PUBLIC: dict[str, str] = {
    "desk:home": "the start page",
    "accounts:manifest": "describes the site to phones",
    "account_login": "sign-in",
    "account_signup": "says that accounts come from the roster",
    "account_reset_password": "says how a password is renewed",
    "account_reset_password_done": "allauth's page after it, without contents of its own",
    "account_reset_password_from_key": "allauth's page for a link in a mail; a wrong key opens nothing",
    "account_reset_password_from_key_done": "allauth's page after it, without contents of its own",
    "account_confirm_email": "allauth's page for a link in a mail; a wrong key opens nothing",
    "account_email_verification_sent": "allauth's page after it, without contents of its own",
    "account_inactive": "says that an account is closed",
    "mfa_login_webauthn": "the challenge for a passkey, before anyone is known",
    "organisation:activate": "a slip opens an account",
    "organisation:activate_code": "the same with the code in the address",
    "ops:healthz": "asked by machines: is it alive",
    "ops:readyz": "asked by machines: may requests come",
    "ops:metrics": "asked by machines; guarded by its own setting",
    "api:home": "how programs talk to the installation: words, no data",
    "api:openapi": "the same for machines",
    "log:home": "what the transparency log is, for everyone",
    "log:about": "the same for machines",
    "log:checkpoint": "the log is there to be read by everyone",
    "log:checkpoints": "the same",
    "log:tile": "the same",
    "log:named-checkpoint": "the same",
    "log:named-tile": "the same",
    "log:copy": "the same, all of it",
    "log:entries": "the same",
    "log:entry": "the same",
    "log:entry-data": "the same",
    "log:entry-proof": "the same",
    "log:cosignatures": "a witness's signature proves itself, whoever brings it",
    "log:inclusion": "proofs for programs",
    "log:consistency": "proofs for programs",
    "setup:begin": "the one-time link; a wrong secret opens nothing",
}
"""Pages that the public may open, each with its reason."""

SIGNED_IN: dict[str, str] = {
    "calendar-year": "working days hold for everyone",
    "assessment:scheme": "the measure is open to inspection by everyone who is measured",
    "assessment:scheme-yaml": "the same as a file",
    "assessment:scheme-excel": "the same as a workbook",
    "organisation:change_reason": "reasons hold for every tree, so whoever administers a whole one may change them",
    "organisation:roster_template": "an empty workbook in one of the two languages",
    "meeting:kind": "kinds of meeting hold for every tree, so whoever administers a whole one may change them",
    "obligation:rhythm": "what is required holds for every tree of the installation",
    "obligation:version": "whoever administers a whole tree may change it",
    "obligation:version-new": "the same",
    "obligation:plan": "a plan counts what is required of everybody; it names nobody",
    "obligation:exemptions": "shows the exemptions of the reader's own tree alone",
    "ledger:kind": "what a kind of fact means is known to everyone who works with it",
}
"""Pages with a parameter that any account may open, each with its reason."""

TOP = {("administrator", "jobs:detail"): "whoever administers a whole tree minds the installation's background work"}
"""What one role may open beyond its own tree, each with its reason."""


def examples(tree: world.Tree) -> dict[str, Callable[[], Any]]:
    """Return an example for each parameter, taken from ``tree``; keyed by name, or by page and name where they differ."""
    return {
        "user_id": lambda: tree.users["member"].pk,
        "unit_id": lambda: tree.branch.pk,
        "member_id": lambda: tree.member.pk,
        "fact_id": lambda: tree.objects["fact"].pk,
        "batch_id": lambda: tree.objects["batch"].pk,
        "token_id": lambda: tree.objects["token"].pk,
        "evidence_id": lambda: tree.objects["evidence"].pk,
        "upload_id": lambda: tree.objects["upload"].pk,
        "job_id": lambda: tree.objects["job"].pk,
        "message_id": lambda: tree.objects["message"].pk,
        "post_id": lambda: tree.objects["post"].pk,
        "appointment_id": lambda: tree.objects["appointment"].pk,
        "exclusion_id": lambda: tree.objects["exclusion"].pk,
        "grant_id": lambda: tree.objects["grant"].pk,
        "category": lambda: "organisation",
        "year": lambda: 2026,
        "rhythm_id": lambda: tree.objects["rhythm"].pk,
        "version_id": lambda: tree.objects["rhythm_version"].pk,
        "procedure_id": lambda: tree.objects["procedure"].pk,
        "pdraft_id": lambda: tree.objects["procedure_draft"].pk,
        "step_code": lambda: "verify",
        "template_id": lambda: tree.objects["letter_template"].pk,
        "letter_id": lambda: tree.objects["letter"],
        "duty_id": lambda: tree.objects["duty"].pk,
        "feed_secret": lambda: "not-the-secret",
        "point_id": lambda: tree.objects["contact"].pk,
        "record_id": lambda: tree.objects["contact_record"].pk,
        "slip_id": lambda: tree.objects["slip"].pk,
        "fault_id": lambda: tree.objects["fault"].pk,
        "case_id": lambda: tree.objects["case"].pk,
        "round_id": lambda: tree.objects["round"].pk,
        "draft_id": lambda: tree.objects["draft"].pk,
        "form": lambda: "pdf",
        "table_id": lambda: tree.objects["measures"].pk,
        "team_id": lambda: tree.objects["team"].pk,
        "passed_id": lambda: tree.objects["passed"].pk,
        "target_id": lambda: tree.objects["target"].pk,
        "item_id": lambda: tree.objects["item"].pk,
        "objection_id": lambda: tree.objects["objection"].pk,
        "finding_id": lambda: tree.objects["finding"].finding_id,
        "declaration_id": lambda: tree.objects["conflict"].pk,
        "scheme_id": lambda: tree.objects["version"].scheme_id,
        "number": lambda: tree.objects["version"].number,
        "node": lambda: "1.2",
        "meeting_id": lambda: tree.objects["meeting"].pk,
        "talk_id": lambda: tree.objects["talk"].pk,
        "problem_id": lambda: tree.objects["problem"].pk,
        "meeting:version.number": lambda: 1,
        "meeting:kind.code": lambda: "lecture",
        "act": lambda: "withdraw",
        "stage": lambda: "verify",
        "assessment:scheme-shipped.code": lambda: "routine_work",
        "ledger:kind.code": lambda: "meeting.held",
        "organisation:change_reason.code": lambda: "abroad",
        "organisation:activate_code.code": lambda: "7KQ2-M3XR-9TWA",
        "secret": lambda: "not-the-secret",
        "provider_id": lambda: "office",
        "witness_id": lambda: tree.objects["witness"].pk,
        "entry_number": lambda: tree.objects["log_size"] - 1,
        "tile": lambda: f"entries/000.p/{tree.objects['log_size']}",
        "label": lambda: "20261120T010000Z",
        "language": lambda: "zh",
        "key": lambda: "wrong",
        "uidb36": lambda: "1",
        "mfa_edit_webauthn.pk": lambda: 1,
        "mfa_remove_webauthn.pk": lambda: 1,
    }


def url_of(address: Address, tree: world.Tree) -> str:
    known = examples(tree)
    values = {}
    for name in address.parameters:
        example = known.get(f"{address.name}.{name}") or known.get(name)
        assert example, f"{address.name} takes <{name}>: add an example for it to tests/web/test_every_url.py"
        values[name] = example()
    return reverse(address.name, kwargs=values)


@pytest.fixture
def trees() -> tuple[world.Tree, world.Tree]:
    """Two trees with facts; the objects of the first are asked for, by its own people and by the other's."""
    own, other = world.plant("GW", "清河县"), world.plant("XJ", "西江县")
    world.furnish(own)
    return own, other


def ask(client: Client, url: str) -> int:
    """Return the status of a GET; what breaks is told with its cause."""
    try:
        answer = client.get(url)
        if answer.streaming:
            assert b"".join(answer)  # read to the end, which closes the file
        return answer.status_code
    except Exception as broken:  # a page that raises is what this test looks for
        raise AssertionError(f"{url} breaks: {type(broken).__name__}: {broken}") from broken


def walk(user: User | None, tree: world.Tree) -> dict[str, int]:
    """Ask every page once and return the statuses by name; leaving is left out, it would end the walk."""
    client = Client()
    if user:
        client.force_login(user)
    with clock.frozen(world.AT):
        found = {}
        for address in every_address():
            if address.name != "account_logout":
                found[address.name] = ask(client, url_of(address, tree))
    broken = {name: status for name, status in found.items() if status >= 500 and name != "ops:healthz"}
    assert not broken
    return found


def test_the_public_opens_only_what_is_listed(trees: tuple[world.Tree, world.Tree]) -> None:
    opened = {name for name, status in walk(None, trees[0]).items() if status == 200}
    assert opened <= set(PUBLIC), f"open to the public without a reason: {sorted(opened - set(PUBLIC))}"


def test_nothing_breaks_for_a_role_in_its_own_tree(trees: tuple[world.Tree, world.Tree]) -> None:
    for role in world.ROLES:
        assert walk(trees[0].users[role], trees[0])["desk:home"] == 200, role


def test_another_trees_objects_are_refused(trees: tuple[world.Tree, world.Tree]) -> None:
    objects = {address.name for address in every_address() if address.parameters} - set(PUBLIC) - set(SIGNED_IN)
    for role in world.ROLES:
        found = walk(trees[1].users[role], trees[0])
        opened = sorted(name for name in objects if found[name] == 200 and (role, name) not in TOP)
        assert not opened, f"{role} of another tree reads: {opened}"


def test_nothing_breaks_for_the_superuser(trees: tuple[world.Tree, world.Tree]) -> None:
    walk(User.objects.create_superuser("root"), trees[0])


def test_the_lists_name_only_pages_that_exist() -> None:
    names = {address.name for address in every_address()}
    assert set(PUBLIC) | set(SIGNED_IN) <= names
