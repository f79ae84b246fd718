// Charts that are moved in place: no flicker, and zoom and tooltip stay while a run streams.

import { Handles } from "./handles.js";
import { pickable } from "./pick.js";
import { oneStop } from "./toolbar.js";

const UNUSED = ["toImage", "sendChartToCloud", "select2d", "lasso2d", "autoScale2d"];
const NARROW = 640; // pixels, below which panels stand two in a row

// What each chart shows, by its key. A figure may come before the place it is drawn in.
const charts = new Map();

export function plotly() {
  window.eigfitPlotly ??= new Promise((resolve, reject) => {
    if (window.Plotly) return resolve(window.Plotly);
    const script = document.createElement("script");
    script.src = new URL("plotly/plotly.min.js", import.meta.url).href;
    script.onload = () => (window.Plotly ? resolve(window.Plotly) : reject());
    script.onerror = reject;
    document.head.append(script);
  });
  return window.eigfitPlotly;
}

export function styled() {
  if (document.querySelector("link[data-eigfit]")) return;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = new URL("live.css", import.meta.url).href;
  link.dataset.eigfit = "";
  document.head.append(link);
}

// Show a figure, {traces, layout}, in the chart of that key, now or as soon as there is one.
export function show(Plotly, key, figure) {
  const chart = charts.get(key) ?? {};
  charts.set(key, chart);
  chart.figure = figure;
  chart.waits = !chart.element?.isConnected;
  if (!chart.waits) draw(Plotly, chart);
}

function save(Plotly, chart, format) {
  const { element } = chart;
  const layout = {
    ...element.layout,
    paper_bgcolor: getComputedStyle(element).getPropertyValue("--st-background-color").trim(),
  };
  const { clientWidth: width, clientHeight: height } = element;
  const figure = { data: element.data, layout };
  Plotly.downloadImage(figure, { format, filename: chart.name, width, height, scale: 2 });
}

function buttons(Plotly, chart) {
  const { camera, disk } = Plotly.Icons;
  const touched = matchMedia("(hover: none)").matches;
  const saving = ["png", "svg"].map((format) => ({
    name: `Save as ${format.toUpperCase()}`,
    icon: format === "png" ? camera : disk,
    click: () => save(Plotly, chart, format),
  }));
  return {
    displaylogo: false,
    // Where nothing hovers the bar stays, so it is kept small.
    displayModeBar: touched || "hover",
    ...(touched
      ? { modeBarButtons: [saving] }
      : { modeBarButtonsToRemove: UNUSED, modeBarButtonsToAdd: saving }),
  };
}

function arrange(layout, width) {
  if (!layout.grid || width >= NARROW) return;
  const panels = layout.grid.rows * layout.grid.columns;
  const columns = Math.min(2, layout.grid.columns);
  const rows = Math.ceil(panels / columns);
  layout.height *= rows / layout.grid.rows;
  layout.grid = { ...layout.grid, rows, columns };
}

function dressed({ traces, layout }, element) {
  const page = getComputedStyle(element);
  const [text, font, secondary, border] = [
    "--st-text-color",
    "--st-font",
    "--st-secondary-background-color",
    "--st-border-color",
  ].map((name) => page.getPropertyValue(name).trim());
  // Plotly writes into what it is given, and the figure is the ground of the next frame.
  const own = structuredClone(layout);
  arrange(own, element.clientWidth);
  own.font = { color: text, family: font, size: 12 };
  own.modebar = { bgcolor: "rgba(0,0,0,0)", color: "#8a8f98", activecolor: text };
  own.hoverlabel = {
    ...own.hoverlabel,
    bgcolor: secondary,
    bordercolor: border,
    font: { color: text },
  };
  const data = traces.map((trace) =>
    trace.type === "heatmap"
      ? { ...trace, textfont: { ...trace.textfont, color: text } }
      : { ...trace },
  );
  return { data, layout: own };
}

function draw(Plotly, chart) {
  const { element } = chart;
  const { data, layout } = dressed(chart.figure, element);
  // The same object each time: for another one Plotly would draw all anew and lose the zoom.
  element.config ??= buttons(Plotly, chart);
  Plotly.react(element, data, layout, element.config);
  element.dataset.updates = Number(element.dataset.updates ?? 0) + 1;
  describe(chart);
  oneStop(element);
  watch(Plotly, chart);
  tell(element, "drawn");
  hold(chart);
  hoverAgain(Plotly, element);
}

// Let others on the page know what has happened to a chart.
function tell(element, what, detail = null) {
  element.dispatchEvent(new CustomEvent(`eigfit-${what}`, { bubbles: true, detail }));
}

// Only the plot is an image: what can be pressed stands beside it. No live region, as what a run has
// to say at every frame is not to be said aloud.
function describe({ element, figure, alt, picked }) {
  if (picked) return; // which says itself what it is
  const [plot, ...above] = element.querySelectorAll(".main-svg");
  const words = figure.words || alt;
  element.removeAttribute("role");
  element.removeAttribute("aria-label");
  plot.setAttribute("role", "img");
  if (plot.getAttribute("aria-label") !== words) plot.setAttribute("aria-label", words);
  for (const layer of above) layer.setAttribute("aria-hidden", "true");
}

function watch(Plotly, chart) {
  const { element } = chart;
  if (element.watched) return;
  element.width = element.clientWidth;
  element.watched = new ResizeObserver(() => {
    if (!element.offsetParent || element.width === element.clientWidth) return;
    element.width = element.clientWidth;
    draw(Plotly, chart);
    Plotly.Plots.resize(element).then(() => tell(element, "drawn"));
  });
  element.watched.observe(element);
  element.on("plotly_hover", ({ points }) => {
    const [point] = points;
    element.hovered = point.xaxis && `${point.xaxis._id}${point.yaxis._id}`;
    tell(element, "hover", point.data?.uid);
  });
  element.on("plotly_unhover", () => tell(element, "hover"));
  element.addEventListener("pointermove", ({ clientX, clientY }) => {
    element.pointer = { clientX, clientY };
  });
  element.addEventListener("pointerleave", () => {
    element.pointer = element.hovered = null;
  });
}

function hold(chart) {
  const { element, trigger, figure } = chart;
  const targets = figure.layout.meta?.targets ?? [];
  if (!element.handles && !targets.length) return;
  element.handles ??= new Handles(element, trigger);
  element.handles.trigger = trigger;
  element.handles.receive(targets);
}

// Drawing takes the tooltip away; the pointer is still there, so it comes back.
function hoverAgain(Plotly, element) {
  const { pointer, hovered } = element;
  const panel = pointer && hovered && element._fullLayout._plots[hovered];
  if (!panel) return;
  const box = element.getBoundingClientRect();
  const xpx = pointer.clientX - box.left - panel.xaxis._offset;
  const ypx = pointer.clientY - box.top - panel.yaxis._offset;
  Plotly.Fx.hover(element, { xpx, ypx }, hovered);
}

export default function place({ data, parentElement, setTriggerValue }) {
  const element = parentElement.querySelector(".eigfit-chart");
  const chart = charts.get(data.key) ?? {};
  charts.set(data.key, chart);
  const known = chart.element === element;
  Object.assign(chart, { element, name: `eigfit-${data.key}`, trigger: setTriggerValue, picked: data.pick !== null });
  styled();
  element.style.minHeight = `${data.height}px`;
  chart.alt = data.alt;
  if (!known) element.setAttribute("aria-label", data.alt);
  if (data.figure) chart.figure = JSON.parse(data.figure);
  const drawable = chart.figure && (data.figure || known || chart.waits);
  plotly().then(
    (Plotly) => {
      if (drawable) show(Plotly, data.key, chart.figure);
      if (data.pick === null || !chart.figure) return;
      const words = chart.figure.words || data.alt;
      pickable(element, words, data.pick, (at) => setTriggerValue("point", at));
    },
    () => setTriggerValue("failed", true),
  );
}
