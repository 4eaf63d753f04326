"""Preparing a round: its scheme, period, units by class, what does not apply to whom, and opening it again."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.assessment.actions.partition import check_classes, check_reach, class_name, resolve_units
from plumbline.assessment.actions.problems import Refused
from plumbline.assessment.models import Inapplicable, Round, RoundUnit, SchemeVersion
from plumbline.assessment.permissions import check_run_rounds
from plumbline.assessment.queries.rounds import class_counts
from plumbline.assessment.queries.scope import kinds_to_take
from plumbline.assessment.queries.trees import scheme_of
from plumbline.assessment.rules import rounds as rule
from plumbline.assessment.rules.rounds import ClassSelection, RoundEvent, RoundState
from plumbline.kernel import audit, search
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.organisation import api as organisation


def create_round(
    *,
    by: Actor,
    at: datetime,
    scheme_version_id: int,
    title: str,
    from_: date,
    until: date,
    units: Mapping[int, str] | None = None,
    classes: Sequence[ClassSelection] = (),
    committee_id: int | None = None,
    open_table: bool = True,
    own_provisional: bool = True,
) -> Round:
    """Prepare a round over ``from_`` to ``until``, both included, and return it.

    ``units`` names the class of each unit; ``classes`` describes classes; both may be given. ``committee_id`` is the unit
    that runs it: by default the nearest one above all units that the actor administers.
    Raises Refused (empty title, period, units) and NotPermitted.
    """
    _check_period(title, from_, until)
    with transaction.atomic():
        version = SchemeVersion.objects.filter(pk=scheme_version_id).first()
        if version is None:
            raise Refused(_("This version of the scheme does not exist."), field="scheme_version")
        chosen = resolve_units(by=by, at=at, units=units or {}, classes=classes, on=until, committee_id=committee_id)
        committee_path = _committee_path(by, chosen, committee_id)
        check_run_rounds(by, committee_path, "round:new")
        check_reach(chosen, committee_path)
        round_ = Round.objects.create(
            title=title.strip(), scheme_version=version, committee_id=rule.last_id(committee_path), from_on=from_,
            until_on=until, open_table=open_table, own_provisional=own_provisional, created_at=at, created_by=by.pseudonym,
        )  # fmt: skip
        _save_units(round_, chosen)
        new = {"title": round_.title, "scheme_version": version.pk, "from": str(from_), "until": str(until)}
        audit.record(
            by=by, at=at, action="assessment.create_round", subject=f"round:{round_.pk}",
            new={**new, "units": len(chosen)},
        )  # fmt: skip
        index_round(round_, committee_path, at)
    return round_


def set_units(
    *,
    by: Actor,
    at: datetime,
    round_id: int,
    units: Mapping[int, str] | None = None,
    classes: Sequence[ClassSelection] = (),
) -> int:
    """Say which units are assessed and in which class, in place of those before; return how many there are.

    What did not apply to a unit that stays is kept. Raises Refused, NotPermitted, WrongState.
    """
    with transaction.atomic():
        round_ = round_for_change(by, round_id, RoundEvent.CHANGE)
        chosen = resolve_units(
            by=by, at=at, units=units or {}, classes=classes, on=round_.until_on, committee_id=round_.committee_id
        )
        check_reach(chosen, round_.committee.path)
        old = RoundUnit.objects.filter(round=round_).count()
        RoundUnit.objects.filter(round=round_).delete()
        Inapplicable.objects.filter(round=round_).exclude(unit_id__in=list(chosen)).delete()
        _save_units(round_, chosen)
        audit.record(
            by=by, at=at, action="assessment.set_units", subject=f"round:{round_id}",
            old={"units": old}, new={"units": len(chosen)},
        )  # fmt: skip
    return len(chosen)


def take_from_units(*, by: Actor, at: datetime, round_id: int, kinds: Sequence[str]) -> Round:
    """Say which kinds of facts about a unit count for those who hold its posts, too; none by default.

    Raises Refused where the scheme reads no such kind, or it is a vote or points chosen; NotPermitted, WrongState.
    """
    with transaction.atomic():
        round_ = round_for_change(by, round_id, RoundEvent.CHANGE)
        chosen = sorted(set(kinds))
        strange = sorted(set(chosen) - set(kinds_to_take(scheme_of(round_.scheme_version))))
        if strange:
            raise Refused(
                _("Facts of the kind {kind} are not taken from units.").format(kind=strange[0]), field="kinds"
            )
        old, round_.home_kinds = round_.home_kinds, chosen
        round_.save(update_fields=["home_kinds"])
        audit.record(
            by=by, at=at, action="assessment.take_from_units", subject=f"round:{round_id}",
            old={"kinds": old}, new={"kinds": chosen},
        )  # fmt: skip
    return round_


def assign_class(*, by: Actor, at: datetime, round_id: int, old: str, new: str, unit_ids: Sequence[int] = ()) -> int:
    """Put the units of class ``old``, or those of ``unit_ids`` among them, into class ``new``; return how many there are.

    A class has the weights of the profile that names it, and its units are ranked among themselves. Raises Refused where there
    are none such, or no profile names the new class; NotPermitted, WrongState.
    """
    with transaction.atomic():
        round_ = round_for_change(by, round_id, RoundEvent.CHANGE)
        klass = class_name(new)
        check_classes(scheme_of(round_.scheme_version), [klass], field="new")
        rows = RoundUnit.objects.filter(round=round_, klass=old)
        rows = rows.filter(unit_id__in=unit_ids) if unit_ids else rows
        count = rows.update(klass=klass)
        if not count:
            raise Refused(_("The class “{klass}” has no such units in this round.").format(klass=old), field="old")
        audit.record(
            by=by, at=at, action="assessment.assign_class", subject=f"round:{round_id}",
            old={"class": old}, new={"class": klass, "units": count},
        )  # fmt: skip
    return count


def exempt(*, by: Actor, at: datetime, round_id: int, unit_id: int, node: str, reason: str) -> None:
    """Say that a node of the scheme does not apply to a unit, and why. Raises Refused, NotPermitted, WrongState."""
    with transaction.atomic():
        round_ = round_for_change(by, round_id, RoundEvent.CHANGE)
        if not reason.strip():
            raise Refused(_("Say why the indicator does not apply."), field="reason")
        if not RoundUnit.objects.filter(round=round_, unit_id=unit_id).exists():
            raise Refused(_("This unit is not assessed in the round."), field="unit")
        _check_node(round_, node)
        Inapplicable.objects.update_or_create(
            round=round_, unit_id=unit_id, node=node, defaults={"reason": reason.strip()}
        )
        audit.record(
            by=by, at=at, action="assessment.exempt", subject=f"round:{round_id}",
            new={"unit": unit_id, "node": node}, reason=reason.strip(),
        )  # fmt: skip


def end_exemption(*, by: Actor, at: datetime, round_id: int, unit_id: int, node: str) -> None:
    """Let a node apply to a unit again. Raises NotPermitted, WrongState."""
    with transaction.atomic():
        round_ = round_for_change(by, round_id, RoundEvent.CHANGE)
        Inapplicable.objects.filter(round=round_, unit_id=unit_id, node=node).delete()
        audit.record(
            by=by, at=at, action="assessment.end_exemption", subject=f"round:{round_id}",
            old={"unit": unit_id, "node": node},
        )  # fmt: skip


def reopen(*, by: Actor, at: datetime, round_id: int, reason: str) -> Round:
    """Open a frozen or scored round again, so that it can be frozen anew; what was published stays as it is.

    Raises Refused without a reason, NotPermitted, WrongState.
    """
    with transaction.atomic():
        round_ = round_for_change(by, round_id, RoundEvent.REOPEN)
        if not reason.strip():
            raise Refused(_("Say why the round is opened again."), field="reason")
        old = round_.state
        round_.state = RoundState.DRAFT.value
        round_.save(update_fields=["state"])
        audit.record(
            by=by, at=at, action="assessment.reopen", subject=f"round:{round_id}",
            old={"state": old}, new={"state": round_.state}, reason=reason.strip(),
        )  # fmt: skip
    return round_


def round_for_change(by: Actor, round_id: int, event: RoundEvent) -> Round:
    """Return the round, locked, where the actor runs it and ``event`` may happen to it.

    Raises NotPermitted (also where there is no such round, so that ids tell nothing) and WrongState.
    """
    round_ = Round.objects.select_for_update(of=("self",)).select_related("committee").filter(pk=round_id).first()
    if round_ is None:
        raise NotPermitted("assessment.run_round", f"round:{round_id}")
    check_run_rounds(by, round_.committee.path, f"round:{round_id}")
    rule.next_state(RoundState(round_.state), event)
    return round_


def check_profiles(round_: Round) -> None:
    """Raise Refused where the scheme has profiles of weights, and none of them names a class of the round."""
    scheme = scheme_of(round_.scheme_version)
    if scheme.profiles:
        check_classes(scheme, (one.klass for one in class_counts(round_)))


def index_round(round_: Round, committee_path: str, at: datetime) -> None:
    """Put the round where the search finds it, for everyone over the committee's tree."""
    search.put(
        kind="round", object_id=round_.pk, title=round_.title, body=round_.scheme_version.title,
        url=f"/rounds/{round_.pk}/", path=committee_path, at=at,
    )  # fmt: skip


def _check_period(title: str, from_on: date, until_on: date) -> None:
    if not title.strip():
        raise Refused(_("Give the round a title."), field="title")
    problem = rule.period_problem(from_on, until_on)
    if problem == "order":
        raise Refused(_("The period ends before it begins."), field="until")
    if problem == "length":
        raise Refused(_("A period of more than three years: is the year right?"), field="until")


def _check_node(round_: Round, node: str) -> None:
    codes = {one.code for one, _parent, _depth in scheme_of(round_.scheme_version).walk()}
    if node not in codes:
        raise Refused(_("The scheme has no indicator {node}.").format(node=node), field="node")


def _save_units(round_: Round, chosen: Mapping[int, tuple[str, str]]) -> None:
    RoundUnit.objects.bulk_create(
        [RoundUnit(round=round_, unit_id=unit_id, klass=klass) for unit_id, (klass, _path) in sorted(chosen.items())],
        batch_size=5_000,
    )


def _committee_path(by: Actor, chosen: Mapping[int, tuple[str, str]], committee_id: int | None) -> str:
    """The committee given, else the nearest one above all units; where that is not administered, the one that is."""
    if committee_id is not None:
        return str(organisation.unit_for(by, committee_id).path)
    nearest = rule.common_path(path for _klass, path in chosen.values())
    if not nearest:
        raise Refused(_("These units have no committee in common: say which one runs the round."), field="committee")
    return nearest
