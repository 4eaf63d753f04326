"""Procedures as BPMN 2.0 with its drawing, and back from our own files without loss.

A limit is a timer on the border of its task that interrupts nothing; lanes are those who are responsible. What BPMN has no place
for (both languages, evidence, forms) stands in extension elements of our own namespace, which other programs keep or ignore.
"""

from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree as Tree  # writes only; what comes in is read by defusedxml

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from plumbline.procedure.rules.bpmn_graph import Box, Drawing, Graph, drawing_of, graph_of, way
from plumbline.procedure.rules.document import Procedure, Step, Who, Words
from plumbline.procedure.rules.yaml_text import LONGEST, FileInvalid, of_document

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DD = "http://www.omg.org/spec/DD/20100524/DI"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
OURS = "urn:plumbline:procedure:1"
MOST = 6 * LONGEST

for _prefix, _uri in (("bpmn", MODEL), ("bpmndi", DI), ("dc", DC), ("di", DD), ("xsi", XSI), ("plumbline", OURS)):
    Tree.register_namespace(_prefix, _uri)


def dump(procedure: Procedure, language: str, lane_names: Sequence[str] = ()) -> str:
    """Return a sound procedure as BPMN 2.0; names are in a language, lanes named as given in their order.

    ``load`` gives the same procedure back.
    """
    graph = graph_of(procedure)
    root = Tree.Element(f"{{{MODEL}}}definitions", {"id": "definitions", "targetNamespace": OURS})
    pool = _add(root, "collaboration", id="collaboration")
    _add(pool, "participant", id="pool", name=procedure.title.say(language), processRef="process")
    process = _add(root, "process", id="process", name=procedure.title.say(language), isExecutable="false")
    _about(process, procedure)
    names = lane_names or [_lane_name(one) for one in graph.lanes]
    lanes = _add(process, "laneSet", id="lanes")
    for place, name in enumerate(names):
        lane = _add(lanes, "lane", id=f"lane_{place}", name=name)
        for node in graph.nodes:
            if graph.lane_of[node.id] == place:
                _add(lane, "flowNodeRef").text = node.id
    for node in graph.nodes:
        _node(process, procedure, graph, node, language)
    for flow in graph.flows:
        _add(process, "sequenceFlow", id=flow.id, sourceRef=flow.source, targetRef=flow.target)
    _draw(root, procedure, graph, drawing_of(graph))
    Tree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Tree.tostring(root, encoding="unicode") + "\n"


def _lane_name(who: Who) -> str:
    return "person" if who.at == "person" else f"{who.at}: {who.post or who.role}"


def _add(parent: Tree.Element, tag: str, space: str = MODEL, /, **attributes: str) -> Tree.Element:
    return Tree.SubElement(parent, f"{{{space}}}{tag}", attributes)


def _words(parent: Tree.Element, tag: str, words: Words, /, **attributes: str) -> Tree.Element:
    said = {language: text for language, text in (("en", words.en), ("zh", words.zh)) if text}
    return _add(parent, tag, OURS, **said, **attributes)


def _about(process: Tree.Element, procedure: Procedure) -> None:
    held = _add(process, "extensionElements")
    limit = {} if procedure.limit is None else {"limit": str(procedure.limit)}
    about = _add(held, "procedure", OURS, code=procedure.code, concerns=procedure.concerns, **limit)
    for name in ("title", "about", "basis"):
        _words(about, name, getattr(procedure, name))
    _add(about, "order", OURS).text = " ".join(one.code for one in procedure.steps)


def _node(process: Tree.Element, procedure: Procedure, graph: Graph, node: Any, language: str) -> None:
    said = {"id": node.id}
    step = procedure.step(node.step) if node.type == "userTask" else None
    if step is not None:
        said["name"] = step.title.say(language)
    made = _add(process, node.type, **said)
    if step is not None:
        if how := step.how.say(language):
            _add(made, "documentation").text = how
        _step(_add(made, "extensionElements"), step)
    for flow in graph.flows:
        if flow.target == node.id:
            _add(made, "incoming").text = flow.id
    for flow in graph.flows:
        if flow.source == node.id:
            _add(made, "outgoing").text = flow.id
    if step is not None and step.limit is not None:
        timer = _add(process, "boundaryEvent", id=f"timer_{step.code}", attachedToRef=node.id, cancelActivity="false")
        held = _add(timer, "timerEventDefinition", id=f"timer_definition_{step.code}")
        duration = _add(held, "timeDuration")
        duration.set(f"{{{XSI}}}type", "bpmn:tFormalExpression")
        duration.text = f"P{step.limit}D"


def _step(held: Tree.Element, step: Step) -> None:
    limit = {} if step.limit is None else {"limit": str(step.limit)}
    flags = {"key": str(step.key).lower(), "repeats": str(step.repeats).lower()}
    made = _add(held, "step", OURS, at=step.who.at, role=step.who.role, post=step.who.post, **limit, **flags)
    _words(made, "title", step.title)
    _words(made, "how", step.how)
    for one in step.evidence:
        _words(made, "evidence", one)
    for field in step.form:
        flags = {"required": str(field.required).lower(), "personal": str(field.personal).lower()}
        shown = _words(made, "field", field.label, name=field.name, type=field.type, **flags)
        for choice in field.choices:
            _words(shown, "choice", choice)


def _draw(root: Tree.Element, procedure: Procedure, graph: Graph, drawing: Drawing) -> None:
    plane = _add(_add(root, "BPMNDiagram", DI, id="diagram"), "BPMNPlane", DI, id="plane", bpmnElement="collaboration")
    _shape(plane, "pool", drawing.pool, isHorizontal="true")
    for place, box in enumerate(drawing.lanes):
        _shape(plane, f"lane_{place}", box, isHorizontal="true")
    for node in graph.nodes:
        box = drawing.boxes[node.id]
        _shape(plane, node.id, box)
        if node.type == "userTask" and procedure.step(node.step).limit is not None:
            _shape(plane, f"timer_{node.step}", Box(box.x + 80, box.y + 62, 36, 36))
    for flow in graph.flows:
        edge = _add(plane, "BPMNEdge", DI, id=f"{flow.id}_di", bpmnElement=flow.id)
        for x, y in way(drawing.boxes[flow.source], drawing.boxes[flow.target]):
            _add(edge, "waypoint", DD, x=str(x), y=str(y))


def _shape(plane: Tree.Element, of: str, box: Box, **more: str) -> None:
    shape = _add(plane, "BPMNShape", DI, id=f"{of}_di", bpmnElement=of, **more)
    _add(shape, "Bounds", DC, x=str(box.x), y=str(box.y), width=str(box.width), height=str(box.height))


def load(text: str) -> Procedure:
    """Return the procedure of a file that ``dump`` wrote. Raises FileInvalid where it is none, naming what is wrong."""
    if len(text) > MOST:
        raise FileInvalid((("", f"longer than {MOST} characters"),))
    try:
        root = fromstring(text.lstrip("\ufeff \t\r\n").encode())
    except (Tree.ParseError, DefusedXmlException, ValueError) as error:
        raise FileInvalid((("", f"this is no XML that can be read: {error}"),)) from error
    process = root.find(f"{{{MODEL}}}process")
    about = None if process is None else process.find(f"{{{MODEL}}}extensionElements/{{{OURS}}}procedure")
    if process is None or about is None:
        raise FileInvalid(
            (("", "this BPMN file was not written by Plumbline: its steps say neither who nor what is shown"),)
        )
    steps = {one.get("id", "").removeprefix("step_"): one for one in process.findall(f"{{{MODEL}}}userTask")}
    order = [code for code in (about.findtext(f"{{{OURS}}}order") or "").split() if code in steps]
    listed = [*order, *(code for code in steps if code not in order)]
    document: dict[str, Any] = {"code": about.get("code", ""), "concerns": about.get("concerns", "unit")}
    document |= {name: _said(about.find(f"{{{OURS}}}{name}")) for name in ("title", "about", "basis")}
    document |= _limit(about)
    document["steps"] = [
        {"code": code, "after": _before(process, f"step_{code}"), **_read(steps[code])} for code in listed
    ]
    return of_document(document)


def _said(element: Any) -> dict[str, str]:
    return {} if element is None else {name: element.get(name) for name in ("en", "zh") if element.get(name)}


def _limit(element: Any) -> dict[str, Any]:
    text = element.get("limit", "")
    return {"limit": int(text)} if text.isdecimal() and len(text) < 9 else {}


def _before(process: Any, of: str, depth: int = 0) -> list[str]:
    """Return the steps from which arrows lead to an element, through gateways, in the order of the file."""
    found: list[str] = []
    for flow in process.findall(f"{{{MODEL}}}sequenceFlow"):
        source = flow.get("sourceRef", "")
        if flow.get("targetRef") != of:
            continue
        if source.startswith("step_"):
            found.append(source.removeprefix("step_"))
        elif depth < MOST_IN_A_ROW:
            found += _before(process, source, depth + 1)
    return list(dict.fromkeys(found))


MOST_IN_A_ROW = 20
"""Gateways in a row beyond which a file is taken for a circle."""


def _read(task: Any) -> dict[str, Any]:
    """Return what our extension says of a step; a task without one keeps its name alone."""
    held = task.find(f"{{{MODEL}}}extensionElements/{{{OURS}}}step")
    if held is None:
        name = task.get("name", "")
        return {"title": {"en": name, "zh": name}}
    who = {name: held.get(name) for name in ("at", "role", "post") if held.get(name)}
    return {
        "title": _said(held.find(f"{{{OURS}}}title")), "how": _said(held.find(f"{{{OURS}}}how")), "who": who,
        "key": held.get("key") != "false", "repeats": held.get("repeats") == "true", **_limit(held),
        "evidence": [_said(one) for one in held.findall(f"{{{OURS}}}evidence")],
        "form": [_field(one) for one in held.findall(f"{{{OURS}}}field")],
    }  # fmt: skip


def _field(element: Any) -> dict[str, Any]:
    return {
        "name": element.get("name", ""), "type": element.get("type", "text"), "label": _said(element),
        "required": element.get("required") == "true", "personal": element.get("personal") == "true",
        "choices": [_said(one) for one in element.findall(f"{{{OURS}}}choice")],
    }  # fmt: skip
