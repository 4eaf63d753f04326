"""Which indicators of a round nobody has posted a fact for, by name."""

from django.db.models.fields.json import KeyTextTransform

from plumbline.assessment.models import Round
from plumbline.assessment.queries.scope import looked_at
from plumbline.assessment.queries.trees import NodeText, scheme_of, tree_of
from plumbline.assessment.rules.silence import silent
from plumbline.ledger import api as ledger


def silent_nodes(round_: Round) -> tuple[NodeText, ...]:
    """Return the indicators that wait for facts of which no unit of the round has any; one SQL statement."""
    scheme = scheme_of(round_.scheme_version)
    names = sorted({name for read in scheme.reads() for name in read.source.where})
    there = ledger.current_facts(None, from_=round_.from_on, until=round_.until_on, kinds=scheme.kinds_used())
    rows = looked_at(round_, there)
    keys = {f"said_{place}": KeyTextTransform(name, "attributes") for place, name in enumerate(names)}
    told = rows.order_by().annotate(**keys).values_list("kind", *keys).distinct()
    seen = [(row[0], dict(zip(names, row[1:], strict=True))) for row in told]
    codes = set(silent(scheme, seen))
    return tuple(text for text in tree_of(round_.scheme_version) if text.code in codes)
