"""The page of a round in each state, as each role meets it: what can be done now stands on top, and its links lead somewhere."""

import re

import pytest
from django.test import Client

from plumbline.assessment.models import Round
from plumbline.assessment.rules.rounds import RoundState
from plumbline.kernel import clock
from plumbline.kernel.models import User
from tests.web import world

pytestmark = pytest.mark.django_db
EXPECTED = {
    "draft": {"administrator": "Choose who is assessed", "assessor": "Declare where something ties you"},
    "open": {"administrator": "See who has reported", "secretary": "Write and submit your report"},
    "frozen": {"administrator": "Calculate the scores", "secretary": "Wait for the result"},
    "scoring": {"administrator": "scores are being prepared", "auditor": "scores are being prepared"},
    "scored": {"administrator": "Put the results on public notice", "secretary": "Wait for the result"},
    "public": {"administrator": "Answer the objections", "secretary": "Read the result", "auditor": "compare its hash"},
    "final": {"administrator": "Take the archive", "secretary": "Read the result"},
}


def block(user: User, url: str) -> str:
    """Return the block of what can be done now, "" where the page is not for this reader; its links are followed."""
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(user)
    answer = client.get(url)
    found = re.search(r'aria-labelledby="now".*?</section>', answer.content.decode(), re.DOTALL)
    if answer.status_code == 403 or found is None:
        return ""
    for link in re.findall(r'href="(/[^"]*)"', found[0]):
        assert client.get(link).status_code == 200, link
    return found[0]


def test_every_state_tells_everyone_what_to_do() -> None:
    tree = world.plant("GW", "清河县")
    world.furnish(tree)
    number = tree.objects["round"].pk
    people = {role: tree.users[role] for role in ("administrator", "assessor", "auditor")}
    people["secretary"] = world.account("gw-b1-secretary", "secretary", tree.branch)
    url = f"/rounds/{number}/"
    with clock.frozen(world.AT):
        found = {}
        for state in ("public", "draft", "open", "frozen", "scoring", "scored"):
            Round.objects.filter(pk=number).update(state=RoundState(state).value)
            found[state] = {role: block(user, url) for role, user in people.items()}
        Round.objects.filter(pk=number).update(state="final")
        found["final"] = {role: block(user, url) for role, user in people.items()}
    for state, told in EXPECTED.items():
        for role, words in told.items():
            assert words in found[state][role], (state, role)
