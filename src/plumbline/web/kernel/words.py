"""Words for the codes of the audit and the search, and the pages to which their references lead."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from plumbline.kernel.audit import AuditRow

ACTIONS: dict[str, Promise] = {
    "accounts.change_account": _("account changed"),
    "accounts.connect_sign_on": _("tied to the office's sign-in"),
    "accounts.sign_in": _("signed in"),
    "accounts.sign_in_failed": _("sign-in failed"),
    "accounts.sign_out": _("signed out"),
    "assessment.abandon_scoring": _("scoring abandoned"),
    "assessment.create_round": _("round created"),
    "assessment.assign_class": _("units of a round put into another class"),
    "assessment.end_exemption": _("exemption ended"),
    "assessment.exempt": _("exempted from an indicator"),
    "assessment.freeze": _("round frozen"),
    "assessment.import_scheme": _("scheme imported"),
    "assessment.start_draft": _("draft of a scheme begun"),
    "assessment.edit_draft": _("draft of a scheme changed"),
    "assessment.read_draft": _("open a draft of a scheme"),
    "assessment.remark_draft": _("remark on a draft made"),
    "assessment.issue_draft": _("draft of a scheme issued"),
    "assessment.discard_draft": _("draft of a scheme thrown away"),
    "assessment.restore_draft": _("draft of a scheme brought back"),
    "assessment.reopen": _("round reopened"),
    "assessment.score": _("round scored"),
    "assessment.set_units": _("units of a round set"),
    "assessment.start_scoring": _("scoring started"),
    "assessment.start_uncertainty": _("analysis of uncertainty started"),
    "assessment.uncertainty": _("analyse how sure a result is"),
    "assessment.start_backtest": _("backtest started"),
    "assessment.backtest": _("test a scheme on a frozen round"),
    "assessment.verify": _("result verified"),
    "assessment.archive": _("archive of a round taken"),
    "assessment.publish": _("result published"),
    "assessment.amend": _("published result calculated anew"),
    "assessment.conclude": _("result made final"),
    "assessment.raise_objection": _("objection raised"),
    "assessment.read_objection": _("open an objection"),
    "assessment.withdraw_objection": _("objection withdrawn"),
    "assessment.answer_objection": _("objection answered"),
    "assessment.draw_up": _("rectification lists drawn up"),
    "assessment.confirm_item": _("item of a rectification list confirmed"),
    "assessment.confirm_items": _("items of a rectification list confirmed"),
    "assessment.dismiss_item": _("item of a rectification list dismissed"),
    "assessment.restore_item": _("item of a rectification list brought back"),
    "assessment.plan_item": _("mending of a fault planned"),
    "assessment.report_item": _("fault reported as mended"),
    "assessment.return_item": _("mending of a fault given back"),
    "assessment.verify_item": _("mending of a fault verified"),
    "assessment.carry_item": _("item of a rectification list carried over"),
    "assessment.carry_over": _("items of a rectification list carried over"),
    "assessment.suggest_targets": _("targets suggested"),
    "assessment.set_target": _("target changed"),
    "assessment.accept_targets": _("targets accepted"),
    "assessment.read_targets": _("open suggested targets"),
    "assessment.read_rectification": _("open a rectification list"),
    "assessment.start_provisional": _("provisional scores asked for"),
    "assessment.provisional": _("provisional scores"),
    "assessment.start_report": _("report of a round asked for"),
    "assessment.report": _("report of a round"),
    "assessment.import_measures": _("table of measures brought in"),
    "assessment.remove_measures": _("table of measures taken away"),
    "assessment.read_measures": _("open a table of measures"),
    "assessment.read_profile": _("open a unit beside its class"),
    "assessment.judge": _("choose points"),
    "assessment.set_group": _("group of evaluators set"),
    "assessment.import_votes": _("votes of a group of evaluators brought in"),
    "assessment.read_groups": _("open the groups of evaluators"),
    "assessment.open": _("round opened for reports"),
    "assessment.read_reports": _("read self-reports"),
    "assessment.return_report": _("self-report returned"),
    "assessment.review_score": _("score reviewed"),
    "assessment.save_report": _("self-report written"),
    "assessment.set_phases": _("calendar of a round set"),
    "assessment.submit_report": _("self-report submitted"),
    "assessment.verify_score": _("score verified"),
    "assessment.withdraw_report": _("self-report withdrawn"),
    "assessment.answer_finding": _("finding answered"),
    "assessment.assign_team": _("units assigned to a team"),
    "assessment.correct_finding": _("finding corrected"),
    "assessment.declare_conflict": _("conflict of interest declared"),
    "assessment.distribute_teams": _("units distributed to the teams"),
    "assessment.drop_finding": _("draft of a finding thrown away"),
    "assessment.end_conflict": _("declaration of a conflict ended"),
    "assessment.finish_inspection": _("inspection of a unit finished"),
    "assessment.inspect": _("inspect a round"),
    "assessment.plan_inspection": _("inspection planned"),
    "assessment.read_finding": _("open a finding"),
    "assessment.record_finding": _("finding recorded"),
    "assessment.remove_team": _("team of assessors dissolved"),
    "assessment.save_finding": _("draft of a finding saved"),
    "assessment.save_team": _("team of assessors changed"),
    "assessment.withdraw_finding": _("finding withdrawn"),
    "kernel.cancel_job": _("background work cancelled"),
    "kernel.read_audit": _("read the audit"),
    "kernel.read_evidence": _("open an evidence file"),
    "kernel.read_job": _("look at background work"),
    "kernel.set_day": _("day of the calendar set"),
    "kernel.take_shipped_days": _("days of a year taken over"),
    "kernel.store_evidence": _("evidence file stored"),
    "ledger.pass_up": _("facts passed to the level above"),
    "ledger.receive": _("facts of the level below added"),
    "ledger.begin_intake": _("file of the level below checked"),
    "ledger.match_units": _("units of a passed-up file matched"),
    "ledger.drop_intake": _("file of the level below thrown away"),
    "assessment.pass_results": _("pass results to the level above"),
    "ledger.add_kind": _("kind of facts added"),
    "ledger.change_kind": _("kind of facts changed"),
    "ledger.correct": _("fact corrected"),
    "ledger.file": _("file a fact"),
    "ledger.file_refused": _("facts refused"),
    "ledger.import": _("facts imported"),
    "ledger.issue_token": _("token issued"),
    "ledger.post": _("facts posted"),
    "ledger.read_fact": _("open a fact"),
    "ledger.revoke_token": _("token revoked"),
    "ledger.withdraw": _("fact withdrawn"),
    "obligation.add_rhythm": _("rule added to the catalogue of required work"),
    "obligation.add_version": _("version added to a rule of required work"),
    "obligation.change_rhythm": _("rule of required work renamed"),
    "obligation.change_rhythms": _("change the catalogue of required work"),
    "obligation.change_version": _("version of a rule of required work changed"),
    "obligation.close": _("close what fell due"),
    "obligation.end_exemption": _("exemption from required work taken back"),
    "obligation.end_version": _("version of a rule of required work ended"),
    "obligation.exempt": _("exempt from required work"),
    "obligation.fulfil": _("what was owed reported as done"),
    "obligation.owe": _("something owed by a day"),
    "obligation.plan_year": _("required work of a year planned"),
    "obligation.read_owed": _("open what a unit owes"),
    "obligation.read_rhythms": _("open the catalogue of required work"),
    "obligation.remove_version": _("version of a rule of required work removed"),
    "obligation.reopen": _("what was owed opened again"),
    "obligation.waive": _("exempted from what was owed"),
    "organisation.add_voting_rule": _("voting rule added"),
    "organisation.appoint": _("appointed to a post"),
    "organisation.change_duties": _("duties of a post changed"),
    "organisation.change_member": _("member's particulars changed"),
    "organisation.change_post": _("post changed"),
    "organisation.change_status": _("member's status changed"),
    "organisation.change_unit": _("unit changed"),
    "organisation.close_unit": _("unit closed"),
    "organisation.create_post": _("post created"),
    "organisation.define_exclusion_reason": _("reason for not voting defined"),
    "organisation.end_appointment": _("term of office ended"),
    "organisation.end_exclusion": _("right to vote regained"),
    "organisation.enrol_member": _("member enrolled"),
    "organisation.erase_member": _("personal data erased"),
    "organisation.exclude_member": _("excluded from voting"),
    "organisation.export_member": _("personal data exported"),
    "organisation.found_department": _("department founded"),
    "organisation.found_organisation": _("organisation founded"),
    "organisation.grant_role": _("role granted"),
    "organisation.import_roster": _("roster imported"),
    "organisation.issue_slip": _("slip issued"),
    "organisation.manage_unit": _("manage a unit"),
    "organisation.merge_organisations": _("organisations merged"),
    "organisation.move_unit": _("unit moved"),
    "organisation.read_member": _("open a member"),
    "organisation.read_unit": _("open a unit"),
    "organisation.remove_post": _("post removed"),
    "organisation.revoke_role": _("role revoked"),
    "organisation.revoke_slip": _("slip revoked"),
    "organisation.roster_added": _("added by a roster"),
    "organisation.roster_changed": _("changed by a roster"),
    "organisation.roster_closed": _("closed by a roster"),
    "organisation.roster_left": _("left by a roster"),
    "organisation.roster_moved": _("moved by a roster"),
    "organisation.slip_activate": _("account opened with a slip"),
    "organisation.slip_guessing": _("slip codes guessed at"),
    "organisation.slip_reset": _("password reset with a slip"),
    "organisation.split_organisation": _("organisation split"),
    "organisation.transfer_member": _("member transferred"),
    "setup.create_first_administrator": _("first administrator created"),
    "meeting.plan": _("meeting planned"),
    "meeting.change": _("meeting changed"),
    "meeting.cancel": _("meeting cancelled"),
    "meeting.invite": _("invited to a meeting"),
    "meeting.open": _("meeting begun"),
    "meeting.sign_in": _("signed in at a meeting"),
    "meeting.attendance": _("list of those present changed"),
    "meeting.guests": _("guests of a meeting counted"),
    "meeting.end_sign_in": _("signing in ended"),
    "meeting.write": _("minutes written"),
    "meeting.keep_text": _("text of minutes set aside"),
    "meeting.add_files": _("files added to a meeting"),
    "meeting.drop_file": _("file taken from a meeting"),
    "meeting.confirm": _("minutes confirmed"),
    "meeting.take_back": _("confirmation of minutes taken back"),
    "meeting.file": _("minutes filed"),
    "meeting.correct": _("correction of minutes begun"),
    "meeting.withdraw": _("record of a meeting withdrawn"),
    "meeting.add_problem": _("problem put on the list of a meeting"),
    "meeting.remove_problem": _("problem taken from the list of a meeting"),
    "meeting.plan_problem": _("mending of a problem planned"),
    "meeting.report_problem": _("problem reported as mended"),
    "meeting.return_problem": _("mending of a problem given back"),
    "meeting.check_problem": _("mending of a problem checked"),
    "meeting.mend": _("mend a problem"),
    "meeting.record_talk": _("talks recorded"),
    "meeting.withdraw_talk": _("record of talks withdrawn"),
    "meeting.extend_term": _("term extended"),
    "meeting.read_term": _("open the term of an organisation"),
    "meeting.change_kind": _("kind of meeting changed"),
    "meeting.set_theme_day": _("theme day fixed"),
    "meeting.set": _("strictness about records set"),
    "meeting.read": _("open a meeting"),
    "meeting.read_minutes": _("open the minutes of a meeting"),
    "meeting.hold": _("keep the meetings of an organisation"),
    "meeting.record": _("write the minutes of a meeting"),
    "meeting.name_officer": _("name chair and recorder"),
    "meeting.make_book": _("minutes book made"),
    "meeting.read_book": _("open a minutes book"),
    "meeting.export": _("list of meetings taken"),
    "procedure.close_procedure": _("procedure closed to new cases, or opened again"),
    "procedure.change_draft": _("draft of a procedure changed"),
    "procedure.complete_step": _("step of a case completed"),
    "procedure.discard_draft": _("draft of a procedure thrown away"),
    "procedure.edit_procedure": _("change a procedure"),
    "procedure.erase_person": _("personal data of a case erased"),
    "procedure.issue_version": _("version of a procedure issued"),
    "procedure.open_case": _("case received"),
    "procedure.read_case": _("open a case"),
    "procedure.read_figures": _("read the key points of procedures"),
    "procedure.read_procedure": _("open a procedure"),
    "procedure.repeat_step": _("step of a case done again"),
    "procedure.resume_case": _("case resumed"),
    "procedure.return_step": _("case returned to an earlier step"),
    "procedure.skip_step": _("step of a case left out"),
    "procedure.start_draft": _("draft of a procedure begun"),
    "procedure.start_step": _("step of a case started"),
    "procedure.suspend_case": _("case suspended"),
    "procedure.withdraw_case": _("case withdrawn"),
    "procedure.work_out_figures": _("key points of procedures worked out"),
}
"""What the codes of actions mean; a code that is missing here is shown as it is."""

KINDS: dict[str, Promise] = {
    "unit": pgettext_lazy("kind of hits", "Units"),
    "member": pgettext_lazy("kind of hits", "Members"),
    "fact": pgettext_lazy("kind of hits", "Facts"),
    "round": pgettext_lazy("kind of hits", "Rounds"),
    "scheme": pgettext_lazy("kind of hits", "Schemes"),
    "meeting": pgettext_lazy("kind of hits", "Meetings"),
    "procedure": pgettext_lazy("kind of hits", "Procedures"),
    "case": pgettext_lazy("kind of hits", "Cases"),
}
"""Headings of what the search finds."""

PAGES: dict[str, str] = {
    "unit": "organisation:unit",
    "member": "organisation:member",
    "fact": "ledger:fact",
    "import": "ledger:import",
    "round": "assessment:round",
    "finding": "assessment:finding",
    "meeting": "meeting:meeting",
    "problem": "meeting:problem",
    "case": "procedure:case",
    "procedure": "procedure:procedure",
    "procedure-draft": "procedure:draft",
    "job": "jobs:detail",
    "evidence": "evidence",
}
"""Which page shows what a reference such as ``unit:17`` names."""


def action_word(action: str) -> Promise | str:
    """Return what an action's code means, or the code itself."""
    return ACTIONS.get(action, action)


def kind_word(kind: str) -> str:
    """Return the heading for a kind of search hits, or the kind itself."""
    return str(KINDS.get(kind, kind))


def subject_url(subject: str) -> str:
    """Return the page of what a reference names, or an empty string where there is none."""
    kind, _colon, number = subject.partition(":")
    if kind not in PAGES or not number.isdecimal():
        return ""
    try:
        return reverse(PAGES[kind], args=[int(number)])
    except NoReverseMatch:  # an installation without that wing of pages
        return ""


@dataclass(frozen=True, slots=True)
class ShownRow:
    """One line of the audit as a page shows it."""

    row: AuditRow
    what: Promise | str
    url: str
    changes: list[tuple[str, Any, Any]]


def shown_rows(rows: Iterable[AuditRow]) -> list[ShownRow]:
    """Return audit rows with their words and links; no SQL statement."""
    return [ShownRow(row, action_word(row.action), subject_url(row.subject), _changes(row)) for row in rows]


def _changes(row: AuditRow) -> list[tuple[str, Any, Any]]:
    """Return what differs, the fields named as forms name them where they do."""
    return [(gettext(name.replace("_", " ")), before, after) for name, before, after in row.changes]
