/* Draws what stands in data-chart: {kind: "bar" | "line", names: [text], series: [{name, data: [number]}]}.
   The table below each drawing says the same; without this file nothing is lost. */
(() => {
  "use strict";
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const ink = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  function option(told) {
    const text = { color: ink("--ink"), fontFamily: ink("--hei"), fontSize: 12 };
    const line = { lineStyle: { color: ink("--hair") } };
    const many = told.series.length > 1;
    const names = { type: "category", data: told.names, axisLabel: { ...text, width: 130, overflow: "truncate" }, axisLine: line, axisTick: { show: false } };
    const values = { type: "value", minInterval: told.whole === false ? 0 : 1, axisLabel: text, splitLine: line };
    const flat = told.kind === "flat"; // names too long to stand below an upright bar
    if (flat) names.inverse = true;
    return {
      animation: false, textStyle: text, color: [ink("--main"), "#4a9c9c", "#7d6fb3", "#a8763e"], // the colours of the lights are the lights' own
     
      grid: { left: 8, right: 24, top: many ? 36 : 16, bottom: 8, containLabel: true },
      legend: many ? { top: 0, left: 0, itemWidth: 12, itemHeight: 8, textStyle: text } : undefined,
      xAxis: flat ? values : names, yAxis: flat ? names : values,
      series: told.series.map((one) => ({ ...one, type: "bar", barMaxWidth: 28, label: { show: true, position: flat ? "right" : "top", ...text } })),
    };
  }
  for (const place of document.querySelectorAll("[data-chart]")) {
    const told = JSON.parse(place.dataset.chart);
    const chart = echarts.init(place, null, { renderer: "canvas" });
    const draw = () => chart.setOption(option(told), true);
    draw();
    dark.addEventListener("change", draw);
    new ResizeObserver(() => chart.resize()).observe(place);
  }
})();
