"""The one door of the area meeting: meetings, talks, terms and the minutes book.

A meeting is of a kind (``kinds_on``; versions are data, ``change_kind``), perhaps of several held at once. It is planned
(``plan_meeting``, ``invite``) or held at once from the template of its kind (``hold_now``). Signing in goes by a code on the
chair's screen that changes every half minute (``sign_in``), or by the recorder's marks (``mark_attendance``); who is expected and
who makes the denominator of the quorum is told by the standing on the day (``live``).

The minutes are typed anywhere, also without a network: each sending has a key and counts once, and where it meets a newer text
both are kept until somebody chooses (``save_minutes``, ``settle_text``). Chair and recorder, two persons, ``confirm``;
``file_record`` makes the record read-only, keeps it as a version with a hash, and posts the facts: ``meeting.held`` for each
kind, and ``learning.session`` for each who learned. ``begin_correction`` opens the next version, whose facts supersede those
before; ``withdraw_record`` takes them away. What the rules refuse raises ``Refused``, whose message says how to mend it.

Of talks it is kept that they were held, between whom by class, and when: nothing else (``record_talks``). Organisation-life
meetings leave a list of problems that are mended and checked. Terms follow from posts and appointments; ``remind_of_terms``
tells of elections. ``book`` is the year of an organisation on paper, ``completeness`` says which meetings lack what.
"""

from plumbline.meeting.actions.books import BOOK_JOB, FORMS, keep_book, may_read_book, start_book
from plumbline.meeting.actions.filing import (
    begin_correction,
    confirm,
    file_record,
    take_back,
    withdraw_record,
)
from plumbline.meeting.actions.holding import (
    Mark,
    WrongSignIn,
    count_guests,
    end_sign_in,
    mark_attendance,
    open_meeting,
    sign_in,
)
from plumbline.meeting.actions.minutes import (
    MATERIAL,
    PHOTO,
    Receipt,
    add_files,
    drop_file,
    save_minutes,
    settle_text,
)
from plumbline.meeting.actions.planning import (
    Plan,
    cancel_meeting,
    change_meeting,
    hold_now,
    invite,
    plan_meeting,
)
from plumbline.meeting.actions.problems import (
    add_problem,
    check_mended,
    plan_problem,
    remove_problem,
    report_problem,
)
from plumbline.meeting.actions.settings import change_kind, set_strictness, set_theme_day
from plumbline.meeting.actions.talks import record_talks, withdraw_talk
from plumbline.meeting.actions.terms import extend_term, remind_of_terms
from plumbline.meeting.models import FiledVersion, Meeting, Problem, Talk
from plumbline.meeting.permissions import (
    can_change_kinds,
    can_check_problem,
    can_confirm,
    can_hold,
    can_hold_somewhere,
    can_mend,
    can_read_meetings,
    can_read_minutes,
    can_record,
    can_set_meetings,
    check_change_kinds,
    check_hold,
)
from plumbline.meeting.queries.base import (
    Held,
    held_of,
    kind_names,
    kind_versions,
    kinds_on,
    meeting_for,
    people_on,
    setting_for,
    visible_meetings,
)
from plumbline.meeting.queries.completeness import Checked, UnitYear, completeness
from plumbline.meeting.queries.filed import Decided, PresenceRow, lack_words, may_read_meeting_file, may_read_minutes_of
from plumbline.meeting.queries.listing import (
    LIGHTS,
    Fixed,
    MeetingFilter,
    Month,
    keepers_units,
    listed,
    month_of,
    own_unit,
    theme_days,
    years_of,
)
from plumbline.meeting.queries.page import (
    AtMeeting,
    Entrance,
    MeetingPage,
    Screen,
    entrance,
    meeting_page,
    quorum_now,
    screen,
    version_of,
)
from plumbline.meeting.queries.side import (
    Book,
    BookEntry,
    ProblemPage,
    ProblemRow,
    TalkYear,
    book,
    check_book,
    problem_page,
    problem_rows,
    talk_rows,
    talk_years,
    visible_problems,
)
from plumbline.meeting.queries.terms import TermRow, term_for, term_rows, term_todos
from plumbline.meeting.queries.todos import meeting_todos
from plumbline.meeting.rules.attendance import Person, Presence, Quorum, Roll
from plumbline.meeting.rules.kinds import FIELDS, ORGANISATIONS, TEXTS, WHO_NAMES, Kind, Who
from plumbline.meeting.rules.problems import Refused
from plumbline.meeting.rules.record import Record, Resolution, Speech, from_document, to_document
from plumbline.meeting.rules.states import Event, State
from plumbline.meeting.rules.talks import PAIRS
from plumbline.meeting.rules.theme_days import FixedDay, ThemeDay

__all__ = [
    "BOOK_JOB",
    "FIELDS",
    "FORMS",
    "LIGHTS",
    "MATERIAL",
    "ORGANISATIONS",
    "PAIRS",
    "PHOTO",
    "TEXTS",
    "WHO_NAMES",
    "AtMeeting",
    "Book",
    "BookEntry",
    "Checked",
    "Decided",
    "Entrance",
    "Event",
    "FiledVersion",
    "Fixed",
    "FixedDay",
    "Held",
    "Kind",
    "Mark",
    "Meeting",
    "MeetingFilter",
    "MeetingPage",
    "Month",
    "Person",
    "Plan",
    "Presence",
    "PresenceRow",
    "Problem",
    "ProblemPage",
    "ProblemRow",
    "Quorum",
    "Receipt",
    "Record",
    "Refused",
    "Resolution",
    "Roll",
    "Screen",
    "Speech",
    "State",
    "Talk",
    "TalkYear",
    "TermRow",
    "ThemeDay",
    "UnitYear",
    "Who",
    "WrongSignIn",
    "add_files",
    "add_problem",
    "begin_correction",
    "book",
    "can_change_kinds",
    "can_check_problem",
    "can_confirm",
    "can_hold",
    "can_hold_somewhere",
    "can_mend",
    "can_read_meetings",
    "can_read_minutes",
    "can_record",
    "can_set_meetings",
    "cancel_meeting",
    "change_kind",
    "change_meeting",
    "check_book",
    "check_change_kinds",
    "check_hold",
    "check_mended",
    "completeness",
    "confirm",
    "count_guests",
    "drop_file",
    "end_sign_in",
    "entrance",
    "extend_term",
    "file_record",
    "from_document",
    "held_of",
    "hold_now",
    "invite",
    "keep_book",
    "keepers_units",
    "kind_names",
    "kind_versions",
    "kinds_on",
    "lack_words",
    "listed",
    "mark_attendance",
    "may_read_book",
    "may_read_meeting_file",
    "may_read_minutes_of",
    "meeting_for",
    "meeting_page",
    "meeting_todos",
    "month_of",
    "open_meeting",
    "own_unit",
    "people_on",
    "plan_meeting",
    "plan_problem",
    "problem_page",
    "problem_rows",
    "quorum_now",
    "record_talks",
    "remind_of_terms",
    "remove_problem",
    "report_problem",
    "save_minutes",
    "screen",
    "set_strictness",
    "set_theme_day",
    "setting_for",
    "settle_text",
    "sign_in",
    "start_book",
    "take_back",
    "talk_rows",
    "talk_years",
    "term_for",
    "term_rows",
    "term_todos",
    "theme_days",
    "to_document",
    "version_of",
    "visible_meetings",
    "visible_problems",
    "withdraw_record",
    "withdraw_talk",
    "years_of",
]
