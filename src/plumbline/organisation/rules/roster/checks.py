"""What a roster may not say: asked of the state as it would stand after the file, told by the file's rows."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from plumbline.organisation.rules.roster.columns import (
    DEPARTMENTS,
    KIND_WORDS,
    MEMBERS,
    ORGANISATIONS,
    POSTS,
    ROLES,
    TERMS,
)
from plumbline.organisation.rules.roster.problems import RosterProblem, word
from plumbline.organisation.rules.roster.records import Entry, Key, Record, RosterFile, RosterState
from plumbline.organisation.rules.standings import STEPS
from plumbline.organisation.rules.tree import LEADS_DEPARTMENTS, MAY_LEAD, TOP_KINDS

ACCOUNTS = "accounts"
"""A table of the state that no file has: ``name`` and ``member`` of every account by its user name."""

EARLIEST_BIRTH, EARLIEST = date(1900, 1, 1), date(1921, 7, 1)
LATEST_TERM_YEARS = 20
ADULT_YEARS = 18


@dataclass(slots=True)
class Check:
    """One examination: the file, the state before and after it, the day, and the problems found so far."""

    file: RosterFile
    before: RosterState
    after: RosterState
    today: date
    problems: list[RosterProblem] = field(default_factory=list)

    def refuse(self, entry: Entry, column: str, code: str, **values: object) -> None:
        """Note a problem in the cell of a field (or the whole row, where the file has no such column)."""
        self.problems.append(RosterProblem(entry.sheet, entry.row, entry.heading(column), code, values))

    def record(self, entry: Entry) -> Record:
        """Return the record as it would stand after the file."""
        return self.after.of(entry.table)[entry.key]

    def entries(self, table: str) -> Iterator[tuple[Entry, Record]]:
        """Yield the file's rows of a table with their records after the file."""
        for entry in self.file.of(table):
            yield entry, self.record(entry)


def check_roster(file: RosterFile, before: RosterState, *, today: date) -> tuple[RosterProblem, ...]:
    """Return everything wrong with a file whose cells could be read, in the order of sheet and row."""
    check = Check(file, before, before.with_file(file), today)
    for examine in _EXAMINATIONS:
        examine(check)
    return tuple(check.problems)


def _duplicates(check: Check) -> None:
    seen: dict[tuple[str, Key], Entry] = {}
    owner: dict[str, Entry] = {}
    for entry in check.file.entries:
        first = seen.setdefault((entry.table, entry.key), entry)
        if first is not entry:
            column = "member" if entry.table == TERMS else next(iter(entry.headings))
            check.refuse(entry, column, "duplicate", value=" / ".join(entry.key), row=first.row)
        if entry.table in (ORGANISATIONS, DEPARTMENTS):
            _code_of_other(check, entry, owner)


def _code_of_other(check: Check, entry: Entry, owner: dict[str, Entry]) -> None:
    """Refuse a code that a unit of the other table already has, in the file or in the installation."""
    code = entry.key[0]
    other = DEPARTMENTS if entry.table == ORGANISATIONS else ORGANISATIONS
    standing = check.before.get(other, code)
    rival = owner.setdefault(code, entry)
    if standing is not None:
        check.refuse(entry, "code", "code_of_other", value=code, other=standing["name"])
    elif rival.table != entry.table:
        check.refuse(entry, "code", "code_of_other", value=code, other=rival.values.get("name", code))


def _units(check: Check) -> None:
    for table in (ORGANISATIONS, DEPARTMENTS):
        for entry, record in check.entries(table):
            _between(check, entry, "founded_on", EARLIEST_BIRTH, check.today)
            _between(check, entry, "closed_on", EARLIEST_BIRTH, check.today)
            _in_order(check, entry, "founded_on", "closed_on", strictly=False)
            code, department = str(record["parent"]), record.get("department")
            parent = check.after.get(ORGANISATIONS, code)
            if code and not parent:
                check.refuse(entry, "parent", "unknown_organisation", value=code)
            elif table == DEPARTMENTS and parent and parent["kind"] and parent["kind"] not in LEADS_DEPARTMENTS:
                check.refuse(entry, "parent", "leads_no_department", value=parent["name"])
            if department and not check.after.get(DEPARTMENTS, str(department)):
                check.refuse(entry, "department", "unknown_department", value=department)
            _covered(check, entry, record)


def _covered(check: Check, entry: Entry, record: Record) -> None:
    covered = record.get("joint_departments")
    unknown = [code for code in covered if not check.after.get(DEPARTMENTS, code)] if isinstance(covered, tuple) else []
    if unknown:
        check.refuse(entry, "joint_departments", "unknown_department", value=unknown)
    elif covered and not record["is_joint"]:
        check.refuse(entry, "is_joint", "not_joint")


def _tree(check: Check) -> None:
    circles = _circles(check.after.of(ORGANISATIONS))
    for entry, record in check.entries(ORGANISATIONS):
        circle = circles.get(entry.key[0])
        if circle:
            check.refuse(entry, "parent", "cycle", value=" → ".join((*circle, circle[0])))
            continue
        kind, parent = str(record["kind"]), check.after.get(ORGANISATIONS, str(record["parent"]))
        if not kind:
            continue
        if parent is None:
            if kind not in TOP_KINDS and not record["parent"]:
                check.refuse(entry, "parent", "no_parent", kind=word(KIND_WORDS[kind][0]))
        elif parent["kind"] and kind not in MAY_LEAD[str(parent["kind"])]:
            words = {"kind": word(KIND_WORDS[kind][0]), "parent": word(KIND_WORDS[str(parent["kind"])][0])}
            check.refuse(entry, "kind", "kind_under", **words)
    _children_after_a_change_of_kind(check)


def _children_after_a_change_of_kind(check: Check) -> None:
    """Tell the row that changes a kind where children outside the file may no longer stand under it."""
    in_file = {entry.key for entry in check.file.of(ORGANISATIONS)}
    changed = {entry.key[0]: entry for entry in check.file.of(ORGANISATIONS)}
    for key, record in check.after.of(ORGANISATIONS).items():
        entry = changed.get(str(record["parent"]))
        if key in in_file or entry is None or record["closed_on"]:
            continue
        parent_kind = str(check.record(entry)["kind"])
        if parent_kind and str(record["kind"]) not in MAY_LEAD[parent_kind]:
            words = {"kind": word(KIND_WORDS[str(record["kind"])][0]), "parent": word(KIND_WORDS[parent_kind][0])}
            check.refuse(entry, "kind", "kind_under", **words)


def _circles(organisations: Mapping[Key, Record]) -> dict[str, tuple[str, ...]]:
    """Return for each organisation that leads itself through others the circle of codes, the smallest first."""
    found: dict[str, tuple[str, ...]] = {}
    finished: set[str] = set()
    for (start,) in organisations:
        chain: list[str] = []
        code = start
        while code and code not in finished and code not in chain and (code,) in organisations:
            chain.append(code)
            code = str(organisations[(code,)]["parent"])
        if code in chain:
            circle = chain[chain.index(code) :]
            turn = circle.index(min(circle))
            found |= dict.fromkeys(circle, tuple(circle[turn:] + circle[:turn]))
        finished.update(chain)
    return found


def _closing(check: Check) -> None:
    leads: Counter[str] = Counter()
    for table in (ORGANISATIONS, DEPARTMENTS):
        leads.update(str(r["parent"]) for r in check.after.of(table).values() if not r["closed_on"])
    members = Counter(str(r["organisation"]) for r in check.after.of(MEMBERS).values() if r["status"] != "left")
    for entry, record in check.entries(ORGANISATIONS):
        name = record["name"]
        if not record["closed_on"]:
            continue
        if leads[entry.key[0]]:
            check.refuse(entry, "closed_on", "still_leads", value=name, count=leads[entry.key[0]])
        if members[entry.key[0]]:
            check.refuse(entry, "closed_on", "still_has_members", value=name, count=members[entry.key[0]])


def _closing_departments(check: Check) -> None:
    owned = Counter(str(r["department"]) for r in check.after.of(ORGANISATIONS).values() if not r["closed_on"])
    for entry, record in check.entries(DEPARTMENTS):
        if record["closed_on"] and owned[entry.key[0]]:
            check.refuse(entry, "closed_on", "still_owns", value=record["name"], count=owned[entry.key[0]])


def _closed_above(check: Check) -> None:
    for table in (ORGANISATIONS, DEPARTMENTS):
        for entry, record in check.entries(table):
            parent = check.after.get(ORGANISATIONS, str(record["parent"]))
            if parent and parent["closed_on"] and not record["closed_on"]:
                check.refuse(entry, "parent", "leads_closed", value=parent["name"])


def _members(check: Check) -> None:
    for entry, record in check.entries(MEMBERS):
        organisation = check.after.get(ORGANISATIONS, str(record["organisation"]))
        if organisation is None:
            check.refuse(entry, "organisation", "unknown_organisation", value=record["organisation"])
        elif organisation["closed_on"] and record["status"] != "left":
            values = {"value": organisation["name"], "limit": organisation["closed_on"]}
            check.refuse(entry, "organisation", "member_of_closed", **values)
        _between(check, entry, "born_on", EARLIEST_BIRTH, check.today)
        _between(check, entry, "joined_on", EARLIEST, check.today)
        _between(check, entry, "full_on", EARLIEST, check.today)
        _in_order(check, entry, "joined_on", "full_on", strictly=False)
        _of_age(check, entry)
        if record["status"] == "probationary" and record["full_on"]:
            check.refuse(entry, "full_on", "not_full")
        old = check.before.get(MEMBERS, *entry.key)
        if old and record["status"] not in (old["status"], *STEPS[str(old["status"])]):
            check.refuse(entry, "status", "status_step")


def _of_age(check: Check, entry: Entry) -> None:
    born, joined = check.record(entry)["born_on"], check.record(entry)["joined_on"]
    if isinstance(born, date) and isinstance(joined, date):
        years = joined.year - born.year - ((joined.month, joined.day) < (born.month, born.day))
        if years < ADULT_YEARS:
            check.refuse(entry, "joined_on", "too_young", limit=born.isoformat())


def _posts(check: Check) -> None:
    for entry, record in check.entries(POSTS):
        if not _unit(check.after, str(record["unit"])):
            check.refuse(entry, "unit", "unknown_unit", value=record["unit"])
        if not record["title"]:
            check.refuse(entry, "title", "missing", value=entry.heading("title") or "title")


def _terms(check: Check) -> None:
    latest = date(check.today.year + LATEST_TERM_YEARS, 12, 31)
    for entry, record in check.entries(TERMS):
        member = check.after.get(MEMBERS, str(record["member"]))
        if member is None:
            check.refuse(entry, "member", "unknown_member", value=record["member"])
        elif member["status"] == "left" and not record["ends_on"]:
            check.refuse(entry, "ends_on", "term_joint")
        _between(check, entry, "starts_on", EARLIEST, check.today + timedelta(days=366))
        _between(check, entry, "ends_on", EARLIEST, latest)
        _in_order(check, entry, "starts_on", "ends_on", strictly=True)


def _seats(check: Check) -> None:
    """Refuse terms by which more members would hold a post at once than it has seats, or one member twice."""
    in_file = {entry.key: entry for entry in check.file.of(TERMS)}
    by_post: dict[Key, list[Record]] = defaultdict(list)
    for record in check.after.of(TERMS).values():
        by_post[(str(record["unit"]), str(record["code"]))].append(record)
    for key in {(entry.key[0], entry.key[1]) for entry in in_file.values()}:
        post, terms = check.after.get(POSTS, *key), by_post[key]
        for term in sorted(terms, key=_start):
            entry = in_file.get(_term_key(term))
            if entry is None or post is None:
                continue  # a standing term, or a post that the file names nowhere
            held = [other for other in terms if other is not term and _holds(other, _start(term))]
            if any(other["member"] == term["member"] for other in held):
                check.refuse(entry, "starts_on", "same_member_twice", value=_start(term).isoformat())
            elif len(held) >= int(str(post["seats"])):
                check.refuse(entry, "starts_on", "terms_overlap", value=_start(term).isoformat(), seats=post["seats"])


def _term_key(record: Record) -> Key:
    return (str(record["unit"]), str(record["code"]), str(record["member"]), str(record["starts_on"]))


def _start(record: Record) -> date:
    value = record["starts_on"]
    return value if isinstance(value, date) else date.min


def _holds(record: Record, on: date) -> bool:
    ends = record["ends_on"]
    return _start(record) <= on and (not isinstance(ends, date) or on < ends)


def _roles(check: Check) -> None:
    owners: dict[str, str] = {
        str(account["member"]): key[0] for key, account in check.before.of(ACCOUNTS).items() if account["member"]
    }
    wanted: dict[str, str] = {}
    for entry, record in check.entries(ROLES):
        account, member = str(record["account"]), str(entry.values.get("member") or "")
        if not _unit(check.after, str(record["unit"])):
            check.refuse(entry, "unit", "unknown_unit", value=record["unit"])
        _in_order(check, entry, "starts_on", "ends_on", strictly=True)
        if not member:
            continue
        known = check.before.get(ACCOUNTS, account)
        theirs = str(known["member"]) if known else wanted.setdefault(account, member)
        if check.after.get(MEMBERS, member) is None:
            check.refuse(entry, "member", "unknown_member", value=member)
        elif theirs != member:
            check.refuse(entry, "account", "account_of_other", value=account, other=theirs or "—")
        elif owners.setdefault(member, account) != account:
            check.refuse(entry, "account", "member_has_account", value=owners[member])


def _unit(state: RosterState, code: str) -> Record | None:
    return state.get(ORGANISATIONS, code) or state.get(DEPARTMENTS, code)


def _between(check: Check, entry: Entry, name: str, least: date, most: date) -> None:
    value = entry.values.get(name)
    if isinstance(value, date) and value < least:
        check.refuse(entry, name, "day_early", value=value.isoformat(), limit=least.isoformat())
    elif isinstance(value, date) and value > most:
        check.refuse(entry, name, "day_late", value=value.isoformat(), limit=most.isoformat())


def _in_order(check: Check, entry: Entry, first: str, second: str, *, strictly: bool) -> None:
    record = check.record(entry)
    early, late = record.get(first), record.get(second)
    if not (isinstance(early, date) and isinstance(late, date)):
        return
    if late < early or (strictly and late == early):
        other = entry.heading(first) or first.replace("_", " ")
        check.refuse(entry, second, "day_order", value=late.isoformat(), other=other, limit=early.isoformat())


_EXAMINATIONS = (
    _duplicates, _units, _tree, _closing, _closing_departments, _closed_above, _members, _posts, _terms, _seats, _roles,
)  # fmt: skip


def outside_reach(
    before: RosterState, after: RosterState, reach: frozenset[str], changed: Iterable[Entry]
) -> tuple[RosterProblem, ...]:
    """Return a problem for every row that would change something outside ``reach``, the codes of units administered.

    A new unit is within reach where the organisation above it is. A move asks for both ends. A code that no unit has is
    told elsewhere.
    """
    problems = []
    for entry in changed:
        old, new = before.get(entry.table, *entry.key), after.of(entry.table)[entry.key]
        to_the_top = entry.table in (ORGANISATIONS, DEPARTMENTS) and not new["parent"]
        if to_the_top and (old is None or old["parent"]):
            problems.append(RosterProblem(entry.sheet, entry.row, entry.heading("parent"), "only_superuser_founds"))
            continue
        touched = [code for code in _units_touched(entry, old, new) if _unit(after, code) is not None]
        far = sorted(code for code in touched if not _reached(code, before, after, reach))
        if far:
            column = entry.heading({MEMBERS: "organisation"}.get(entry.table, "unit")) or entry.heading("code")
            problems.append(RosterProblem(entry.sheet, entry.row, column, "outside_reach", {"value": far}))
    return tuple(problems)


def _units_touched(entry: Entry, old: Record | None, new: Record) -> set[str]:
    """Return the codes of the units on which the change needs an administrator."""
    if entry.table in (ORGANISATIONS, DEPARTMENTS):
        touched = {entry.key[0]}
        if old is None or old["parent"] != new["parent"]:
            touched.add(str(new["parent"]))
    else:
        name = "organisation" if entry.table == MEMBERS else "unit"
        touched = {str(record[name]) for record in (old, new) if record is not None}
    return {code for code in touched if code}


def _reached(code: str, before: RosterState, after: RosterState, reach: frozenset[str]) -> bool:
    """Tell whether a unit is administered, or is new and stands under one that is."""
    for _step in range(64):
        if _unit(before, code) is not None:
            return code in reach
        record = _unit(after, code)
        if record is None or not record["parent"]:
            return False
        code = str(record["parent"])
    return False
