// Charts from data that the page carries: <div data-chart="kind" data-source="id of a json_script">.
// The table beside each chart says the same; the chart is hidden from screen readers.
import { BarChart, HeatmapChart, LineChart, ScatterChart, TreeChart, CustomChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent, VisualMapComponent, DataZoomComponent, MarkLineComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { uncertaintyKinds, type UncertainData } from "./charts_uncertainty";

use([BarChart, HeatmapChart, LineChart, ScatterChart, TreeChart, CustomChart, GridComponent, LegendComponent, TooltipComponent, VisualMapComponent, DataZoomComponent, MarkLineComponent, CanvasRenderer]);

/** One value of a row: null is "not reported", and is drawn as a gap. */
type Value = number | null;
interface Series {
  name: string;
  /** The token of the line's colour, where it means something. */
  token?: string;
  values: Value[];
  low?: Value[];
  high?: Value[];
}
interface ChartData {
  categories: string[];
  series: Series[];
  links?: (string | null)[];
  unit?: string;
  min?: number;
  max?: number;
  tree?: TreeNode;
}
interface TreeNode {
  name: string;
  value?: number;
  children?: TreeNode[];
}

function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--pl-${name}`).trim();
}

function look() {
  const text = token("text");
  const soft = token("text-soft");
  const line = token("line");
  const font = token("font");
  return {
    text,
    soft,
    line,
    base: {
      textStyle: { fontFamily: font, color: text, fontSize: 13 },
      animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
      animationDuration: 300,
      color: [token("ink"), token("green"), token("yellow"), token("orange"), token("grey"), token("blue")],
      grid: { left: 8, right: 16, top: 40, bottom: 8, containLabel: true },
      tooltip: { renderMode: "richText", confine: true, backgroundColor: token("surface"), borderColor: line, textStyle: { color: text, fontFamily: font } },
    },
    axis: { axisLine: { lineStyle: { color: line } }, axisTick: { show: false }, axisLabel: { color: soft, fontSize: 12 }, splitLine: { lineStyle: { color: line } } },
  };
}

function legend(data: ChartData, soft: string) {
  return data.series.length > 1 ? { top: 4, left: data.unit ? 64 : 0, icon: "roundRect", textStyle: { color: soft } } : undefined;
}

function whiskers(data: ChartData, horizontal: boolean) {
  const ink = token("text-soft");
  return data.series
    .filter((series) => series.low && series.high)
    .map((series) => ({
      type: "custom",
      name: series.name,
      tooltip: { show: false },
      z: 5,
      renderItem: (_: unknown, api: { value: (i: number) => number; coord: (p: number[]) => number[] }) => {
        const place = api.value(0);
        const ends = [api.value(1), api.value(2)].map((value) => api.coord(horizontal ? [value, place] : [place, value]));
        const [a, b] = ends;
        const cap = 4;
        const caps = horizontal
          ? [`M${a[0]} ${a[1] - cap}V${a[1] + cap}`, `M${b[0]} ${b[1] - cap}V${b[1] + cap}`]
          : [`M${a[0] - cap} ${a[1]}H${a[0] + cap}`, `M${b[0] - cap} ${b[1]}H${b[0] + cap}`];
        return { type: "path", shape: { pathData: [`M${a[0]} ${a[1]}L${b[0]} ${b[1]}`, ...caps].join("") }, style: { stroke: ink, lineWidth: 1.5, fill: "none" } };
      },
      data: data.categories.map((_, index) => [index, series.low?.[index] ?? null, series.high?.[index] ?? null]).filter((row) => row[1] !== null),
    }));
}

function bars(data: ChartData, horizontal: boolean) {
  const { base, axis, soft } = look();
  const category = { type: "category", data: data.categories, inverse: horizontal, ...axis, splitLine: { show: false } };
  const value = { type: "value", min: data.min ?? 0, max: data.max, name: data.unit, nameTextStyle: { color: soft }, ...axis, axisLine: { show: false } };
  return {
    ...base,
    legend: legend(data, soft),
    tooltip: { ...base.tooltip, trigger: "axis", axisPointer: { type: "shadow" } },
    xAxis: horizontal ? value : category,
    yAxis: horizontal ? category : value,
    series: [...data.series.map((series) => ({ type: "bar", name: series.name, data: series.values, barMaxWidth: 22, itemStyle: { borderRadius: 2 } })), ...whiskers(data, horizontal)],
  };
}

function lines(data: ChartData) {
  const { base, axis, soft } = look();
  return {
    ...base,
    legend: legend(data, soft),
    tooltip: { ...base.tooltip, trigger: "axis" },
    xAxis: { type: "category", data: data.categories, boundaryGap: false, ...axis, splitLine: { show: false } },
    yAxis: { type: "value", name: data.unit, nameTextStyle: { color: soft }, scale: true, ...axis, axisLine: { show: false } },
    series: data.series.map((series) => ({ type: "line", name: series.name, data: series.values, ...(series.token ? { color: token(series.token) } : {}), symbolSize: 7, connectNulls: false, lineStyle: { width: 2 } })),
  };
}

/** Rows are series (one unit each), columns are categories (first-level indicators); values are shares from 0 to max. */
function heat(data: ChartData) {
  const { base, axis, line } = look();
  const cells = data.series.flatMap((series, row) => series.values.map((value, column) => [column, row, value === null ? "-" : value]));
  return {
    ...base,
    grid: { left: 8, right: 16, top: 8, bottom: 48, containLabel: true },
    xAxis: { type: "category", data: data.categories, position: "top", ...axis, axisLabel: { ...axis.axisLabel, interval: 0, width: 96, overflow: "break" }, splitLine: { show: false } },
    yAxis: { type: "category", data: data.series.map((series) => series.name), inverse: true, ...axis, axisLabel: { ...axis.axisLabel, width: 150, overflow: "truncate" }, splitLine: { show: false } },
    visualMap: { min: data.min ?? 0, max: data.max ?? 100, text: [`${data.max ?? 100}${data.unit ?? ""}`, `${data.min ?? 0}${data.unit ?? ""}`], orient: "horizontal", left: "center", bottom: 4, itemWidth: 12, itemHeight: 120, calculable: false, inRange: { color: ["#f2e6d8", "#c9d7e5", "#7f9fbf", token("ink")] }, textStyle: { color: token("text-soft") } },
    series: [{ type: "heatmap", data: cells, itemStyle: { borderColor: token("surface"), borderWidth: 2 }, emphasis: { itemStyle: { borderColor: line } } }],
    tooltip: {
      ...base.tooltip,
      formatter: (hit: { value: [number, number, number | string] }) => `${data.series[hit.value[1]].name}\n${data.categories[hit.value[0]]}: ${hit.value[2]}${data.unit ?? ""}`,
    },
  };
}

function tree(data: ChartData) {
  const { base, text } = look();
  return {
    ...base,
    series: [{ type: "tree", data: data.tree ? [data.tree] : [], top: 8, bottom: 8, left: 80, right: 160, symbolSize: 8, initialTreeDepth: 2, label: { position: "left", align: "right", verticalAlign: "middle", color: text }, leaves: { label: { position: "right", align: "left" } }, lineStyle: { color: token("line-strong") } }],
    tooltip: { ...base.tooltip, trigger: "item" },
  };
}

const kinds: Record<string, (data: ChartData) => Record<string, unknown>> = {
  bar: (data) => bars(data, false),
  rank: (data) => bars(data, true),
  line: lines,
  heat,
  tree,
};

for (const [name, make] of Object.entries(uncertaintyKinds)) {
  kinds[name] = (data) => make(data as UncertainData, look() as Parameters<typeof make>[1], token);
}

/** Kinds that need height for each row. */
const tall = new Set(["rank", "heat", "intervals", "shares", "pairs", "indices"]);

function draw(place: HTMLElement): void {
  if (place.dataset.drawn) return;
  const source = document.getElementById(place.dataset.source ?? "");
  const kind = kinds[place.dataset.chart ?? ""];
  if (!source || !kind) return;
  place.dataset.drawn = "yes";
  const data = JSON.parse(source.textContent ?? "null") as ChartData;
  const rows = !tall.has(place.dataset.chart ?? "") ? 0 : place.dataset.chart === "heat" ? data.series.length : data.categories.length;
  if (rows) place.style.height = `${Math.max(12, rows * 1.75 + 6)}rem`;
  const chart = init(place);
  chart.setOption(kind(data));
  chart.on("click", (hit) => {
    const row = place.dataset.chart === "heat" ? (hit.value as number[])[1] : hit.dataIndex;
    const link = data.links?.[row];
    if (link) location.assign(link);
  });
  new ResizeObserver(() => chart.resize()).observe(place);
}

function drawAll(root: ParentNode): void {
  for (const place of root.querySelectorAll<HTMLElement>("[data-chart]")) draw(place);
}
drawAll(document);
document.addEventListener("htmx:load", (event) => drawAll(event.target as HTMLElement));
