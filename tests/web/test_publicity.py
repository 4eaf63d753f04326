"""Pages after the scoring: publishing, objecting, answering, closing, as people click through them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from plumbline.assessment.models import Notice, Objection, Round
from plumbline.kernel import clock
from tests.web import world

pytestmark = pytest.mark.django_db
Sign = Callable[[str], Client]


@pytest.fixture
def tree() -> world.Tree:
    """A tree with a round on public notice and one objection to it."""
    found = world.plant("GW", "清河县")
    world.furnish(found)
    return found


@pytest.fixture
def sign_in(tree: world.Tree) -> Sign:
    def sign(role: str) -> Client:
        client = Client(HTTP_ACCEPT_LANGUAGE="en")
        client.force_login(tree.users[role])
        return client

    return sign


def page(client: Client, url: str, **data: Any) -> str:
    """Ask for a page, or post to it and follow, at the time of the tree."""
    with clock.frozen(world.AT):
        answer = client.post(url, data, follow=True) if data else client.get(url)
    return answer.content.decode()


def test_the_committee_sees_the_notice_and_cannot_close_it_early(tree: world.Tree, sign_in: Sign) -> None:
    boss, url = sign_in("administrator"), f"/rounds/{tree.objects['round'].pk}/"
    assert "To the notice" in page(boss, url)
    assert "5 working days" in page(boss, f"{url}publicity/")
    assert "objection waits for its answer" in page(boss, f"{url}conclude/", x=1)
    assert Round.objects.get(pk=tree.objects["round"].pk).state == "public"


def test_the_secretary_objects_with_a_file_and_withdraws(tree: world.Tree, sign_in: Sign) -> None:
    secretary, url = sign_in("secretary"), f"/rounds/{tree.objects['round'].pk}/"
    assert "Objections until" in page(secretary, f"{url}objections/new/")
    refused = page(secretary, f"{url}objections/new/", node="1.2", words="")
    assert "This field is required" in refused
    file = SimpleUploadedFile("minutes.txt", b"minutes")
    made = page(secretary, f"{url}objections/new/", node="1.2", words="The minutes of May", files=file)
    assert "will be answered by" in made
    assert "minutes.txt" in made
    raised = Objection.objects.latest("pk")
    assert "is withdrawn" in page(secretary, f"/objections/{raised.pk}/withdraw/", reason="found them")
    empty = SimpleUploadedFile("empty.txt", b"")
    assert "empty" in page(secretary, f"{url}objections/new/", node="1.2", words="x", files=empty)


def test_the_committee_answers_with_reasons(tree: world.Tree, sign_in: Sign) -> None:
    boss, raised = sign_in("administrator"), tree.objects["objection"]
    assert "Answer with reasons" in page(boss, f"/objections/{raised.pk}/")
    assert "This field is required" in page(boss, f"/objections/{raised.pk}/answer/", outcome="rejected", words="")
    answered = page(boss, f"/objections/{raised.pk}/answer/", outcome="upheld", words="The minutes prove it.")
    assert "The minutes prove it." in answered
    assert "answered already" in page(sign_in("secretary"), f"/objections/{raised.pk}/withdraw/", reason="x")
    url = f"/rounds/{tree.objects['round'].pk}/"
    assert "calculate it anew" in page(boss, f"{url}conclude/", x=1)
    assert "This field is required" in page(boss, f"{url}amend/", reason="")


def test_a_result_is_published_with_words(tree: world.Tree, sign_in: Sign) -> None:
    boss, url = sign_in("administrator"), f"/rounds/{tree.objects['round'].pk}/"
    Round.objects.filter(pk=tree.objects["round"].pk).update(state="scored")
    assert "Publish the result" in page(boss, f"{url}publicity/")
    assert "less than or equal to 60" in page(boss, f"{url}publish/", days=99, answer_days=10)
    # The same run cannot be published twice: the table says so, and a real second notice has a run of its own.
    assert Notice.objects.count() == 1


def test_what_is_not_public_says_so(tree: world.Tree, sign_in: Sign) -> None:
    boss, url = sign_in("administrator"), f"/rounds/{tree.objects['round'].pk}/"
    assert "Only a scored result" in page(boss, f"{url}publish/", days=5, answer_days=10)
    Round.objects.filter(pk=tree.objects["round"].pk).update(state="frozen")
    assert "Only a published result" in page(boss, f"{url}amend/", reason="x")
    assert "Only a published result" in page(boss, f"{url}conclude/", x=1)
    assert "score the round, then publish it again" in page(boss, url)


def test_after_its_time_only_the_committee_takes_an_objection(tree: world.Tree, sign_in: Sign) -> None:
    url = f"/rounds/{tree.objects['round'].pk}/objections/new/?unit={tree.branch.pk}"
    late = world.AT.replace(year=world.AT.year + 1)
    with clock.frozen(late):
        answer = sign_in("secretary").post(url, {"node": "", "words": "late"})
        assert "ended on" in answer.content.decode()
        form = sign_in("administrator").get(url).content.decode()
        assert "Why it is taken after its time" in form
        taken = sign_in("administrator").post(url, {"node": "", "words": "late", "late_reason": "ill"}, follow=True)
        assert "will be answered by" in taken.content.decode()


def test_who_speaks_for_nobody_is_refused(tree: world.Tree, sign_in: Sign) -> None:
    url = f"/rounds/{tree.objects['round'].pk}/objections/new/"
    with clock.frozen(world.AT):
        assert sign_in("auditor").get(url).status_code == 403


def test_the_archive_is_given_to_who_reads_the_whole_round(tree: world.Tree, sign_in: Sign) -> None:
    url = f"/rounds/{tree.objects['round'].pk}/archive.zip"
    with clock.frozen(world.AT):
        given = sign_in("auditor").get(url)
        assert given["Content-Type"] == "application/zip"
        assert given.content.startswith(b"PK")
        assert sign_in("member").get(url).status_code == 403
    Round.objects.filter(pk=tree.objects["round"].pk).update(run=None, state="frozen")
    refused = sign_in("administrator").get(url, follow=True)
    assert "has not been scored yet" in refused.content.decode()
