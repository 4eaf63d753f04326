"""Procedures as documents: what is wrong with one, how it is changed, and that no file loses anything."""

from xml.etree import ElementTree as Tree

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given, settings
from hypothesis import strategies as st

from plumbline.procedure.queries.procedures import SHIPPED, shipped
from plumbline.procedure.rules import bpmn, editing, layout, yaml_text
from plumbline.procedure.rules.bpmn_graph import drawing_of, graph_of
from plumbline.procedure.rules.checks import FAULTS, faults_of, longest_way
from plumbline.procedure.rules.document import MOST_STEPS, FormField, Procedure, Step, Who, Words
from plumbline.procedure.rules.yaml_text import FileInvalid
from tests.procedure.county import forked, step

NS = {"b": bpmn.MODEL, "di": bpmn.DI, "dc": bpmn.DC, "dd": bpmn.DD}


def made(*rows: tuple[str, str], **more: object) -> Procedure:
    steps = tuple(step(code, *before.split()) for code, before in rows)
    return Procedure.of({"code": "p", "title": {"en": "P"}, "steps": steps, **more})


def said(procedure: Procedure) -> list[tuple[str, str, str]]:
    return [(one.what, one.step, one.other) for one in faults_of(procedure)]


FAULTY = (
    (Procedure(code="p", title=Words()), [("no_title", "", ""), ("no_steps", "", "")]),
    (made(("a", ""), ("a", "")), [("twice", "a", "")]),
    (made(("a", "z")), [("unknown_after", "a", "z")]),
    (made(("a", "b"), ("b", "")), [("order", "a", "b")]),
    (made(("a", "b"), ("b", "a")), [("order", "a", "b"), ("unreachable", "a", ""), ("unreachable", "b", "")]),
    (made(("a", ""), ("b", "a"), ("c", "a b")), [("implied", "c", "a")]),
    (made(("a", ""), ("b", ""), ("c", "a"), ("d", "a b")), [("unmatched_join", "d", "")]),
    (made(("a", ""), ("b", ""), ("c", "a b"), ("d", "a b")), [("unmatched_join", "c", ""), ("unmatched_join", "d", "")]),
    (forked(limit=4), [("limit_too_long", "ask", ""), ("limit_too_long", "look", ""), ("limit_too_long", "decide", "")]),
    (forked(limit=19), [("limit_of_branches", "", "")]),
    (forked(steps=(step("a", who=Who(at="person")),)), [("person_missing", "a", "")]),
    (
        forked(steps=(Step(code="a", title=Words()),)),
        [("no_step_title", "a", "")],
    ),
    (
        forked(steps=(step("a", form=(FormField(name="n", label=Words(), type="choice"),) * 2),)),
        [("field_twice", "a", "n"), ("field_label", "a", "n"), ("field_label", "a", "n"), ("no_choices", "a", "n"),
         ("no_choices", "a", "n")],
    ),
)  # fmt: skip


@pytest.mark.parametrize(("procedure", "wanted"), FAULTY, ids=[str(wanted[0]) for _one, wanted in FAULTY])
def test_faults(procedure: Procedure, wanted: list[tuple[str, str, str]]) -> None:
    assert said(procedure) == wanted
    assert {what for what, _step, _other in wanted} <= set(FAULTS)


@pytest.mark.parametrize("rows", [
    (("a", ""), ("b", "a"), ("c", "a"), ("d", "b c")),
    (("a", ""), ("b", "")),
    (("a", ""), ("b", ""), ("c", "a b")),
    (("a", ""), ("b", "a"), ("c", "a"), ("d", "c"), ("e", "c"), ("f", "d e"), ("g", "b f")),
])  # fmt: skip
def test_blocks_are_sound(rows: tuple[tuple[str, str], ...]) -> None:
    assert said(made(*rows)) == []


@pytest.mark.parametrize("code", SHIPPED)
def test_what_is_shipped_is_sound_and_in_both_languages(code: str) -> None:
    procedure = shipped(code)
    assert faults_of(procedure) == ()
    assert len(procedure.steps) == 25 if code == "member_development" else procedure.steps
    words = [procedure.title, procedure.about, procedure.basis]
    for one in procedure.steps:
        words += [one.title, *one.evidence, *(field.label for field in one.form)]
        words += [choice for field in one.form for choice in field.choices]
    assert all(one.en and one.zh for one in words)


@pytest.mark.parametrize("code", SHIPPED)
def test_files_give_the_same_back(code: str) -> None:
    procedure = shipped(code)
    assert yaml_text.load(yaml_text.dump(procedure)) == procedure
    for language in ("en", "zh"):
        assert bpmn.load(bpmn.dump(procedure, language)) == procedure


@pytest.mark.parametrize("procedure", [forked(), shipped("member_development"), made(("a", ""), ("b", ""))])
def test_bpmn_is_whole(procedure: Procedure) -> None:
    root = fromstring(bpmn.dump(procedure, "en").encode())
    process = root.find("b:process", NS)
    assert process is not None
    ids = [one.get("id") for one in root.iter() if one.get("id")]
    assert len(ids) == len(set(ids))
    nodes = {
        one.get("id"): one
        for kind in ("startEvent", "endEvent", "userTask", "parallelGateway")
        for one in process.findall(f"b:{kind}", NS)
    }
    flows = process.findall("b:sequenceFlow", NS)
    assert {one.get("sourceRef") for one in flows} | {one.get("targetRef") for one in flows} == set(nodes)
    for name, node in nodes.items():
        assert [one.text for one in node.findall("b:incoming", NS)] == ends(flows, "targetRef", name)
        assert [one.text for one in node.findall("b:outgoing", NS)] == ends(flows, "sourceRef", name)
        if node.tag.endswith("parallelGateway"):
            assert max(len(node.findall("b:incoming", NS)), len(node.findall("b:outgoing", NS))) > 1
        elif node.tag.endswith("userTask"):
            assert len(node.findall("b:incoming", NS)) == len(node.findall("b:outgoing", NS)) == 1
    in_lanes = [one.text for one in process.findall("b:laneSet/b:lane/b:flowNodeRef", NS)]
    assert sorted(in_lanes) == sorted(nodes)
    timers = process.findall("b:boundaryEvent", NS)
    assert {one.get("attachedToRef") for one in timers} == {
        f"step_{one.code}" for one in procedure.steps if one.limit is not None
    }
    drawn(root, {*nodes, *(one.get("id") for one in timers)}, flows)


def ends(flows: list[Tree.Element], end: str, name: str | None) -> list[str | None]:
    return [one.get("id") for one in flows if one.get(end) == name]


def drawn(root: Tree.Element, nodes: set[str | None], flows: list[Tree.Element]) -> None:
    """Every element has its box inside the pool, every arrow begins and ends at one, and no two tasks lie on each other."""
    shapes = {one.get("bpmnElement"): one.find("dc:Bounds", NS) for one in root.iter(f"{{{bpmn.DI}}}BPMNShape")}
    assert nodes <= set(shapes)
    boxes = {
        name: tuple(float(bounds.get(side, "")) for side in ("x", "y", "width", "height"))
        for name, bounds in shapes.items()
        if bounds is not None
    }
    left, top, width, height = boxes["pool"]
    tasks = [box for name, box in boxes.items() if str(name).startswith("step_")]
    for x, y, across, high in tasks:
        assert left <= x and x + across <= left + width and top <= y and y + high <= top + height
    for place, one in enumerate(tasks):
        for other in tasks[place + 1 :]:
            assert abs(one[0] - other[0]) >= one[2] or abs(one[1] - other[1]) >= one[3]
    edges = {one.get("bpmnElement"): one.findall("dd:waypoint", NS) for one in root.iter(f"{{{bpmn.DI}}}BPMNEdge")}
    assert set(edges) == {one.get("id") for one in flows}
    for flow in flows:
        first, last = edges[flow.get("id")][0], edges[flow.get("id")][-1]
        source, target = boxes[flow.get("sourceRef")], boxes[flow.get("targetRef")]
        assert (float(first.get("x", "")), float(last.get("x", ""))) == (source[0] + source[2], target[0])


WRONG_FILES = (
    ("x" * (bpmn.MOST + 1), "longer"),
    ("<a", "no XML"),
    ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "no XML"),
    ("<a/>", "not written by Plumbline"),
    (bpmn.dump(forked(), "en").replace('code="forked"', 'code="No Code"'), "pattern"),
)


@pytest.mark.parametrize(("text", "wanted"), WRONG_FILES, ids=[wanted for _text, wanted in WRONG_FILES])
def test_wrong_bpmn_is_told(text: str, wanted: str) -> None:
    with pytest.raises(FileInvalid, match=wanted):
        bpmn.load(text)


def test_bpmn_that_was_changed_elsewhere_is_read_as_it_is() -> None:
    text = bpmn.dump(forked(), "en")
    bare = text.replace("plumbline:step", "plumbline:other")
    assert [one.title.en for one in bpmn.load(bare).steps] == ["Ask", "Look", "Hear", "Decide"]
    circle = text.replace('sourceRef="step_ask" targetRef="split_ask"', 'sourceRef="split_ask" targetRef="split_ask"')
    assert bpmn.load(circle).step("look").after == ()


WRONG_TEXTS = (
    ("a: [", "line 1"),
    ("- 1", "no procedure"),
    ("a: &x 1\nb: *x", "references"),
    ("code: a\ncode: b", "stands twice"),
    ("code: a\ntitle: {en: A}\nsteps:\n- code: s\n  title: {en: S}\n  limit: -1", "steps.0.limit"),
    ("x" * (yaml_text.LONGEST + 1), "longer"),
)


@pytest.mark.parametrize(("text", "wanted"), WRONG_TEXTS, ids=[wanted for _text, wanted in WRONG_TEXTS])
def test_wrong_yaml_is_told(text: str, wanted: str) -> None:
    with pytest.raises(FileInvalid, match=wanted):
        yaml_text.load(text)


def test_steps_are_added_in_the_row_and_side_by_side() -> None:
    procedure = Procedure(code="p", title=Words(en="P"))
    procedure, first = editing.add_step(procedure, Words(en="First"))
    procedure, last = editing.add_step(procedure, Words(en="Last"))
    procedure, middle = editing.add_step(procedure, Words(en="Middle"), below=first)
    procedure, beside = editing.add_step(procedure, Words(en="Beside"), beside=middle)
    assert [one.code for one in procedure.steps] == [first, middle, beside, last]
    assert [procedure.step(one).after for one in (middle, beside, last)] == [(first,), (first,), (middle, beside)]
    assert said(procedure) == []
    full = procedure.model_copy(update={"steps": procedure.steps * MOST_STEPS})
    for wrong, why in (({"below": "z"}, "gone"), ({"beside": "z"}, "gone")):
        with pytest.raises(editing.Impossible, match=why):
            editing.add_step(procedure, Words(en="X"), **wrong)
    with pytest.raises(editing.Impossible, match="too_many"):
        editing.add_step(full, Words(en="X"))


def test_taking_a_step_out_closes_the_row() -> None:
    assert editing.remove_step(forked(), "ask").step("look").after == ()
    less = editing.remove_step(forked(), "look")
    assert less.step("decide").after == ("hear",)
    assert said(less) == []
    assert editing.remove_step(forked(), "decide").followers("look") == ()
    with pytest.raises(editing.Impossible):
        editing.remove_step(forked(), "z")


def test_moving_turns_what_followed_each_other() -> None:
    line = made(("a", ""), ("b", "a"), ("c", "b"))
    up = editing.move_step(line, "b", -1)
    assert [(one.code, one.after) for one in up.steps] == [("b", ()), ("a", ("b",)), ("c", ("a",))]
    assert editing.move_step(up, "b", 1) == line
    assert editing.move_step(line, "a", -1) == line
    assert editing.move_step(line, "c", 1) == line
    beside = editing.move_step(forked(), "look", 1)
    assert [one.code for one in beside.steps] == ["ask", "hear", "look", "decide"]
    assert beside.step("hear").after == ("ask",)
    assert said(beside) == []


def test_a_step_is_rewritten_under_its_old_or_a_new_code() -> None:
    renamed = editing.replace_step(forked(), "look", forked().step("look").model_copy(update={"code": "see"}))
    assert renamed.step("decide").after == ("see", "hear")
    with pytest.raises(editing.Impossible, match="taken"):
        editing.replace_step(forked(), "look", forked().step("hear"))
    with pytest.raises(editing.Impossible, match="gone"):
        editing.replace_step(forked(), "z", forked().step("hear"))


def test_drawings_put_branches_side_by_side() -> None:
    places = layout.places_of(forked())
    assert {code: (one.row, one.column, one.alone) for code, one in places.items()} == {
        "ask": (0, 0, True), "look": (1, 0, False), "hear": (1, 1, False), "decide": (2, 0, True),
    }  # fmt: skip
    assert layout.width_of(places) == 2
    assert layout.width_of({}) == 1
    assert layout.lines_of("递交入党申请书", 4) == ("递交入党", "申请书")
    assert layout.lines_of("Members’ relations 转接 transferred and done", 6, 2) == ("Members’", "relation…")
    assert layout.lines_of("", 6) == ("",)
    assert layout.lines_of("ab中", 6) == ("ab中",)


def test_words_are_said_in_the_language_or_the_other_one() -> None:
    assert [Words(en="a").say("zh"), Words(zh="b").say("en"), Words(en="a", zh="b").say("zh-hans")] == ["a", "b", "b"]
    with pytest.raises(KeyError):
        forked().step("z")


@st.composite
def blocks(draw: st.DrawFn) -> Procedure:
    """A sound procedure made of rows and branches."""
    rows: list[Step] = []

    def grow(before: tuple[str, ...], depth: int) -> tuple[str, ...]:
        for _number in range(draw(st.integers(1, 3))):
            if depth and draw(st.booleans()):
                before = (add(before),) if len(before) > 1 else before
                before = tuple(code for _branch in range(2) for code in grow(before, depth - 1))
            else:
                before = (add(before),)
        return before if len(before) == 1 else (add(before),)

    def add(before: tuple[str, ...]) -> str:
        code = f"s{len(rows)}"
        rows.append(step(code, *before, limit=draw(st.one_of(st.none(), st.integers(0, 9)))))
        return code

    grow((), 2)
    return Procedure(code="p", title=Words(en="P"), steps=tuple(rows))


@settings(max_examples=60, deadline=None)
@given(blocks())
def test_every_block_is_sound_and_every_file_gives_it_back(procedure: Procedure) -> None:
    assert said(procedure) == []
    assert bpmn.load(bpmn.dump(procedure, "zh")) == procedure
    assert yaml_text.load(yaml_text.dump(procedure)) == procedure
    places = layout.places_of(procedure)
    assert len({(one.row, one.column) for one in places.values()}) == len(procedure.steps)
    drawing = drawing_of(graph_of(procedure))
    assert len({(one.x, one.y) for one in drawing.boxes.values()}) == len(drawing.boxes)
    assert longest_way(procedure) <= sum(one.limit or 0 for one in procedure.steps)
