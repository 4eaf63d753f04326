"""The graph that BPMN 2.0 draws: steps as tasks, parallel gateways where branches split and join, and where each stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from plumbline.procedure.rules.document import Procedure, Step, Who

NodeType = Literal["startEvent", "userTask", "parallelGateway", "endEvent"]
SIZES: Mapping[str, tuple[int, int]] = {
    "startEvent": (36, 36), "userTask": (120, 80), "parallelGateway": (50, 50), "endEvent": (36, 36),
}  # fmt: skip
STEP_X, STEP_Y, LEFT, TOP, TITLE = 180, 110, 60, 40, 40


@dataclass(frozen=True, slots=True)
class Node:
    """One element of the process: its id, what it is, the step that it belongs to ("" for start and end)."""

    id: str
    type: NodeType
    step: str = ""


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow between two elements."""

    source: str
    target: str

    @property
    def id(self) -> str:
        """The id, made of both ends."""
        return f"flow_{self.source}_{self.target}"


@dataclass(frozen=True, slots=True)
class Graph:
    """The elements in order, the flows between them, and the lane of each element."""

    nodes: tuple[Node, ...]
    flows: tuple[Flow, ...]
    lanes: tuple[Who, ...]
    lane_of: Mapping[str, int]


def graph_of(procedure: Procedure) -> Graph:
    """Return the elements and flows of a sound procedure."""
    starts = [one.code for one in procedure.steps if not one.after]
    ends = [one.code for one in procedure.steps if not procedure.followers(one.code)]
    nodes: list[Node] = [Node("start", "startEvent")]
    flows: list[Flow] = []
    entry = "start"
    if len(starts) > 1:
        nodes.append(Node("split_start", "parallelGateway"))
        flows.append(Flow("start", "split_start"))
        entry = "split_start"
    for step in procedure.steps:
        _add_step(procedure, step, entry, nodes, flows)
    last = [f"step_{code}" for code in ends]
    if len(last) > 1:
        nodes.append(Node("join_end", "parallelGateway"))
        flows += [Flow(one, "join_end") for one in last]
        last = ["join_end"]
    nodes.append(Node("end", "endEvent"))
    flows.append(Flow(last[0], "end"))
    return _with_lanes(procedure, nodes, flows, ends)


def _add_step(procedure: Procedure, step: Step, entry: str, nodes: list[Node], flows: list[Flow]) -> None:
    """Add a step with the gateway before it where branches join, and the one after it where they split."""
    task, sources = f"step_{step.code}", [_out(procedure, one) for one in step.after] or [entry]
    if len(sources) > 1:
        nodes.append(Node(f"join_{step.code}", "parallelGateway", step.code))
        flows += [Flow(source, f"join_{step.code}") for source in sources]
        sources = [f"join_{step.code}"]
    nodes.append(Node(task, "userTask", step.code))
    flows.append(Flow(sources[0], task))
    if len(procedure.followers(step.code)) > 1:
        nodes.append(Node(f"split_{step.code}", "parallelGateway", step.code))
        flows.append(Flow(task, f"split_{step.code}"))


def _out(procedure: Procedure, code: str) -> str:
    return f"split_{code}" if len(procedure.followers(code)) > 1 else f"step_{code}"


def _with_lanes(procedure: Procedure, nodes: list[Node], flows: list[Flow], ends: list[str]) -> Graph:
    lanes = tuple(dict.fromkeys(one.who for one in procedure.steps))
    of_step = {one.code: lanes.index(one.who) for one in procedure.steps}
    first, last = of_step[procedure.steps[0].code], of_step[ends[-1]]
    lane_of = {
        one.id: of_step[one.step] if one.step else (last if one.id in ("end", "join_end") else first) for one in nodes
    }
    return Graph(tuple(nodes), tuple(flows), lanes, lane_of)


@dataclass(frozen=True, slots=True)
class Box:
    """Where an element stands in the drawing, in pixels from the top left corner."""

    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> int:
        """The height of its middle."""
        return self.y + self.height // 2


@dataclass(frozen=True, slots=True)
class Drawing:
    """The boxes of elements and lanes, and the whole."""

    boxes: Mapping[str, Box]
    lanes: tuple[Box, ...]
    pool: Box


def drawing_of(graph: Graph) -> Drawing:
    """Return where everything stands: from left to right by how far along it is, from top to bottom by lane."""
    levels: dict[str, int] = {}
    for node in graph.nodes:
        before = [levels[one.source] for one in graph.flows if one.target == node.id]
        levels[node.id] = 1 + max(before, default=-1)
    slots: dict[str, int] = {}
    seen: dict[tuple[int, int], int] = {}
    for node in graph.nodes:
        key = graph.lane_of[node.id], levels[node.id]
        slots[node.id] = seen.get(key, 0)
        seen[key] = slots[node.id] + 1
    heights = [max(n for (lane, _level), n in seen.items() if lane == place) for place in range(len(graph.lanes))]
    tops = [TOP + STEP_Y * sum(heights[:place]) for place in range(len(heights))]
    width = (1 + max(levels.values())) * STEP_X + LEFT
    boxes = {}
    for node in graph.nodes:
        across, high = SIZES[node.type]
        x = LEFT + TITLE + levels[node.id] * STEP_X + (120 - across) // 2
        y = tops[graph.lane_of[node.id]] + slots[node.id] * STEP_Y + (STEP_Y - high) // 2
        boxes[node.id] = Box(x, y, across, high)
    lanes = tuple(Box(LEFT, top, width, STEP_Y * high) for top, high in zip(tops, heights, strict=True))
    pool = Box(LEFT - 30, TOP, width + 30, STEP_Y * sum(heights))
    return Drawing(boxes, lanes, pool)


def way(source: Box, target: Box) -> tuple[tuple[int, int], ...]:
    """Return the corners of an arrow: from the right of one box, up or down half-way, to the left of the other."""
    out, into = source.x + source.width, target.x
    if source.middle == target.middle:
        return (out, source.middle), (into, target.middle)
    half = into - 30
    return (out, source.middle), (half, source.middle), (half, target.middle), (into, target.middle)
