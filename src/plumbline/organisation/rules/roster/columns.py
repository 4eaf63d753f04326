"""What a roster workbook holds: its sheets and columns, with their headings and words in both languages.

The same table reads files, writes exports and prints the templates, so that the three can never disagree.
Headings and words are accepted in English and in Chinese in any mixture, whatever language the reader uses.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

ORGANISATIONS, DEPARTMENTS, MEMBERS, POSTS, TERMS, ROLES = (
    "organisations", "departments", "members", "posts", "terms", "roles",
)  # fmt: skip
TABLES = (ORGANISATIONS, DEPARTMENTS, MEMBERS, POSTS, TERMS, ROLES)
"""The tables of a roster. A row of the sheet "Posts" gives a post and, where a member is named, a term."""

CellType = Literal["code", "codes", "text", "integer", "day", "yesno", "kind", "status", "role", "lines"]
Language = Literal["en", "zh"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the field it fills, its headings, what its cells hold, and the longest text that fits."""

    field: str
    en: str
    zh: str
    type: CellType = "text"
    required: bool = False
    longest: int = 200
    table: str = ""
    also: tuple[str, ...] = ()

    def heading(self, language: Language) -> str:
        """Return the heading that exports and templates print."""
        return self.zh if language == "zh" else self.en

    def names(self) -> tuple[str, ...]:
        """Return every heading under which the column is accepted."""
        return (self.en, self.zh, self.field, *self.also)


@dataclass(frozen=True, slots=True)
class SheetSpec:
    """One sheet: its titles and columns; ``table`` is where its columns go unless they name another one."""

    table: str
    en: str
    zh: str
    columns: tuple[Column, ...]

    def title(self, language: Language) -> str:
        """Return the title that exports and templates print."""
        return self.zh if language == "zh" else self.en


KEYS: Mapping[str, tuple[str, ...]] = {
    ORGANISATIONS: ("code",),
    DEPARTMENTS: ("code",),
    MEMBERS: ("number",),
    POSTS: ("unit", "code"),
    TERMS: ("unit", "code", "member", "starts_on"),
    ROLES: ("account", "role", "unit"),
}
"""The fields by which a row is found again: what makes a second import an update."""

SHEETS: tuple[SheetSpec, ...] = (
    SheetSpec(
        ORGANISATIONS,
        "Organisations",
        "党组织",
        (
            Column(
                "code", "code", "组织代码", "code", True, 40, also=("organisation code", "代码", "编码", "党组织代码")
            ),
            Column("name", "name", "组织名称", required=True, also=("名称", "全称", "党组织名称")),
            Column("short_name", "short name", "简称", longest=80),
            Column("kind", "kind", "组织类别", "kind", True, also=("类别", "类型", "组织类型")),
            Column(
                "parent",
                "led by",
                "上级组织代码",
                "code",
                longest=40,
                also=("parent", "上级代码", "上级党组织", "上级组织"),
            ),
            Column(
                "department",
                "department",
                "所属部门代码",
                "code",
                longest=40,
                also=("department code", "部门代码", "所在部门"),
            ),
            Column("is_joint", "joint branch", "联合支部", "yesno", also=("是否联合支部",)),
            Column("joint_departments", "departments covered", "覆盖部门代码", "codes", longest=40),
            Column("is_scattered", "scattered", "党员分散", "yesno"),
            Column("size_approval", "approval of size", "规模批准文号"),
            Column("term_years", "term in years", "任期年数", "integer", also=("届期（年）", "任期")),
            Column("founded_on", "founded on", "成立日期", "day"),
            Column("closed_on", "closed on", "撤销日期", "day"),
        ),
    ),
    SheetSpec(
        DEPARTMENTS,
        "Departments",
        "部门",
        (
            Column("code", "code", "部门代码", "code", True, 40, also=("department code", "代码", "编码")),
            Column("name", "name", "部门名称", required=True, also=("名称", "全称")),
            Column("short_name", "short name", "简称", longest=80),
            Column("klass", "class", "考核类别", longest=60, also=("类别", "分类")),
            Column(
                "parent",
                "led by",
                "牵头考核组织代码",
                "code",
                longest=40,
                also=("parent", "上级组织代码", "牵头组织代码"),
            ),
            Column("founded_on", "founded on", "设立日期", "day", also=("成立日期",)),
            Column("closed_on", "closed on", "撤销日期", "day"),
        ),
    ),
    SheetSpec(
        MEMBERS,
        "Members",
        "党员",
        (
            Column("number", "number", "党员编号", "code", True, 40, also=("member number", "编号")),
            Column("name", "name", "姓名", required=True, longest=100),
            Column(
                "organisation",
                "organisation",
                "所在组织代码",
                "code",
                True,
                40,
                also=("organisation code", "组织代码", "所在党组织"),
            ),
            Column("status", "status", "党员状态", "status", also=("状态", "党员类别")),
            Column("born_on", "born on", "出生日期", "day"),
            Column("joined_on", "joined on", "入党日期", "day"),
            Column("full_on", "full member since", "转正日期", "day"),
            Column("phone", "telephone", "联系电话", longest=40, also=("phone", "电话", "手机")),
        ),
    ),
    SheetSpec(
        POSTS,
        "Posts",
        "职务任期",
        (
            Column("unit", "unit", "单位代码", "code", True, 40, also=("unit code", "组织代码")),
            Column("code", "post", "职务代码", "code", True, 40, also=("post code",)),
            Column("title", "title", "职务名称", required=True, longest=100, also=("职务",)),
            Column("seats", "seats", "职数", "integer"),
            Column("business", "business duties", "业务职责", "lines", longest=500),
            Column("organisation", "organisation duties", "党建职责", "lines", longest=500),
            Column(
                "member", "member", "党员编号", "code", longest=40, table=TERMS, also=("member number", "任职人编号")
            ),
            Column("starts_on", "from", "任职日期", "day", table=TERMS, also=("任期起始",)),
            Column("ends_on", "until", "任期届满日期", "day", table=TERMS, also=("免职日期", "任期截止")),
            Column("basis", "election or document", "选举或任职文号", table=TERMS),
            Column("end_reason", "why it ended early", "提前免职原因", table=TERMS),
        ),
    ),
    SheetSpec(
        ROLES,
        "Roles",
        "角色授权",
        (
            Column("account", "user name", "用户名", "text", True, 150, also=("account", "账号", "账户")),
            Column("role", "role", "角色", "role", True),
            Column("unit", "unit", "单位代码", "code", True, 40, also=("unit code", "组织代码")),
            Column("name", "name", "姓名", longest=150),
            Column("member", "member", "党员编号", "code", longest=40, also=("member number",)),
            Column("starts_on", "from", "起始日期", "day"),
            Column("ends_on", "until", "截止日期", "day"),
        ),
    ),
)

GUIDE_TITLES = ("Guide", "说明")
"""The sheet of instructions in a template: never read."""

KIND_WORDS: Mapping[str, tuple[str, ...]] = {
    "working_committee": ("working committee", "机关工委", "工委", "工作委员会"),
    "committee": ("committee", "机关党委", "党委", "委员会", "基层党委"),
    "general_branch": ("general branch", "党总支", "总支", "总支部", "总支部委员会"),
    "branch": ("branch", "党支部", "支部"),
    "group": ("group", "党小组", "小组"),
}
STATUS_WORDS: Mapping[str, tuple[str, ...]] = {
    "full": ("full member", "正式党员", "正式"),
    "probationary": ("probationary member", "预备党员", "预备"),
    "suspended": ("rights suspended", "停止党员权利", "停权"),
    "left": ("left", "已转出", "离开"),
}
ROLE_WORDS: Mapping[str, tuple[str, ...]] = {
    "administrator": ("committee administrator", "管理员", "工委管理员"),
    "assessor": ("assessor", "考核员", "考核人员"),
    "secretary": ("secretary", "书记"),
    "organiser": ("organiser", "组织员", "组织委员"),
    "inspector": ("inspector", "监督员", "纪检监督员"),
    "member": ("member", "党员"),
    "auditor": ("auditor", "审计员"),
}
YES_WORDS, NO_WORDS = ("yes", "是"), ("no", "否")
WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {"kind": KIND_WORDS, "status": STATUS_WORDS, "role": ROLE_WORDS}
"""Cell types that hold one of a few words: the value, then the words accepted (English first, Chinese second)."""


def fold(text: str) -> str:
    """Return a heading or word as it is compared: full-width letters narrowed, case, blanks and ``_*`` set aside."""
    narrow = unicodedata.normalize("NFKC", text).casefold()
    return "".join(mark for mark in narrow if not mark.isspace() and mark not in "_*")


def word_for(type_: str, value: str, language: Language) -> str:
    """Return the word that exports print for a value of a kind, status or role."""
    return WORDS[type_][value][1 if language == "zh" else 0]


def value_of(type_: str, word: str) -> str | None:
    """Return the value that a word stands for in either language, or None where no such word is known."""
    wanted = fold(word)
    return next((v for v, words in WORDS[type_].items() if wanted in {fold(v), *map(fold, words)}), None)


def sheet_named(title: str) -> SheetSpec | None:
    """Return the sheet with this title in either language."""
    wanted = fold(title)
    return next((s for s in SHEETS if wanted in {fold(s.en), fold(s.zh), s.table}), None)


def sheet_of(table: str) -> SheetSpec:
    """Return the sheet whose rows fill a table."""
    return next(s for s in SHEETS if s.table == (POSTS if table == TERMS else table))


def column_named(sheet: SheetSpec, heading: str) -> Column | None:
    """Return the column of a sheet under this heading in either language."""
    wanted = fold(heading)
    return next((c for c in sheet.columns if wanted in map(fold, c.names())), None)


def fields_of(table: str) -> tuple[Column, ...]:
    """Return the columns whose fields a record of this table has; a term repeats the two keys of its post."""
    sheet = sheet_of(table)
    if table == TERMS:
        return tuple(c for c in sheet.columns if c.table == TERMS or c.field in ("unit", "code"))
    return tuple(c for c in sheet.columns if c.table in ("", table))
