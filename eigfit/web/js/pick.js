// A place chosen on a chart: by a click, or by a crosshair that the arrow keys move.

const STRIDE = 40; // presses of a key across the chart; with Shift five times as far
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const HOW = "Arrow keys move a crosshair, Enter chooses its place.";

// Call `tell` with {x, y} in the chart's own numbers, and with the number of the picture, from now
// on, once it has been drawn.
export function pickable(element, words, number, tell) {
  element.choose = (place) => tell({ ...place, pick: number });
  element.setAttribute("role", "application");
  element.setAttribute("aria-label", `${words} ${HOW}`);
  if (element.crosshair) {
    if (element.picture !== number) forget(element.crosshair);
    element.picture = number;
    return;
  }
  element.picture = number;
  element.classList.add("eigfit-pickable");
  element.tabIndex = 0;
  const cross = document.createElement("div");
  cross.className = "eigfit-crosshair";
  cross.hidden = true;
  cross.setAttribute("role", "status");
  element.append(cross);
  element.crosshair = cross;
  element.on("plotly_click", ({ event, points: [point] }) => {
    const box = element.getBoundingClientRect();
    const place = at(element, event.clientX - box.left, event.clientY - box.top);
    choose(element, Number.isFinite(place.x + place.y) ? place : { x: point.x, y: point.y });
  });
  element.addEventListener("keydown", (event) => pressed(element, event));
  element.addEventListener("blur", () => {
    cross.hidden = !cross.classList.contains("eigfit-chosen");
  });
}

// Choose a place, and mark it until another picture has come.
function choose(element, place) {
  const { crosshair: cross } = element;
  const { xaxis, yaxis } = element._fullLayout;
  move(cross, [xaxis._offset + xaxis.d2p(place.x), yaxis._offset + yaxis.d2p(place.y)]);
  cross.textContent = "The run starts here";
  cross.classList.add("eigfit-chosen");
  element.choose(place);
}

function forget(cross) {
  if (cross.classList.contains("eigfit-chosen")) cross.hidden = true;
  cross.classList.remove("eigfit-chosen");
}

function move(cross, place) {
  cross.place = place;
  [cross.style.left, cross.style.top] = place.map((pixels) => `${pixels}px`);
  cross.hidden = false;
}

// The chart's numbers at pixels of its element.
function at(element, left, top) {
  const { xaxis, yaxis } = element._fullLayout;
  return { x: xaxis.p2d(left - xaxis._offset), y: yaxis.p2d(top - yaxis._offset) };
}

function pressed(element, event) {
  const { crosshair: cross } = element;
  if (event.target !== element || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") cross.hidden = true;
  if (event.key === "Enter" && !cross.hidden) choose(element, at(element, ...cross.place));
  if (!(event.key in ARROWS)) return;
  event.preventDefault();
  const { xaxis, yaxis } = element._fullLayout;
  const stride = ((event.shiftKey ? 5 : 1) * xaxis._length) / STRIDE;
  const middle = [xaxis._offset + xaxis._length / 2, yaxis._offset + yaxis._length / 2];
  const [from, arrow] = [cross.hidden ? middle : cross.place, ARROWS[event.key]];
  const ends = [xaxis, yaxis].map(({ _offset, _length }) => [_offset, _offset + _length]);
  cross.classList.remove("eigfit-chosen");
  move(cross, ends.map(([low, high], i) => Math.min(Math.max(from[i] + stride * arrow[i], low), high)));
  const { x, y } = at(element, ...cross.place);
  cross.textContent = `${short(x)}, ${short(y)}: loss ${short(height(element.data[0], x, y))}`;
}

// What the ground of the chart says nearest to a place.
function height({ x: columns, y: rows, customdata }, x, y) {
  const nearest = (places, place) => {
    const step = (places[places.length - 1] - places[0]) / (places.length - 1);
    const i = Math.round((place - places[0]) / step);
    return Math.min(Math.max(i, 0), places.length - 1);
  };
  return customdata[nearest(rows, y)][nearest(columns, x)];
}

function short(number) {
  return Number(number.toPrecision(3)).toString().replace("-", "−");
}
