// A chart's tools are one stop of the Tab key; arrows, Home and End go from one to the next.

const TOOLS = ".modebar-btn";
const PLACES = {
  ArrowRight: (place, count) => (place + 1) % count,
  ArrowLeft: (place, count) => (place + count - 1) % count,
  Home: () => 0,
  End: (place, count) => count - 1,
};

function choose(tools, chosen) {
  for (const tool of tools) tool.tabIndex = tool === chosen ? 0 : -1;
}

function move(event) {
  const { key, target, currentTarget } = event;
  const tools = [...currentTarget.querySelectorAll(TOOLS)];
  const place = tools.indexOf(target.closest(TOOLS));
  if (place < 0 || !(key in PLACES)) return;
  event.preventDefault();
  event.stopPropagation();
  const tool = tools[PLACES[key](place, tools.length)];
  choose(tools, tool);
  tool.focus();
}

// Called after each drawing, as Plotly may have made its buttons anew.
export function oneStop(chart) {
  const bar = chart.querySelector(".modebar");
  if (!bar) return;
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", "Tools of the chart");
  const tools = [...bar.querySelectorAll(TOOLS)];
  if (tools.filter((tool) => tool.tabIndex === 0).length !== 1) choose(tools, tools[0]);
  if (chart.hasTools) return;
  chart.hasTools = true;
  chart.addEventListener("keydown", move);
}
