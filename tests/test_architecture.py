"""The walls of the house: they hold, and each of them was seen to break.

The contracts of ``.importlinter`` are run on the package, then on copies into which one violation each was written.
What the linter cannot see (model lookups by name, the ORM in rules, the clock, the environment) is read from the
syntax trees.
"""

import ast
import configparser
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "plumbline"
LINTER = Path(sys.executable).parent / "lint-imports"
AREAS = (
    "assessment", "meeting", "responsibility", "procedure", "ballot", "voice", "disclosure", "obligation",
    "ledger", "organisation",
)  # fmt: skip

# Each contract with one violation: the file that is added to (its module exists) and the line that breaks the wall.
VIOLATIONS = {
    "floors": ("kernel/numbers.py", "import plumbline.ledger.api"),
    "rooms": ("ledger/permissions.py", "import plumbline.ledger.api"),
    "organisation-door": ("web/desk/__init__.py", "import plumbline.organisation.actions"),
    "organisation-models": ("web/desk/__init__.py", "import plumbline.organisation.models"),
    "ledger-door": ("web/desk/__init__.py", "import plumbline.ledger.permissions"),
    "ledger-models": ("web/desk/__init__.py", "import plumbline.ledger.models"),
    "assessment-door": ("web/desk/__init__.py", "import plumbline.assessment.permissions"),
    "obligation-door": ("web/desk/__init__.py", "import plumbline.obligation.permissions"),
    "procedure-door": ("web/desk/__init__.py", "import plumbline.procedure.permissions"),
    "responsibility-door": ("web/desk/__init__.py", "import plumbline.responsibility.permissions"),
    "meeting-door": ("web/desk/__init__.py", "import plumbline.meeting.permissions"),
    "disclosure-door": ("web/desk/__init__.py", "import plumbline.disclosure.permissions"),
    "disclosure-models": ("web/desk/__init__.py", "import plumbline.disclosure.models"),
    "voice-door": ("web/desk/__init__.py", "import plumbline.voice.permissions"),
    "ballot-door": ("web/desk/__init__.py", "import plumbline.ballot.permissions"),
    "obligation-models": ("web/desk/__init__.py", "import plumbline.obligation.models"),
    "pure-rules": ("organisation/rules/__init__.py", "import plumbline.kernel.clock"),
}


def _contracts() -> dict[str, str]:
    """Return the contracts' names by their ids."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter")
    mark = "importlinter:contract:"
    return {section.removeprefix(mark): parser[section]["name"] for section in parser if section.startswith(mark)}


def _lint(folder: Path) -> tuple[int, str]:
    """Run the contracts on the package in a folder; return exit code and report."""
    done = subprocess.run(
        [LINTER, "--config", str(folder / ".importlinter"), "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder / "src"), "PATH": "/usr/bin:/bin", "COLUMNS": "200"},
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the package into which violations may be written."""
    folder = tmp_path_factory.mktemp("house")
    kept = shutil.ignore_patterns("static", "templates", "locale", "data", "__pycache__")
    shutil.copytree(PACKAGE, folder / "src" / "plumbline", ignore=kept)
    shutil.copy(ROOT / ".importlinter", folder)
    return folder


def test_the_contracts_hold(copy: Path) -> None:
    code, report = _lint(copy)
    assert code == 0, report
    for name in _contracts().values():
        assert re.search(rf"{re.escape(name)}.*KEPT", report), report


def test_every_contract_has_its_proof() -> None:
    assert set(VIOLATIONS) == set(_contracts())


@pytest.mark.parametrize("contract", sorted(VIOLATIONS))
def test_the_contract_breaks_when_it_is_violated(copy: Path, contract: str) -> None:
    name, line = VIOLATIONS[contract]
    file = copy / "src" / "plumbline" / name
    before = file.read_text()
    try:
        file.write_text(f"{before}\n{line}\n")
        code, report = _lint(copy)
    finally:
        file.write_text(before)
    assert code != 0
    assert re.search(rf"{re.escape(_contracts()[contract])}.*BROKEN", report), report


# --- what only the syntax tree shows ---------------------------------------------------------------------------------


@cache
def _trees() -> dict[str, ast.Module]:
    """Return the syntax tree of every module of the package, by its path inside the package."""
    return {
        str(path.relative_to(PACKAGE)): ast.parse(path.read_text(), str(path)) for path in sorted(PACKAGE.rglob("*.py"))
    }


def _own() -> dict[str, ast.Module]:
    """Return the modules that are written by hand."""
    return {name: tree for name, tree in _trees().items() if "/migrations/" not in name}


def _rules() -> dict[str, ast.Module]:
    """Return the modules of all ``rules`` rooms."""
    return {name: tree for name, tree in _own().items() if name.split("/")[1:2] in (["rules"], ["rules.py"])}


def _imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and full name of everything that a module imports, wherever it stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def _dotted(node: ast.AST) -> str:
    """Return ``a.b.c`` for a chain of attributes, an empty text for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def model_lookups(tree: ast.Module) -> list[int]:
    """Return the lines that look a model up by its name."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute | ast.Name)
        and (node.attr if isinstance(node, ast.Attribute) else node.id) in {"get_model", "get_registered_model"}
    ]


def string_keys(tree: ast.Module) -> list[int]:
    """Return the lines of foreign keys that name another area's model by text (``"self"`` and own names may)."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _dotted(node.func).split(".")[-1] in {
            "ForeignKey",
            "OneToOneField",
            "ManyToManyField",
        }:
            targets = [*node.args[:1], *[word.value for word in node.keywords if word.arg == "to"]]
            found += [one.lineno for one in targets if isinstance(one, ast.Constant) and "." in str(one.value)]
    return found


IMPURE = ("django.db", "django.http", "django.test", "django.contrib", "django.conf", "django.utils.timezone",
          "requests", "urllib.request", "socket", "time", "random", "secrets", "uuid.uuid1", "uuid.uuid4", "os", "subprocess",
          "plumbline.kernel.clock")  # fmt: skip


def impurities(tree: ast.Module) -> list[str]:
    """Return what a rule must not import: tables, requests, the clock, chance, the system."""
    return [
        f"{line}: {name}"
        for line, name in _imports(tree)
        if any(name == one or name.startswith(f"{one}.") for one in IMPURE)
    ]


CLOCKS = {"datetime.now", "datetime.datetime.now", "datetime.utcnow", "datetime.datetime.utcnow", "datetime.today",
          "datetime.datetime.today", "date.today", "datetime.date.today", "time.time", "time.time_ns", "timezone.now",
          "django.utils.timezone.now", "timezone.localdate", "time.localtime", "time.gmtime"}  # fmt: skip


def clock_readings(tree: ast.Module) -> list[int]:
    """Return the lines that read the time; a stopwatch (``time.monotonic``, ``perf_counter``) is no clock."""
    found = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Attribute) and _dotted(node) in CLOCKS]
    return found + [line for line, name in _imports(tree) if name in {"time.time", "django.utils.timezone.now"}]


def environment_readings(tree: ast.Module) -> list[int]:
    """Return the lines that read a variable of the environment called ``PLUMBLINE_...``, or ``os.getenv``."""
    found = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Attribute) and _dotted(node) == "os.getenv"]
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _dotted(node.func) == "os.environ.get":
            found.append(node.lineno)
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load) and _dotted(node.value) == "os.environ":
            found.append(node.lineno)
    return found


def _complaints(found: dict[str, list[int]] | dict[str, list[str]]) -> str:
    """Return a readable list of places, empty where there is none."""
    return "\n".join(f"{name}:{place}" for name, places in found.items() for place in places)


def test_no_model_is_looked_up_by_name() -> None:
    assert model_lookups(ast.parse("apps.get_model('ledger', 'Fact')")) == [1]
    assert _complaints({name: model_lookups(tree) for name, tree in _own().items()}) == ""


def test_no_foreign_key_names_another_area_by_text() -> None:
    assert string_keys(ast.parse("models.ForeignKey('ledger.Fact', x)")) == [1]
    assert string_keys(ast.parse("models.ForeignKey(to='ledger.Fact')")) == [1]
    assert string_keys(ast.parse("models.ForeignKey('self', x)")) == []
    assert _complaints({name: string_keys(tree) for name, tree in _own().items()}) == ""


def test_rules_are_pure() -> None:
    assert impurities(ast.parse("def f():\n    from django.db import models")) == ["2: django.db.models"]
    assert impurities(ast.parse("import datetime\nfrom dataclasses import dataclass")) == []
    assert _rules()
    assert _complaints({name: impurities(tree) for name, tree in _rules().items()}) == ""


def test_only_the_kernel_reads_the_clock() -> None:
    assert clock_readings(ast.parse("x = datetime.now(UTC)")) == [1]
    assert clock_readings(ast.parse("field(default=timezone.now)")) == [1]
    assert clock_readings(ast.parse("time.monotonic()")) == []
    found = {name: clock_readings(tree) for name, tree in _own().items() if name != "kernel/clock.py"}
    assert _complaints(found) == ""


def test_only_config_reads_the_environment() -> None:
    assert environment_readings(ast.parse("a = os.environ['X']\nb = os.environ.get('Y')\nos.getenv('Z')")) != []
    assert environment_readings(ast.parse("os.environ['X'] = '1'")) == []
    allowed = {"config/environment.py", "config/settings.py"}
    found = {name: environment_readings(tree) for name, tree in _own().items() if name not in allowed}
    assert _complaints(found) == ""


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function of a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the lines of a function's body, its docstring left out."""
    body = function.body
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant) and len(body) > 1:
        body = body[1:]
    return (body[-1].end_lineno or 0) - body[0].lineno + 1


def test_files_stay_under_400_lines() -> None:
    long = [str(path) for path in PACKAGE.rglob("*.py") if len(path.read_text().splitlines()) > 400]
    assert long == []


def test_functions_stay_under_25_lines() -> None:
    long = [
        f"{name}:{function.lineno} {function.name} has {_length(function)} lines"
        for name, tree in _own().items()
        for function in _functions(tree)
        if _length(function) > 25
    ]
    assert long == []


# --- pages -----------------------------------------------------------------------------------------------------------

INLINE = re.compile(
    r"""<style\b|<script(?![^>]*\bsrc=)(?![^>]*type=["']application/json)|\sstyle\s*=|\son[a-z]+\s*=\s*["']|javascript:"""
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<p style='x'>", True),
        ('<a onclick="x()">', True),
        ("<script>x()</script>", True),
        ("<style>", True),
        ('<a href="javascript:x()">', True),
        ('<script src="x.js" defer></script>', False),
        ('<script type="application/json" id="d">{}</script>', False),
        ('<p class="style-1" data-on="x">', False),
    ],
)
def test_inline_code_is_found(text: str, found: bool) -> None:
    assert bool(INLINE.search(text)) is found


def test_no_template_has_inline_style_or_script() -> None:
    templates = list((PACKAGE / "web" / "templates").rglob("*.html"))
    assert templates
    found = [
        f"{path.relative_to(PACKAGE)}: {hit.group().strip()}"
        for path in templates
        if "/pdf/" not in str(path) and not path.stem.endswith("_pdf")
        for hit in INLINE.finditer(path.read_text())
    ]
    assert found == []


# --- what is in the repository ---------------------------------------------------------------------------------------


def _tracked(*patterns: str) -> list[Path]:
    """Return the files of the repository that match, or all that a source archive without git holds."""
    listed = subprocess.run(["git", "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode != 0:
        pytest.skip("this is no git working tree")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]


def test_no_tracked_file_names_a_registry() -> None:
    hosts = re.compile(r"\b(?:files\.pythonhosted|registry\.npmjs|registry\.npmmirror|pypi\.tuna|mirrors\.aliyun)\.\w+")
    found = [str(path) for path in _tracked() if hosts.search(path.read_bytes().decode("utf-8", "ignore"))]
    assert found == []


def test_nothing_that_is_built_or_secret_is_tracked() -> None:
    wrong = [
        str(path.relative_to(ROOT))
        for path in _tracked()
        if path.suffix in {".mo", ".pyc", ".key", ".pem"} or path.name in {"secret-key", ".env"}
    ]
    assert wrong == []
