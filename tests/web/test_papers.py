"""The papers of a round: PDF and Word say the same, they say what the page says, and they go to those who may have them."""

from io import BytesIO
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation
from django.utils.html import escape
from docx import Document

from plumbline.assessment import api as assessment
from plumbline.kernel import clock, jobs
from plumbline.kernel.models import Job
from plumbline.ledger import api as ledger
from plumbline.web.assessment import paper, papers
from plumbline.web.templatetags.points import points
from tests.web import log_world, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree() -> world.Tree:
    """A tree with a published round."""
    made = world.plant("GW", "清河县")
    world.assess(made)
    return made


def ask(tree: world.Tree, role: str, url: str, language: str = "en", **data: Any) -> Any:
    """Ask for a page, or post to it, at the time of the tree."""
    client = Client(HTTP_ACCEPT_LANGUAGE=language)
    client.force_login(tree.users[role])
    with clock.frozen(world.AT):
        return client.post(url, data) if data else client.get(url)


def words_of(content: bytes) -> list[str]:
    """Return every text of a Word file: paragraphs and cells."""
    made = Document(BytesIO(content))
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    return [paragraph.text for paragraph in made.paragraphs] + cells


def as_html(made: paper.Paper) -> str:
    """Return what the PDF is set from."""
    blocks = [(type(block).__name__, block) for block in made.blocks]
    return render_to_string("assessment/paper_pdf.html", {"paper": made, "blocks": blocks, "language": "en"})


def both_forms_say(made: paper.Paper) -> None:
    """Hold PDF and Word against the paper: every text stands in both."""
    word, page = words_of(paper.as_word(made)), as_html(made)
    for text in paper.plain(made):
        assert text in word, text
        assert escape(text) in page, text
    assert paper.as_pdf(made).startswith(b"%PDF-")


def whole(tree: world.Tree) -> tuple[Any, Any]:
    boss = world.actor_of(tree.users["administrator"])
    round_id = tree.objects["round"].pk
    with clock.frozen(world.AT):
        return assessment.grid(boss, round_id), boss


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_notice_names_the_result_the_time_and_the_imprint(tree: world.Tree, language: str) -> None:
    found, boss = whole(tree)
    with clock.frozen(world.AT), translation.override(language):
        made = papers.notice(found, assessment.publicity(boss, tree.objects["round"].pk))
        both_forms_say(made)
    texts = paper.plain(made)
    assert tree.branch.name in texts
    assert points(found.rows[0].line.score) in texts
    imprint = assessment.imprint_of(found.round)
    assert imprint is not None
    assert {imprint.snapshot, imprint.scheme, imprint.result} <= set(texts)
    assert made.foot == imprint.short
    assert any(("5 个工作日" if language != "en" else "5 working days") in text for text in texts)


def test_a_unit_takes_its_own_sheet_with_every_point(tree: world.Tree) -> None:
    speaker = world.actor_of(tree.users["secretary"])
    round_id, unit = tree.objects["round"].pk, tree.branch.pk
    with clock.frozen(world.AT):
        found = assessment.explain(speaker, round_id=round_id, unit_id=unit)
    made = papers.unit_sheet(found)
    both_forms_say(made)
    texts = paper.plain(made)
    for node in found.nodes:
        for view in node.rules:
            assert view.text.words in texts
    assert all(step.words in texts for step in found.steps)
    answer = ask(tree, "secretary", f"/rounds/{round_id}/units/{unit}/sheet.pdf")
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/pdf", "no-store")
    assert answer.content.startswith(b"%PDF-")
    assert (
        f"/rounds/{round_id}/units/{unit}/sheet.pdf"
        in ask(tree, "secretary", f"/rounds/{round_id}/units/{unit}/").content.decode()
    )


def test_the_report_is_made_in_the_background_and_kept(tree: world.Tree) -> None:
    url = f"/rounds/{tree.objects['round'].pk}/"
    assert ask(tree, "auditor", f"{url}report.pdf").status_code == 302
    assert ask(tree, "administrator", f"{url}report/", x="1").status_code == 302
    assert ask(tree, "administrator", f"{url}report/", x="1").status_code == 302  # it is being made already
    with clock.frozen(world.AT):
        done = jobs.run_now(Job.objects.latest("pk"))
    assert done.state == jobs.JobState.DONE, done.error
    assert ask(tree, "auditor", f"{url}report.pdf").content.startswith(b"%PDF-")
    texts = words_of(ask(tree, "assessor", f"{url}report.docx").content)
    assert tree.branch.name in texts
    assert "Report: 2026 党建日常工作考核" in texts
    assert ask(tree, "auditor", f"{url}report.pdf", "zh-hans").status_code == 302  # not yet in Chinese
    assert "Take with you" in ask(tree, "administrator", url).content.decode()


def test_the_report_says_what_the_result_says(tree: world.Tree) -> None:
    found, boss = whole(tree)
    pages = [assessment.indicators_page(boss, tree.objects["round"].pk)]
    made = papers.report(found, pages, assessment.decided(boss, found.round))
    both_forms_say(made)
    assert any("The score alone decided the grade of" in text for text in paper.plain(made))


def lines(*scores: int | None) -> list[Any]:
    return [
        assessment.ResultLine(place, f"u{place}", f"U{place}", "a", place, score, "good" if score else "", own=False)
        for place, score in enumerate(scores, start=1)
    ]


def test_scores_spread_over_ten_steps_and_nothing_is_drawn_of_equal_ones() -> None:
    blocks = papers._spread(lines(10_000_000, 5_000_000, 0, None))
    bars = blocks[1]
    assert isinstance(bars, paper.Bars)
    assert [told for _label, _length, told in bars.items] == ["1", "0", "0", "0", "1", "0", "0", "0", "0", "1"]
    assert bars.items[0][0] == "9.00 – 10.00"
    assert papers._spread(lines(5, 5)) == []
    assert papers._summary(lines(None)) == "1 unit, 0 of them scored."
    assert papers._summary(lines(2_000_000, 4_000_000)).endswith(
        "the highest score is 4.00, the lowest 2.00, the mean 3.00."
    )
    assert papers._grades(lines(None)) == []


def test_bars_are_never_longer_than_the_paper() -> None:
    bars = paper.Bars([("a", 5.0, "5"), ("b", -1.0, "-1"), ("c", 1.0, "1")], 2.0)
    assert [share for _label, share, _told in bars.widths()] == [1.0, 0.0, 0.5]
    assert [share for _label, share, _told in paper.Bars([("a", 0.0, "0")], 0.0).widths()] == [0.0]


def test_who_may_not_have_a_paper_gets_none(tree: world.Tree) -> None:
    url = f"/rounds/{tree.objects['round'].pk}/"
    for role in ("secretary", "member", "inspector"):
        for name in ("notice.pdf", "report.docx"):
            assert ask(tree, role, url + name).status_code == 403
        assert ask(tree, role, f"{url}report/", x="1").status_code == 403


def test_there_is_no_notice_of_what_is_not_public(tree: world.Tree) -> None:
    boss = world.actor_of(tree.users["administrator"])
    with clock.frozen(world.AT):
        other = assessment.create_round(
            by=boss, at=world.AT, scheme_version_id=tree.objects["version"].pk, title="Later",
            from_=tree.objects["round"].from_on, until=tree.objects["round"].until_on, units={tree.branch.pk: "A"},
            committee_id=tree.committee.pk,
        )  # fmt: skip
        with pytest.raises(assessment.Refused):
            assessment.start_report(by=boss, at=world.AT, round_id=other.pk)
        with pytest.raises(assessment.Refused):
            assessment.keep_report(by=boss, round_id=other.pk, language="en", form="pdf", content=b"")
    assert ask(tree, "administrator", f"/rounds/{other.pk}/notice.pdf").status_code == 302
    assert ask(tree, "administrator", f"/rounds/{other.pk}/report/", x="1").status_code == 302


def test_the_notice_carries_its_number_in_the_log(tree: world.Tree) -> None:
    page, paper_url = (f"/rounds/{tree.objects['round'].pk}/{name}" for name in ("publicity/", "notice.pdf"))
    assert "It is being taken up" in ask(tree, "administrator", page).content.decode()
    log_world.furnish(tree, world.AT)
    told = ask(tree, "administrator", page).content.decode()
    found = ledger.imprint("assessment.notice", f"round:{tree.objects['round'].pk}", notice=1)
    assert found is not None
    number = found.index
    assert f'href="/log/entries/{number}/"' in told and "data:image/svg+xml" in told
    entry = ask(tree, "administrator", f"/log/entries/{number}/").content.decode()
    assert "A result put on public notice" in entry
    assert ask(tree, "administrator", paper_url).content.startswith(b"%PDF-")
    grid, boss = whole(tree)
    stamp = paper.Stamp(f"http://testserver/log/entries/{number}/", [f"Entry {number}", "Checkpoint"])
    with clock.frozen(world.AT):
        both_forms_say(papers.notice(grid, assessment.publicity(boss, tree.objects["round"].pk), stamp))
