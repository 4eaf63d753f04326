"""The search: Chinese, English, pinyin, initials and mixtures, and only what the reader may see."""

from typing import Any

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from plumbline.kernel import search
from plumbline.kernel.actor import PUBLIC, Actor
from plumbline.kernel.models import SearchEntry
from tests.kernel.people import AT, somebody

pytestmark = pytest.mark.django_db
ALL = Actor.system("test")


@pytest.fixture
def filled() -> None:
    entries = [
        search.Searchable("unit", "1", "清河县机关工委", "/units/1/", "A", "/1/"),
        search.Searchable("unit", "2", "清河县财政局机关党委", "/units/2/", "A-001 财政", "/1/2/"),
        search.Searchable("unit", "3", "第二党支部", "/units/3/", "A-001-02", "/1/2/3/"),
        search.Searchable("unit", "4", "Finance Bureau of Qinghe", "/units/4/", "D-04", "/1/4/"),
        search.Searchable("member", "9", "单雄信", "/members/9/", "M0009 第二党支部", "/1/2/3/"),
        search.Searchable("member", "10", "曾文 Zeng", "/members/10/", "M0010", "/1/4/"),
        search.Searchable("scheme", "s1", "Routine work 常规工作考核", "/schemes/1/"),
        search.Searchable("unit", "5", "100%_done\\\\", "/units/5/", "Ｆｕｌｌ Ｗｉｄｔｈ Café", "/1/5/"),
    ]
    search.put_many(entries, at=AT)


def found(text: str, actor: Actor = ALL, **more: Any) -> list[str]:
    return [hit.object_id for hit in search.find(actor, text, 20, **more)]


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("清河", ["2", "1"]),
        ("财政局", ["2"]),
        ("政局机", ["2"]),
        ("河", ["2", "1"]),
        ("清河 财政", ["2"]),
        ("qinghe", ["4", "2", "1"]),
        ("qing he", ["4", "2", "1"]),
        ("QINGHE", ["4", "2", "1"]),
        ("qhx", ["1", "2"]),
        ("czj", ["2"]),
        ("caizheng", ["2"]),
        ("caiz", ["2"]),
        ("清河 czj", ["2"]),
        ("qinghe 财政局", ["2"]),
        ("shanxiongxin", ["9"]),
        ("danxiong", ["9"]),
        ("sxx", ["9"]),
        ("zengwen", ["10"]),
        ("finance", ["4"]),
        ("fin", ["4"]),
        ("bureau qing", ["4"]),
        ("A-001", ["3", "2"]),
        ("m0009", ["9"]),
        ("Ｍ０００９", ["9"]),
        ("full width", ["5"]),
        ("café", ["5"]),
        ("100%", ["5"]),
        ("routine 考核", ["s1"]),
        ("第二党支部", ["3", "9"]),
        ("清华", []),
        ("nothing", []),
        ("", []),
        ("!?'\\\\&|", []),
        ("' & 'a", ["1", "2", "3"]),
    ],
)
def test_what_is_found(text: str, ids: list[str]) -> None:
    assert sorted(found(text)) == sorted(ids)


@pytest.mark.usefixtures("filled")
def test_titles_that_begin_with_the_text_come_first() -> None:
    assert found("第二党支部")[0] == "3"
    assert found("清河县机关")[0] == "1"
    search.put(kind="unit", object_id=6, title="关于清河县机关工委的说明", url="", body="清河县机关工委", at=AT)
    assert found("清河县机关")[:2] == ["1", "6"]


@pytest.mark.usefixtures("filled")
def test_one_finds_only_what_one_may_see() -> None:
    secretary = somebody("secretary", ("secretary", "/1/2/"))
    assert sorted(found("第二", secretary)) == ["3", "9"]
    assert found("finance", secretary) == []
    assert found("routine", secretary) == ["s1"], "what has no path is open to everyone signed in"
    assert found("清河", secretary) == ["2"]
    assert found("清河", somebody("nobody")) == []
    assert found("routine", PUBLIC) == []
    assert found("第二", kind="member") == ["9"]


@pytest.mark.usefixtures("filled")
def test_an_object_is_renewed_and_removed() -> None:
    search.put(kind="unit", object_id=3, title="第三党支部", url="/units/3/", path="/1/", at=AT)
    assert found("第三") == ["3"]
    assert found("第二") == ["9"]
    search.remove("unit", 3)
    search.remove("unit", 3)
    assert found("第三") == []


@pytest.mark.usefixtures("filled")
def test_a_search_is_one_statement_by_the_index(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        found("清河")
    with django_assert_num_queries(0):
        found("  ")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN SELECT 1 FROM kernel_searchentry WHERE words @@ %s::tsquery", [search.query_of("清河")])
        assert "search_words" in "\n".join(row[0] for row in cursor.fetchall())


@settings(deadline=None)
@given(st.text(max_size=80))
def test_any_text_may_be_asked_for_and_put(text: str) -> None:
    search.find(ALL, text)
    search.put(kind="x", object_id=1, title=text.replace("\0", ""), url="/", body=text.replace("\0", "")[::-1], at=AT)
    assert SearchEntry.objects.filter(kind="x").count() == 1
    if len(search.words_of(text)) and not set("\0") & set(text):
        assert "1" in [hit.object_id for hit in search.find(ALL, text[:20], kind="x")] or not search.query_of(text[:20])
