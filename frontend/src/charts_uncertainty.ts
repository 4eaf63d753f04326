// Charts of uncertainty: intervals of ranks, shares of grades, the order of pairs, indices with their bounds.
// Every chart has its table beside it; lengths begin at zero, intervals are whiskers.

interface Row {
  name: string;
  values: (number | null)[];
  low?: (number | null)[];
  high?: (number | null)[];
}
export interface UncertainData {
  categories: string[];
  series: Row[];
  unit?: string;
  max?: number;
  marks?: number[];
  mark?: string;
}
interface Look {
  text: string;
  soft: string;
  line: string;
  base: Record<string, unknown> & { tooltip: Record<string, unknown>; color: string[] };
  axis: Record<string, unknown> & { axisLabel: Record<string, unknown> };
}
type Token = (name: string) => string;
type Option = Record<string, unknown>;
interface Api {
  value: (place: number) => number;
  coord: (point: number[]) => number[];
  size: (point: number[]) => number[];
}

/** Where the row of a series stands beside the middle of its category, as a share of the category's height. */
function offset(place: number, count: number): number {
  return count < 2 ? 0 : (place / (count - 1) - 0.5) * 0.5;
}

/** A whisker from low to high; with a dot where the middle is. */
function whisker(color: string, shift: number, dot: boolean) {
  return (_: unknown, api: Api) => {
    const row = api.value(0);
    const [low, middle, high] = [1, 2, 3].map((place) => api.coord([api.value(place), row])[0]);
    const y = api.coord([api.value(1), row])[1] + shift * api.size([0, 1])[1];
    const path = `M${low} ${y}H${high}M${low} ${y - 4}V${y + 4}M${high} ${y - 4}V${y + 4}`;
    const children: Option[] = [{ type: "path", shape: { pathData: path }, style: { stroke: color, lineWidth: 2, fill: "none" } }];
    if (dot) children.push({ type: "circle", shape: { cx: middle, cy: y, r: 4 }, style: { fill: color } });
    return { type: "group", children };
  };
}

function rows(data: UncertainData, look: Look): Option {
  return { type: "category", data: data.categories, inverse: true, ...look.axis, axisLabel: { ...look.axis.axisLabel, width: 150, overflow: "truncate", interval: 0 }, splitLine: { show: false } };
}

function top(look: Look): Option {
  return { top: 4, left: 0, icon: "roundRect", textStyle: { color: look.soft } };
}

/** Intervals of ranks: a whisker for each kind of uncertainty, a dot at its median, a line at the official rank. */
function intervals(data: UncertainData, look: Look): Option {
  const count = data.series.length;
  const last = Math.max(2, ...(data.marks ?? []), ...data.series.flatMap((series) => (series.high ?? []).map((value) => value ?? 1)));
  const official = { type: "scatter", name: data.mark, symbol: "diamond", symbolSize: 10, z: 6, itemStyle: { color: look.text }, data: (data.marks ?? []).map((rank, row) => [rank, row]) };
  return {
    ...look.base,
    legend: top(look),
    grid: { left: 8, right: 24, top: 40, bottom: 24, containLabel: true },
    xAxis: { type: "value", min: 1, max: last, minInterval: 1, name: data.unit, nameLocation: "middle", nameGap: 24, nameTextStyle: { color: look.soft }, ...look.axis },
    yAxis: rows(data, look),
    tooltip: { ...look.base.tooltip, trigger: "item", formatter: (hit: { seriesName: string; name: string; value: number[] }) => (hit.value.length > 2 ? `${data.categories[hit.value[0]]}\n${hit.seriesName}: ${hit.value[1]} – ${hit.value[3]}` : `${data.categories[hit.value[1]]}\n${hit.seriesName}: ${hit.value[0]}`) },
    series: [
      ...data.series.map((series, place) => ({
        type: "custom",
        name: series.name,
        itemStyle: { color: look.base.color[place] },
        encode: { x: [1, 2, 3], y: 0 },
        renderItem: whisker(look.base.color[place], offset(place, count), true),
        data: series.values.map((middle, row) => [row, series.low?.[row] ?? 1, middle, series.high?.[row] ?? 1]),
      })),
      official,
    ],
  };
}

/** Shares that add up to a whole: one stacked bar a row. */
function shares(data: UncertainData, look: Look, token: Token): Option {
  const colors = [token("ink"), "#7f9fbf", "#c9d7e5", "#e9dcc6", "#d9b98c", token("orange")];
  return {
    ...look.base,
    color: colors,
    legend: top(look),
    grid: { left: 8, right: 24, top: 40, bottom: 24, containLabel: true },
    xAxis: { type: "value", min: 0, max: 100, name: data.unit, nameLocation: "middle", nameGap: 24, nameTextStyle: { color: look.soft }, ...look.axis },
    yAxis: rows(data, look),
    tooltip: { ...look.base.tooltip, trigger: "axis", axisPointer: { type: "shadow" } },
    series: data.series.map((series) => ({ type: "bar", stack: "whole", name: series.name, data: series.values, barMaxWidth: 20, itemStyle: { borderColor: token("surface"), borderWidth: 1 } })),
  };
}

/** Units by units: how often the one of the row stands before the one of the column; only the half above the diagonal. */
function pairs(data: UncertainData, look: Look, token: Token): Option {
  const cells = data.series.flatMap((series, row) => series.values.map((value, column) => [column, row, column > row && value !== null ? value : "-"]));
  return {
    ...look.base,
    grid: { left: 8, right: 16, top: 8, bottom: 56, containLabel: true },
    xAxis: { type: "category", data: data.categories.map((_, place) => `${data.marks?.[place] ?? place + 1}`), position: "top", name: data.mark, ...look.axis, splitLine: { show: false } },
    yAxis: { ...rows(data, look), data: data.categories.map((name, place) => `${data.marks?.[place] ?? place + 1}  ${name}`) },
    visualMap: { min: 50, max: 100, text: ["100 %", "50 %"], orient: "horizontal", left: "center", bottom: 4, itemWidth: 12, itemHeight: 120, inRange: { color: ["#f2e6d8", "#f7f1e8", "#c9d7e5", "#7f9fbf", token("ink")] }, textStyle: { color: look.soft } },
    series: [{ type: "heatmap", data: cells, itemStyle: { borderColor: token("surface"), borderWidth: 1 } }],
    tooltip: { ...look.base.tooltip, formatter: (hit: { value: [number, number, number | string] }) => `${data.categories[hit.value[1]]} > ${data.categories[hit.value[0]]}\n${hit.value[2]} %` },
  };
}

/** Bars with bounds, a group of them a row; the whisker stands in the middle of its own bar. */
function indices(data: UncertainData, look: Look): Option {
  const count = data.series.length;
  return {
    ...look.base,
    legend: top(look),
    grid: { left: 8, right: 24, top: 40, bottom: 24, containLabel: true },
    xAxis: { type: "value", min: 0, max: data.max, name: data.unit, nameLocation: "middle", nameGap: 24, nameTextStyle: { color: look.soft }, ...look.axis },
    yAxis: rows(data, look),
    tooltip: { ...look.base.tooltip, trigger: "item" },
    series: data.series.flatMap((series, place) => [
      { type: "bar", name: series.name, data: series.values, barWidth: "28%", barGap: "10%", itemStyle: { borderRadius: 2, color: look.base.color[place] } },
      {
        type: "custom",
        name: series.name,
        tooltip: { show: false },
        z: 5,
        encode: { x: [1, 2, 3], y: 0 },
        renderItem: whisker(look.soft, count < 2 ? 0 : place === 0 ? -0.154 : 0.154, false),
        data: series.values.map((value, row) => [row, series.low?.[row] ?? value ?? 0, value ?? 0, series.high?.[row] ?? value ?? 0]),
      },
    ]),
  };
}

export const uncertaintyKinds: Record<string, (data: UncertainData, look: Look, token: Token) => Option> = { intervals, shares, pairs, indices };
