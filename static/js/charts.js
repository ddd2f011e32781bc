// Charts read their data from <script type="application/json">. SVG renderer, no HTML tooltip (the CSP bars its styles), no animation.
//   <div class="chart" data-chart="pace" data-src="d1" role="img" aria-label="…last values in words…"></div>
//   pace {unit, max, step, act, plan, fc: [[date, value]], fcLabel, marks} · money {x, paid, plan} · scale {x, y, max, step, marks} · stack {x, unit, s: [{name, data}]}

const style = getComputedStyle(document.documentElement);
const colour = (name) => style.getPropertyValue(`--fy-${name}`).trim();
const [INK, INK2, INK3, LINE, BLUE, GREEN, RED, EDGE, DOT, LIGHT] = ["ink", "ink-2", "ink-3", "line-2", "accent", "ok", "bad", "edge", "dot", "fc"].map(colour);
const AXIS = { axisLine: { lineStyle: { color: DOT } }, axisTick: { show: false }, axisLabel: { color: INK2, fontSize: 12 }, splitLine: { lineStyle: { color: LINE } } };
const value = (more) => ({ type: "value", ...AXIS, axisLine: { show: false }, nameTextStyle: { color: INK3, align: "right" }, ...more });
const names = (data) => ({ type: "category", data, ...AXIS });
const LEGEND = { right: 0, top: -4, itemWidth: 12, itemHeight: 8, icon: "rect", textStyle: { color: INK2, fontSize: 12 } };

const CHARTS = {
  pace: (d) => ({
    grid: { left: 34, right: d.right ?? 96, top: 22, bottom: 26 },
    xAxis: { type: "time", ...AXIS, splitLine: { show: false }, axisLabel: { color: INK2, fontSize: 12, formatter: "{M}月", hideOverlap: true }, minInterval: 2592e6 },
    yAxis: value({ min: 0, max: d.max, interval: d.step, name: d.unit }),
    series: [
      { type: "line", name: "应达", data: d.plan, symbol: "none", lineStyle: { color: EDGE, type: "dashed", width: 1.5 } },
      { type: "line", name: "预计", data: d.fc, symbol: "none", lineStyle: { color: RED, type: [2, 3], width: 2 }, endLabel: { show: Boolean(d.fcLabel), formatter: d.fcLabel, color: RED, fontSize: 12, fontWeight: 600, offset: [0, 10] } },
      { type: "line", step: "end", name: "实际", data: d.act, showSymbol: false, lineStyle: { color: BLUE, width: 2.5 }, areaStyle: { color: BLUE, opacity: 0.08 }, markLine: { silent: true, symbol: "none", lineStyle: { color: EDGE, type: "solid", width: 1 }, label: { color: INK2, fontSize: 12, formatter: "{b}" }, data: d.marks ?? [] } },
    ],
  }),
  money: (d) => ({
    grid: { left: 44, right: 12, top: 26, bottom: 24 },
    legend: LEGEND,
    xAxis: names(d.x),
    yAxis: value({ name: "万元" }),
    series: [
      { type: "bar", name: "已付（累计）", data: d.paid, barWidth: 14, itemStyle: { color: BLUE } },
      { type: "line", name: "计划（累计）", step: "middle", data: d.plan, symbol: "none", lineStyle: { color: INK2, width: 2, type: "dashed" }, itemStyle: { color: INK2 } },
    ],
  }),
  scale: (d) => ({
    grid: { left: 30, right: 20, top: 20, bottom: 24 },
    xAxis: names(d.x),
    yAxis: value({ max: d.max, interval: d.step }),
    series: [{ type: "line", data: d.y, symbolSize: 8, symbol: "circle", lineStyle: { color: BLUE, width: 2.5 }, itemStyle: { color: BLUE }, label: { show: true, color: INK, fontSize: 12, fontWeight: 600, position: "top" }, markLine: { silent: true, symbol: "none", lineStyle: { color: GREEN, type: "dashed" }, label: { color: GREEN, fontSize: 12, position: "insideEndTop", formatter: "{b}" }, data: d.marks ?? [] } }],
  }),
  stack: (d) => ({
    grid: { left: 40, right: 12, top: 30, bottom: 24 },
    legend: { ...LEGEND, top: 0 },
    xAxis: names(d.x),
    yAxis: value({ name: d.unit }),
    series: d.s.map((part, at) => ({ type: "bar", stack: "all", name: part.name, data: part.data, barWidth: 22, itemStyle: { color: [BLUE, LIGHT, DOT][at] } })),
  }),
};

export function drawCharts(root = document) {
  for (const place of root.querySelectorAll("[data-chart]")) {
    const data = JSON.parse(document.getElementById(place.dataset.src).textContent);
    const chart = window.echarts.init(place, null, { renderer: "svg" });
    chart.setOption({ ...CHARTS[place.dataset.chart](data), animation: false, textStyle: { fontFamily: colour("font") }, tooltip: { trigger: "axis", renderMode: "richText" } });
    new ResizeObserver(() => chart.resize()).observe(place);
  }
}

drawCharts();
