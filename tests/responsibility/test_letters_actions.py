"""Letters on a real database: made once, signed by who holds the post, published without names, never changed after."""

from datetime import date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.kernel.models import AuditEntry, Message
from plumbline.ledger.models import Fact, OutboxEntry
from plumbline.obligation.models import Obligation
from plumbline.organisation import api as organisation
from plumbline.organisation.models import Member
from plumbline.responsibility import api
from plumbline.responsibility.models import Duty, Letter, LetterEvent
from tests.organisation.county import AT, MACHINE, TODAY, County, small_county
from tests.responsibility.test_letters_rules import POINT, TEMPLATE

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=40)


class Office:
    """The county with secretaries in their posts, and a template."""

    def __init__(self) -> None:
        self.county: County = small_county()
        self.people = {code: self.seat(code, f"s-{code}") for code in ("WC", "C1", "B3")}
        self.admin = self.county.actor("administrator")
        self.template = api.save_template(
            by=self.admin, at=AT, owner_id=self.county["WC"].pk, code="year", level=api.Level.UNIT, name="Year",
            text=TEMPLATE,
        )  # fmt: skip

    def seat(self, code: str, name: str, starts_on: date = date(2025, 1, 1)) -> Actor:
        """Seat a new member with an account in the secretary's post of an organisation."""
        unit, user = self.county[code], self.county.account(name)
        member = self.county.enrol(code, f"N-{name}")
        Member.objects.filter(pk=member.pk).update(user=user)
        posts = [one for one in organisation.posts_of(unit, on=TODAY) if one.code == "secretary"]
        post = (
            organisation.post_for(MACHINE, posts[0].id)
            if posts
            else organisation.create_post(by=MACHINE, at=AT, unit=unit, code="secretary", title="Secretary")
        )
        organisation.appoint(by=MACHINE, at=AT, post=post, member=member, starts_on=starts_on)
        return organisation.resolve_actor(user, at=AT)

    def make(self, *codes: str, **more: object) -> api.Made:
        """Make letters between WC and organisations."""
        making = {
            "template_id": self.template.pk, "year": 2026, "upper_id": self.county["WC"].pk, "upper_post": "secretary",
            "lower_ids": tuple(self.county[code].pk for code in codes), "lower_posts": ("secretary",),
        }  # fmt: skip
        return api.make_letters(by=self.admin, at=AT, making=api.Making(**{**making, **more}))

    def issued(self, code: str) -> Letter:
        """Return an issued letter to an organisation."""
        return api.issue_letter(by=self.admin, at=AT, letter_id=self.make(code).letter_ids[0])

    def sign(self, letter: Letter, side: str, by: Actor, at: datetime = AT) -> Letter:
        """Sign with the hash that stands on the letter."""
        return api.sign_letter(by=by, at=at, letter_id=letter.pk, side=api.Side(side), text_hash=letter.text_hash)

    def signed(self, code: str) -> Letter:
        """Return a letter that both sides have signed."""
        letter = self.issued(code)
        self.sign(letter, "lower", self.people[code])
        return self.sign(letter, "upper", self.people["WC"])


@pytest.fixture
def office():
    from django.utils import translation

    with translation.override("en"):
        yield Office()


def test_letters_are_made_once_and_units_without_the_post_are_named(office):
    first = office.make("C1", "B1", "B3")
    assert len(first.letter_ids) == 2 and first.known == 0
    assert first.without_post == (office.county["B1"].pk,)
    again = office.make("C1", "B1", "B3")
    assert (again.letter_ids, again.known) == ((), 2)
    assert Letter.objects.get(pk=first.letter_ids[0]).text["points"] == 40 * POINT


def test_making_takes_as_many_statements_for_two_as_for_one(office):
    with CaptureQueriesContext(connection) as for_one:
        office.make("C1", "B1")
    Letter.objects.all().delete()
    with CaptureQueriesContext(connection) as for_two:
        assert len(office.make("C1", "B3").letter_ids) == 2
    assert len(for_two) == len(for_one)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"upper_post": "deputy"}, "no such post"),
        ({"above_id": 0}, "your own have signed"),
        ({"lower_ids": ()}, "Choose"),
    ],
)
def test_what_cannot_be_made_is_refused_with_the_reason(office, more, words):
    with pytest.raises(api.Refused, match=words):
        office.make("B3", **more)


def test_the_upper_side_is_above_the_lower_one(office):
    with pytest.raises(api.Refused, match="does not lie below"):
        office.make("WC")
    posts = api.save_template(
        by=office.admin, at=AT, owner_id=office.county["WC"].pk, code="post", level=api.Level.POST, name="Post",
        text=TEMPLATE,
    )  # fmt: skip
    with pytest.raises(api.Refused, match="of one organisation"):
        office.make("B3", template_id=posts.pk)
    with pytest.raises(NotPermitted):
        office.make("B3", template_id=0)


def test_a_template_has_a_new_version_only_where_something_is_new(office):
    wc = office.county["WC"].pk
    same = {"by": office.admin, "at": AT, "owner_id": wc, "code": "year", "level": api.Level.UNIT, "name": "Year"}
    assert api.save_template(**same, text=TEMPLATE).pk == office.template.pk
    assert api.save_template(**same, text={**TEMPLATE, "preamble": "New"}).version == 2
    with pytest.raises(api.Refused, match="a name"):
        api.save_template(**{**same, "name": " "}, text=TEMPLATE)
    with pytest.raises(NotPermitted):
        api.save_template(**{**same, "by": office.county.actor("secretary", "B3")}, text=TEMPLATE)


def test_a_draft_is_adapted_and_its_wording_before_is_kept(office):
    letter = Letter.objects.get(pk=office.make("B3").letter_ids[0])
    changed = {**letter.text, "preamble": "For this branch"}
    api.edit_letter(by=office.admin, at=AT, letter_id=letter.pk, text=changed)
    assert LetterEvent.objects.get(letter=letter).text == letter.text
    view = api.letter_view(office.admin, letter.pk, on=TODAY)
    assert [one.place for one in view.differences] == ["preamble"]
    api.edit_letter(by=office.admin, at=AT, letter_id=letter.pk, text=changed)
    assert LetterEvent.objects.count() == 1
    with pytest.raises(api.Refused, match="parties"):
        api.edit_letter(by=office.admin, at=AT, letter_id=letter.pk, text={**changed, "lower": changed["upper"]})


def test_two_signatures_publish_the_hash_without_names_and_count(office):
    letter = office.issued("B3")
    assert Message.objects.count() == 2
    assert [one.url for one in api.letter_todos(office.people["B3"], AT)] == [f"/letters/{letter.pk}/"]
    office.sign(letter, "lower", office.people["B3"])
    assert api.letter_todos(office.people["B3"], AT) == [] and not OutboxEntry.objects.exists()
    done = office.sign(letter, "upper", office.people["WC"])
    assert (done.state, done.signed_at) == ("signed", AT)
    published = OutboxEntry.objects.get(kind="letter.signed").document
    assert published["sha256"] == letter.text_hash
    assert all(one.pseudonym not in str(published) for one in office.people.values())
    fact = Fact.objects.get(kind="letter.signed")
    assert (fact.unit_id, fact.attributes) == (
        letter.lower_unit_id, {"year": 2026, "level": "unit", "cascade_complete": False},
    )  # fmt: skip
    assert AuditEntry.objects.filter(subject=f"letter:{letter.pk}", action="responsibility.complete_letter").exists()


def test_only_the_holder_of_the_post_signs_and_what_they_saw(office):
    letter = office.issued("B3")
    for by in (office.admin, office.people["C1"], office.people["WC"], MACHINE):
        with pytest.raises(NotPermitted):
            office.sign(letter, "lower", by)
    with pytest.raises(api.Refused, match="not the text that you saw"):
        api.sign_letter(
            by=office.people["B3"], at=AT, letter_id=letter.pk, side=api.Side.LOWER, text_hash="0" * 64
        )  # fmt: skip
    office.sign(letter, "lower", office.people["B3"])
    with pytest.raises(api.Refused, match="signed already"):
        office.sign(letter, "lower", office.people["B3"])


def test_what_is_signed_cannot_be_changed_not_even_in_the_database(office):
    letter = office.issued("B3")
    office.sign(letter, "lower", office.people["B3"])
    with pytest.raises(api.Refused, match="Write an annex"):
        api.edit_letter(by=office.admin, at=AT, letter_id=letter.pk, text=letter.text)
    with pytest.raises(DatabaseError, match="text and parties are fixed"), transaction.atomic():
        Letter.objects.filter(pk=letter.pk).update(text={})
    with pytest.raises(api.WrongLetterState):
        api.recall_letter(by=office.admin, at=AT, letter_id=letter.pk, reason="Too late")


def test_a_letter_that_nobody_signed_is_recalled_with_a_reason(office):
    letter = office.issued("B3")
    with pytest.raises(api.Refused, match="Say why"):
        api.recall_letter(by=office.admin, at=AT, letter_id=letter.pk, reason=" ")
    back = api.recall_letter(by=office.admin, at=AT, letter_id=letter.pk, reason="A slip of the pen")
    assert (back.state, back.text_hash) == ("draft", "")
    with pytest.raises(NotPermitted):
        api.letter_view(office.people["B3"], letter.pk, on=TODAY)


def test_the_last_duty_that_finds_its_owner_completes_the_cascade_and_losing_it_undoes_that(office):
    above = office.signed("C1")
    office.seat("G1", "s-G1")
    wanted = {**TEMPLATE, "targets": [{**TEMPLATE["targets"][0]}]}
    wanted["targets"][0]["duties"] = [{**TEMPLATE["targets"][0]["duties"][0], "code": "E1", "serves": "D1"}]
    template = api.save_template(
        by=office.admin, at=AT, owner_id=office.county["WC"].pk, code="below", level=api.Level.UNIT, name="Below",
        text=wanted,
    )  # fmt: skip
    made = office.make("G1", template_id=template.pk, upper_id=office.county["C1"].pk, above_id=above.pk)
    letter = api.issue_letter(by=office.admin, at=AT, letter_id=made.letter_ids[0])
    below = organisation.resolve_actor(_user("s-G1"), at=AT)
    office.sign(letter, "upper", office.people["C1"])
    office.sign(letter, "lower", below)
    assert _counted(above) == {"year": 2026, "level": "unit", "cascade_complete": True}
    with pytest.raises(api.Refused, match="still stand"):
        api.withdraw_letter(by=office.admin, at=AT, letter_id=above.pk, reason="Merged")
    api.withdraw_letter(by=office.admin, at=AT, letter_id=letter.pk, reason="Merged")
    assert _counted(above)["cascade_complete"] is False
    api.withdraw_letter(by=office.admin, at=AT, letter_id=above.pk, reason="Merged")
    assert _counted(above) is None


def test_a_successor_accedes_and_then_nobody_has_to(office):
    letter = office.signed("B3")
    with pytest.raises(api.Refused, match="nobody has to accede"):
        api.add_accession(by=office.admin, at=AT, letter_id=letter.pk)
    term = letter.signatures.get(side="lower").appointment
    organisation.end_appointment(by=MACHINE, at=AT, appointment=term, on=date(2026, 4, 1), reason="Moved")
    successor = office.seat("B3", "new-B3", date(2026, 4, 1))
    on = date(2026, 4, 11)
    assert api.letter_view(successor, letter.pk, on=on).to_accede == {api.Side.LOWER}
    with pytest.raises(NotPermitted):
        api.add_accession(by=office.people["B3"], at=LATER, letter_id=letter.pk)
    annex = api.add_accession(by=successor, at=LATER, letter_id=letter.pk)
    with pytest.raises(api.Refused, match="under way"):
        api.add_accession(by=successor, at=LATER, letter_id=letter.pk)
    annex = api.issue_letter(by=office.admin, at=LATER, letter_id=annex.pk)
    office.sign(annex, "lower", successor, LATER)
    office.sign(annex, "upper", office.people["WC"], LATER)
    assert api.letter_view(successor, letter.pk, on=on).to_accede == frozenset()
    assert Fact.objects.filter(kind="letter.signed").count() == 1


def test_an_annex_has_the_parties_of_its_letter_and_the_letter_stays(office):
    draft = Letter.objects.get(pk=office.make("C1").letter_ids[0])
    with pytest.raises(api.Refused, match="both sides have signed"):
        api.add_annex(by=office.admin, at=AT, letter_id=draft.pk, text=draft.text)
    letter = office.signed("B3")
    with pytest.raises(api.Refused, match="year and the parties"):
        api.add_annex(by=office.admin, at=AT, letter_id=letter.pk, text={**letter.text, "lower": letter.text["upper"]})
    annex = api.add_annex(by=office.admin, at=AT, letter_id=letter.pk, text={**letter.text, "preamble": "More"})
    assert (annex.kind, annex.amends_id) == ("annex", letter.pk)
    with pytest.raises(api.Refused, match="Annexes or letters below"):
        api.withdraw_letter(by=office.admin, at=AT, letter_id=letter.pk, reason="Merged")


def test_a_printed_letter_is_found_by_its_hash_by_those_who_may_read_it(office):
    letter = office.signed("B3")
    assert api.letter_by_hash(office.people["B3"], f" {letter.text_hash.upper()} ", on=TODAY) == letter
    assert api.letter_by_hash(office.people["C1"], letter.text_hash, on=TODAY) is None
    assert api.letter_by_hash(office.people["B3"], "", on=TODAY) is None


def _user(name: str):
    from plumbline.kernel.models import User

    return User.objects.get(username=name)


def _counted(letter: Letter):
    """Return the attributes of the letter's fact as it holds now, None where it was withdrawn."""
    fact = Letter.objects.select_related("fact").get(pk=letter.pk).fact
    return None if fact.withdrawn else fact.attributes


def duties_of(letter):
    return {one.letter_key: one for one in Duty.objects.filter(letter_ref=letter.pk)}


def test_the_second_signature_deploys_the_duties_and_an_annex_changes_them(office):
    letter = office.issued("C1")
    office.sign(letter, "lower", office.people["C1"])
    assert not duties_of(letter)
    office.sign(letter, "upper", office.people["WC"])
    found = duties_of(letter)
    text = api.read_letter(letter.text)
    listed = [duty for target in text.targets for duty in target.duties]
    assert set(found) == {duty.code for duty in listed}
    assert sum(one.points_micro for one in found.values()) == text.points
    first = found[listed[0].code]
    assert (first.unit_id, first.owner.member.user.username) == (office.county["C1"].pk, "s-C1")
    assert Obligation.objects.filter(key=f"duty:{first.pk}", unit=office.county["C1"]).exists()
    values = text.model_dump(mode="json")
    target = values["targets"][0]
    target["duties"][0]["title"] = "Another title"
    left_out = target["duties"].pop()["code"] if len(target["duties"]) > 1 else ""
    target["duties"].append({**target["duties"][0], "code": "NEW-1", "title": "A new duty"})
    annex = api.add_annex(by=office.admin, at=LATER, letter_id=letter.pk, text=values)
    annex = api.issue_letter(by=office.admin, at=LATER, letter_id=annex.pk)
    office.sign(annex, "lower", office.people["C1"], LATER)
    office.sign(annex, "upper", office.people["WC"], LATER)
    now = duties_of(letter)
    assert now[listed[0].code].title == "Another title"
    assert now["NEW-1"].state == "open"
    assert left_out == "" or now[left_out].state == "dropped"
    api.withdraw_letter(by=office.admin, at=LATER, letter_id=annex.pk, reason="mistaken")
    assert duties_of(letter)["NEW-1"].state == "open"  # what an annex deployed stays until the letter says otherwise
    api.withdraw_letter(by=office.admin, at=LATER, letter_id=letter.pk, reason="the branch is merged")
    assert {one.state for one in duties_of(letter).values()} == {"dropped"}


def test_a_duty_that_could_not_be_deployed_is_told_before_anybody_signs(office):
    letter_id = office.make("C1").letter_ids[0]
    values = Letter.objects.get(pk=letter_id).text
    values["targets"][0]["duties"][0] |= {"extent_kind": "number", "extent_target": "many"}
    api.edit_letter(by=office.admin, at=AT, letter_id=letter_id, text=values)
    code = values["targets"][0]["duties"][0]["code"]
    with pytest.raises(api.Refused, match=f"Duty {code}"):
        api.issue_letter(by=office.admin, at=AT, letter_id=letter_id)
