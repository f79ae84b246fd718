const UNUSED = ["toImage", "sendChartToCloud", "select2d", "lasso2d", "autoScale2d"];
const NARROW = 640; // pixels, below which panels stand two in a row

function plotly() {
  window.eigfitPlotly ??= new Promise((resolve, reject) => {
    if (window.Plotly) return resolve(window.Plotly);
    const script = document.createElement("script");
    script.src = new URL("app/plotly/plotly.min.js", document.baseURI).href;
    script.onload = () => (window.Plotly ? resolve(window.Plotly) : reject());
    script.onerror = reject;
    document.head.append(script);
  });
  return window.eigfitPlotly;
}

function save(Plotly, chart, format) {
  const layout = {
    ...chart.layout,
    paper_bgcolor: getComputedStyle(chart).getPropertyValue("--st-background-color").trim(),
  };
  const { clientWidth: width, clientHeight: height } = chart;
  const figure = { data: chart.data, layout };
  Plotly.downloadImage(figure, { format, filename: chart.shown.name, width, height, scale: 2 });
}

function buttons(Plotly, chart) {
  const { camera, disk } = Plotly.Icons;
  const saving = ["png", "svg"].map((format) => ({
    name: `Save as ${format.toUpperCase()}`,
    icon: format === "png" ? camera : disk,
    click: () => save(Plotly, chart, format),
  }));
  return {
    displaylogo: false,
    // Where nothing hovers the bar stays, so it is kept small.
    displayModeBar: matchMedia("(hover: none)").matches || "hover",
    ...(matchMedia("(hover: none)").matches
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

function draw(Plotly, chart) {
  const { figure, name } = chart.shown;
  const page = getComputedStyle(chart);
  const text = page.getPropertyValue("--st-text-color").trim();
  const { data, layout } = JSON.parse(figure);
  arrange(layout, chart.clientWidth);
  layout.font = { color: text, family: page.getPropertyValue("--st-font").trim(), size: 12 };
  layout.modebar = { bgcolor: "rgba(0,0,0,0)", color: "#8a8f98", activecolor: text };
  layout.hoverlabel = {
    ...layout.hoverlabel,
    bgcolor: page.getPropertyValue("--st-secondary-background-color").trim(),
    bordercolor: page.getPropertyValue("--st-border-color").trim(),
    font: { color: text },
  };
  for (const trace of data) if (trace.type === "heatmap") trace.textfont.color = text;
  // The same object each time: for another one Plotly would draw all anew and lose the zoom.
  chart.config ??= buttons(Plotly, chart);
  Plotly.react(chart, data, layout, chart.config);
  chart.dataset.updates = Number(chart.dataset.updates ?? 0) + 1;
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const chart = parentElement.querySelector(".eigfit-chart");
  chart.shown = data;
  chart.style.minHeight = `${data.height}px`;
  chart.setAttribute("aria-label", data.alt);
  plotly().then(
    (Plotly) => {
      draw(Plotly, chart);
      if (chart.watched) return;
      chart.width = chart.clientWidth;
      chart.watched = new ResizeObserver(() => {
        if (!chart.offsetParent || chart.width === chart.clientWidth) return;
        chart.width = chart.clientWidth;
        draw(Plotly, chart);
        Plotly.Plots.resize(chart);
      });
      chart.watched.observe(chart);
    },
    () => setTriggerValue("failed", true),
  );
}
