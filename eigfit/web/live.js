function plotly() {
  window.eigfitPlotly ??= new Promise((resolve, reject) => {
    if (window.Plotly) return resolve(window.Plotly);
    const script = document.createElement("script");
    script.src = new URL("app/static/plotly.min.js", document.baseURI).href;
    script.onload = () => resolve(window.Plotly);
    script.onerror = reject;
    document.head.append(script);
  });
  return window.eigfitPlotly;
}

function draw(Plotly, chart) {
  const { figure, name } = chart.shown;
  const page = getComputedStyle(chart);
  const text = page.getPropertyValue("--st-text-color").trim();
  const { data, layout } = JSON.parse(figure);
  layout.font = { color: text, family: page.getPropertyValue("--st-font").trim(), size: 12 };
  layout.hoverlabel = {
    ...layout.hoverlabel,
    bgcolor: page.getPropertyValue("--st-secondary-background-color").trim(),
    bordercolor: page.getPropertyValue("--st-border-color").trim(),
    font: { color: text },
  };
  for (const trace of data) if (trace.type === "heatmap") trace.textfont.color = text;
  const config = {
    displaylogo: false,
    modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"],
    toImageButtonOptions: { filename: name, scale: 2 },
  };
  Plotly.react(chart, data, layout, config);
  chart.dataset.updates = Number(chart.dataset.updates ?? 0) + 1;
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const chart = parentElement.querySelector(".eigfit-chart");
  chart.shown = data;
  chart.setAttribute("aria-label", data.alt);
  plotly().then(
    (Plotly) => {
      draw(Plotly, chart);
      if (chart.watched) return;
      chart.watched = new ResizeObserver(() => chart.offsetParent && Plotly.Plots.resize(chart));
      chart.watched.observe(chart);
    },
    () => setTriggerValue("failed", true),
  );
}
