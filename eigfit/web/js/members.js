// The members of a comparison beside their charts: what it comes to in words, each one's matrix
// below its panel, and the one that is pointed at, highlighted wherever it is shown.

import { styled } from "./charts.js";

const PANELS = ".st-key-panels";
const LOSSES = ".st-key-losses";
const SIDE = 64; // pixels of a matrix
const TICKS = 24; // pixels between a panel and its foot
const RECEDING = 0.3;

let summary = null; // there is one on a page
let shades = [];
let latest = null;

// A sheet of its own is all that changes at a highlight: no chart is drawn anew.
const sheet = new CSSStyleSheet();
document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
let pointed = null;
let focused = null;
let rules = "";

function highlight() {
  const member = pointed ?? focused;
  const now = member === null ? "" : highlighted(member, latest?.members.baseline ?? null);
  if (now !== rules) sheet.replaceSync((rules = now));
}

// The others recede, but where all share one chart the baseline stays.
function highlighted(member, baseline) {
  const number = member ? member + 1 : "";
  const others = [
    `${PANELS} .subplot:not(.x${number}y${number})`,
    `${PANELS} .annotation:not([data-index="${member}"])`,
    `${LOSSES} .scatterlayer > .trace:not(.tracemember-${member}):not(.tracemember-${baseline})`,
    `[data-member]:not([data-member="${member}"]):not(tr[data-member="${baseline}"])`,
  ];
  return `${others.join()} { opacity: ${RECEDING} !important }
    ${LOSSES} .tracemember-${member} .js-line { stroke-width: 3.5px !important }
    tr[data-member="${member}"] { background: var(--st-secondary-background-color) }`;
}

function named(uid) {
  const found = /^member-(\d+)$/.exec(uid ?? "");
  return found && Number(found[1]);
}

function memberAt(target) {
  if (!(target instanceof Element)) return null;
  const own = target.closest("[data-member]");
  if (own) return Number(own.dataset.member);
  const panel = target.closest(`${PANELS} .draglayer > g`)?.getAttribute("class");
  const found = /^x(\d*)y/.exec(panel ?? "");
  if (found) return Number(found[1] || 1) - 1;
  return named(target.closest(`${LOSSES} .legend .traces`)?.__data__?.[0]?.trace?.uid);
}

function point(member) {
  pointed = member;
  highlight();
}

document.addEventListener("pointerover", ({ target }) => point(memberAt(target)));
document.documentElement.addEventListener("pointerleave", () => point(null));
document.addEventListener("eigfit-hover", ({ target, detail }) => {
  if (target.closest(LOSSES)) point(named(detail));
});
document.addEventListener("focusin", ({ target }) => {
  focused = target.matches(":focus-visible") ? memberAt(target) : null;
  highlight();
});
document.addEventListener("focusout", () => {
  focused = null;
  highlight();
});
document.addEventListener("eigfit-drawn", ({ target }) => {
  if (target.closest(PANELS)) draw();
});

function set(element, name, value) {
  if (element[name] !== value) element[name] = value;
}

// The button that makes a member the baseline, or no longer.
export function pinButton() {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "eigfit-pin";
  button.addEventListener("click", () => {
    const member = Number(button.closest("[data-member]").dataset.member);
    const { members, act } = latest;
    act.pin(members.baseline === member ? 0 : member + 1);
  });
  return button;
}

export function showPin(button, members, member) {
  const pinned = members.baseline === member;
  const [title] = members.texts[member][0].split("\n");
  set(button, "textContent", pinned ? "Pinned" : "Pin");
  set(button, "ariaPressed", String(pinned));
  set(button, "ariaLabel", `Pin “${title}” as the baseline`);
  set(button, "title", pinned ? "No longer the baseline" : "Show the others against this one");
}

function foot() {
  const element = document.createElement("div");
  element.className = "eigfit-foot";
  const canvas = document.createElement("canvas");
  canvas.role = "img";
  element.append(canvas, pinButton());
  return element;
}

function paint(canvas, matrix) {
  const ratio = window.devicePixelRatio || 1;
  const size = Math.round(SIDE * ratio);
  if (canvas.width !== size) canvas.width = canvas.height = size;
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, size, size);
  const n = matrix.length;
  const place = (i) => Math.round((i * size) / n);
  const gap = Math.max(1, Math.round(ratio));
  matrix.forEach((row, i) =>
    row.forEach((shade, j) => {
      context.fillStyle = shades[shade];
      const [x, y] = [place(j), place(i)];
      context.fillRect(x, y, place(j + 1) - x - gap, place(i + 1) - y - gap);
    }),
  );
}

// The feet stand in a layer of no height over the chart, which says where its panels are.
function layerOver(chart) {
  if (chart.previousElementSibling?.className === "eigfit-feet") return chart.previousElementSibling;
  const layer = document.createElement("div");
  layer.className = "eigfit-feet";
  chart.before(layer);
  return layer;
}

function draw() {
  const chart = document.querySelector(`${PANELS} .eigfit-chart`);
  const axes = chart?._fullLayout;
  if (!latest || !axes || !shades.length) return;
  const { members } = latest;
  const layer = layerOver(chart);
  while (layer.children.length > members.matrices.length) layer.lastChild.remove();
  while (layer.children.length < members.matrices.length) layer.append(foot());
  members.matrices.forEach((matrix, i) => {
    const [x, y] = ["x", "y"].map((name) => axes[`${name}axis${i ? i + 1 : ""}`]);
    const element = layer.children[i];
    element.hidden = !x || !y;
    if (element.hidden) return;
    element.dataset.member = i;
    const { style } = element;
    set(style, "left", `${Math.round(x._offset)}px`);
    set(style, "top", `${Math.round(y._offset + y._length + TICKS)}px`);
    set(style, "width", `${Math.round(x._length)}px`);
    const [canvas, button] = element.children;
    set(canvas, "ariaLabel", `A of ${members.texts[i][0].split("\n")[0]}`);
    paint(canvas, matrix);
    showPin(button, members, i);
  });
}

// Show the members of a frame; `act` is what a click on one of them does.
export function showMembers(members, act) {
  latest = { members, act };
  if (summary) set(summary, "textContent", members.words);
  draw();
  highlight();
}

export default function place({ data, parentElement }) {
  styled();
  summary = parentElement.querySelector("p");
  shades = data.shades;
  if (latest) showMembers(latest.members, latest.act);
}
