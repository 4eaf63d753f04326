"""Names sorted and found by pinyin, initials and strokes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbline.kernel import names


@pytest.mark.parametrize(
    ("text", "pinyin", "initials"),
    [
        ("清河县财政局", "qing he xian cai zheng ju", "qhxczj"),
        ("王建国", "wang jian guo", "wjg"),
        ("单雄信", "shan xiong xin", "sxx"),
        ("曾庆红", "zeng qing hong", "zqh"),
        ("仇和", "qiu he", "qh"),
        ("区小红", "ou xiao hong", "oxh"),
        ("解晓东", "xie xiao dong", "xxd"),
        ("查良镛", "zha liang yong", "zly"),
        ("令狐冲", "ling hu chong", "lhc"),
        ("尉迟恭", "yu chi gong", "ycg"),
        ("欧阳修", "ou yang xiu", "oyx"),
        ("单位", "dan wei", "dw"),
        ("解放路", "jie fang lu", "jfl"),
        ("区域中心", "qu yu zhong xin", "qyzx"),
        ("重庆支部", "chong qing zhi bu", "cqzb"),
        ("银行支部", "yin hang zhi bu", "yhzb"),
        ("Finance  Bureau", "finance bureau", "fb"),
        ("Ｑ１机关", "q1 ji guan", "qjg"),
        ("", "", ""),
    ],
)
def test_pinyin_and_initials(text: str, pinyin: str, initials: str) -> None:
    assert names.pinyin_key(text).partition("|")[0] == pinyin
    assert names.initials(text) == initials


def test_sorting_by_pinyin_goes_syllable_by_syllable() -> None:
    people = ["张伟", "王芳", "单雄信", "李娜", "曾国藩", "李安", "吕布", "卢俊"]
    assert sorted(people, key=names.pinyin_key) == ["李安", "李娜", "卢俊", "吕布", "单雄信", "王芳", "曾国藩", "张伟"]
    assert sorted(["西安", "先进"], key=names.pinyin_key) == ["西安", "先进"], "xi an stands before xian"


def test_sorting_by_strokes() -> None:
    people = ["鼎新", "张伟", "王芳", "丁一", "李娜", "丁磊"]
    assert sorted(people, key=names.stroke_key) == ["丁一", "丁磊", "王芳", "张伟", "李娜", "鼎新"]
    assert names.stroke_key("王一") == "04王01一"
    assert names.stroke_key("a王") < names.stroke_key("一")


def test_every_common_character_has_its_strokes() -> None:
    common = [chr(code) for code in range(0x4E00, 0x9FA6)]
    assert all(names.stroke_key(one)[:2] != "00" for one in common)
    known = {
        "一": 1,
        "人": 2,
        "大": 3,
        "王": 4,
        "石": 5,
        "刘": 6,
        "李": 7,
        "林": 8,
        "赵": 9,
        "高": 10,
        "黄": 11,
        "曾": 12,
    }
    assert {one: int(names.stroke_key(one)[:2]) for one in known} == known


def test_reading_aloud() -> None:
    assert names.tones("清河") == "qīng hé"


@given(st.text(max_size=60))
def test_any_text_has_keys_that_fit_their_columns(text: str) -> None:
    for key in (names.pinyin_key(text), names.stroke_key(text)):
        assert len(key) <= 400
    assert names.initials(text) == names.initials(text)
