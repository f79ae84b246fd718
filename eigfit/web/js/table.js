// A table that a frame fills and a click on a heading sorts; each row can be opened.

import { styled } from "./charts.js";
import { pinButton, showPin } from "./members.js";

// After any of these what was pressed last need not stay in its place.
const LET_GO = ["wheel", "touchmove", "keydown", "pointerdown"];

let table = null; // there is one on a page
let latest = null;
let pressed = null; // the button that was, and where it stood
const orders = new Map(); // by the columns: what was sorted is found so after another page

const COLLATOR = new Intl.Collator("en", { numeric: true });

function order({ values }, { column, down }) {
  const places = values.map((_, i) => i);
  if (column === undefined) return places;
  const compare = (a, b) => {
    const [x, y] = [values[a][column], values[b][column]];
    if (x === null || y === null) return (x === null) - (y === null);
    const difference = typeof x === "number" ? x - y : COLLATOR.compare(x, y);
    return down ? -difference : difference;
  };
  return places.sort(compare);
}

function sortedBy(columns) {
  return orders.get(String(columns)) ?? {};
}

function heading(name, column) {
  const cell = document.createElement("th");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = name;
  button.addEventListener("click", () => {
    const { columns } = latest.members;
    const sorted = sortedBy(columns);
    orders.set(String(columns), { column, down: sorted.column === column && !sorted.down });
    draw();
  });
  cell.append(button);
  return cell;
}

function row(columns) {
  const element = document.createElement("tr");
  for (const name of columns) {
    const cell = document.createElement("td");
    cell.dataset.column = name;
    element.append(cell);
  }
  const cell = document.createElement("td");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Open";
  button.addEventListener("click", () => latest.open(Number(element.dataset.member)));
  cell.append(pinButton(), button);
  element.append(cell);
  return element;
}

function draw() {
  if (!table?.isConnected || !latest) return;
  const { members } = latest;
  const { columns, texts, values, colours } = members;
  const [head] = table.tHead.rows;
  if (head.dataset.columns !== String(columns)) {
    const last = document.createElement("td");
    head.replaceChildren(...columns.map(heading), last);
    head.dataset.columns = String(columns);
  }
  const sorted = sortedBy(columns);
  const { column, down } = sorted;
  [...head.cells].slice(0, -1).forEach((cell, i) => {
    const now = i === column ? (down ? "descending" : "ascending") : "none";
    if (cell.ariaSort !== now) cell.ariaSort = now;
  });
  const [body] = table.tBodies;
  while (body.rows.length > texts.length) body.lastChild.remove();
  while (body.rows.length < texts.length) body.append(row(columns));
  order({ values }, sorted).forEach((place, i) => {
    const { cells, dataset } = body.rows[i];
    texts[place].forEach((words, j) => {
      if (cells[j].textContent !== words) cells[j].textContent = words;
    });
    dataset.member = place;
    cells[0].style.setProperty("--member", colours[place]);
    const name = `Open “${texts[place][0].split("\n")[0]}” on the Fit page`;
    const [pin, button] = cells[columns.length].children;
    showPin(pin, members, place);
    if (button.ariaLabel !== name) button.ariaLabel = button.title = name;
  });
}

// Rows grow where the others are shown against one of them: a button that has been pressed stays
// below the pointer, so that a second click takes the first one back.
function keepInPlace() {
  if (!pressed) return;
  const { button, top } = pressed;
  const moved = button.isConnected && button.getBoundingClientRect().top - top;
  if (moved) table.closest("[data-testid='stMain']")?.scrollBy({ top: moved, behavior: "instant" });
}

for (const event of LET_GO) addEventListener(event, () => (pressed = null), { passive: true });

// Fill the table with {columns, texts, values}, a row for each member; `open` is called with the
// number of the one to be opened.
export function fill(members, open) {
  latest = { members, open };
  draw();
  keepInPlace();
}

export default function place({ parentElement }) {
  styled();
  table = parentElement.querySelector("table");
  table.onclick = ({ target }) => {
    const button = target.closest("tbody button");
    pressed = button && { button, top: button.getBoundingClientRect().top };
  };
  draw();
}
