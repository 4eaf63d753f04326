"""The door of the assessment: schemes, rounds, and results that explain themselves.

A *scheme* is a tree of indicators with rules, known by its code; ``import_scheme`` checks its text as a whole (SchemeInvalid
names every fault with its line) and stores it as a version that never changes. A *round* applies one version to classes of
units over a period: ``create_round``, ``set_units`` and ``exempt`` prepare it.

``freeze`` takes the inputs in one consistent look: facts, units, classes, applicability, as sorted Parquet files with a
manifest whose hash goes into the transparency log. Whoever files a fact later is told that it does not count. ``reopen``,
with a reason, lets a round be frozen anew.

``start_scoring`` calculates as a job, ``score_now`` here and now; a second calculation of the same round is refused. All results
are stored in one transaction as a *run*, the earlier ones are kept, and the result's hash is published. ``verify_run`` calculates
again from the frozen files, on any engine, and compares: same snapshot, same hash.

Pages never compute. ``explain`` tells why a unit has its score: every rule in words, what it found, what it gave, the facts it
counted, and contributions that add up exactly. ``board`` shows all units by indicators. Those who run or check a committee's
rounds read them whole; a unit's own people read its explanation, and the table of their class where the round is open.

The ledger learns two things when the application starts: where a fact counted, and which periods are frozen.
"""

from plumbline.assessment.actions.freezing import freeze
from plumbline.assessment.actions.problems import Refused, in_words
from plumbline.assessment.actions.rounds import create_round, end_exemption, exempt, reopen, set_units
from plumbline.assessment.actions.schemes import Imported, import_scheme, import_shipped
from plumbline.assessment.actions.scoring import SCORE as SCORE_JOB
from plumbline.assessment.actions.scoring import VERIFY as VERIFY_JOB
from plumbline.assessment.actions.scoring import (
    Verified,
    abandon_scoring,
    perform_scoring,
    score_now,
    start_scoring,
    start_verifying,
    verify_run,
)
from plumbline.assessment.actions.storage import SnapshotDamaged
from plumbline.assessment.permissions import can_import_scheme, check_import_scheme
from plumbline.assessment.queries.board import Board, Export, board, export
from plumbline.assessment.queries.explanation import CountedPage, Explanation, counted_facts, explain
from plumbline.assessment.queries.ledger import fact_uses, late_warnings
from plumbline.assessment.queries.partition import ClassChoice, CommitteeRef, chosen_keys, class_choices, committees
from plumbline.assessment.queries.results import ResultLine, Results, results
from plumbline.assessment.queries.rounds import (
    exemption_choices,
    exemptions,
    late_page,
    may_read_job,
    round_for_administrator,
    round_list,
    round_of_run,
    round_page,
    rounds_waiting,
)
from plumbline.assessment.queries.schemes import (
    Shipped,
    VersionPage,
    VersionRow,
    export_scheme,
    latest_versions,
    scheme_list,
    scheme_page,
    shipped_schemes,
)
from plumbline.assessment.queries.todos import todos
from plumbline.assessment.rules.rounds import ClassSelection, RoundState, WrongState
from plumbline.assessment.rules.scheme import SchemeInvalid, SchemeProblem

__all__ = [
    "SCORE_JOB",
    "VERIFY_JOB",
    "Board",
    "ClassChoice",
    "ClassSelection",
    "CommitteeRef",
    "CountedPage",
    "Explanation",
    "Export",
    "Imported",
    "Refused",
    "ResultLine",
    "Results",
    "RoundState",
    "SchemeInvalid",
    "SchemeProblem",
    "Shipped",
    "SnapshotDamaged",
    "Verified",
    "VersionPage",
    "VersionRow",
    "WrongState",
    "abandon_scoring",
    "assess",
    "board",
    "can_import_scheme",
    "check_import_scheme",
    "chosen_keys",
    "class_choices",
    "committees",
    "counted_facts",
    "create_round",
    "end_exemption",
    "exempt",
    "exemption_choices",
    "exemptions",
    "explain",
    "export",
    "export_scheme",
    "fact_uses",
    "freeze",
    "import_scheme",
    "import_shipped",
    "in_words",
    "late_page",
    "late_warnings",
    "latest_versions",
    "may_read_job",
    "perform_scoring",
    "reopen",
    "results",
    "round_for_administrator",
    "round_list",
    "round_of_run",
    "round_page",
    "rounds_waiting",
    "scheme_list",
    "scheme_page",
    "score_now",
    "set_units",
    "shipped_schemes",
    "start_scoring",
    "start_verifying",
    "todos",
    "verify",
    "verify_run",
]

assess = score_now
verify = verify_run
