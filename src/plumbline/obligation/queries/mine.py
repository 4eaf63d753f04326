"""What a member owes: the own rows with their lights, and how much of what is needed has come together."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from plumbline.kernel.actor import Actor
from plumbline.ledger import api as ledger
from plumbline.obligation.models import Obligation
from plumbline.obligation.queries.lights import lamp
from plumbline.obligation.queries.owed import OwedCell, due_of
from plumbline.obligation.rules.light_words import light_words
from plumbline.obligation.rules.lights import light_of


@dataclass(frozen=True, slots=True)
class MineRow:
    """One thing that the member owes; ``done`` and ``needed`` in the words of the fact kind."""

    cell: OwedCell
    done: str
    needed: str
    measure: str


def my_year(actor: Actor, year: int, on: date) -> list[MineRow]:
    """Return what the actor owes as a member in a year; four SQL statements at most, nothing for who is no member."""
    if actor.member_id is None:
        return []
    using = lamp()
    kinds = {kind.code: kind for kind in ledger.kinds()}
    rows = Obligation.objects.filter(member_id=actor.member_id, due_on__year=year).select_related("version", "rhythm")
    found = []
    for row in rows.annotate(total=Sum("links__fact__quantity")).order_by("due_on", "pk"):
        due = due_of(row)
        light = light_of(due, using.rule, on, using.calendar)
        kind = kinds.get(row.version.fact_kind) if row.version else None
        places, measure = (kind.places, str(kind.entered_in)) if kind else (0, "")
        done = ledger.format_scaled(row.total or 0, places)
        cell = OwedCell(row, light, light_words(light, due))
        found.append(MineRow(cell, done, ledger.format_scaled(row.needed, places), measure))
    return found
