// The live view of a run: it draws a frame, and asks for the next one. No clock drives it.

import { plotly, show, styled } from "./charts.js";
import "./keys.js";
import { showMembers } from "./members.js";
import { fill } from "./table.js";

const FRAMES = new URL("../frames", import.meta.url); // where the server answers without a script
const PATIENCE = 5000; // milliseconds until what was asked for is asked for again
const DETOUR = 30000; // milliseconds for which the page is asked instead, after that has failed
const DRAWING = 60; // milliseconds that a frame may draw while the next one is on its way
const LATE = 300; // milliseconds after which what it has left out is drawn all the same

// The figures of a frame, from what it says and what is held of the frames before.
function completed(held, frame) {
  const figures = {};
  for (const [key, part] of Object.entries(frame.charts)) {
    const base = held.base[key];
    const before = held.figures[key];
    const traces = part.traces.map((own, i) => {
      const trace = { ...base?.traces[i], ...own };
      const points = before?.traces[i];
      if (frame.after === null || !Array.isArray(own.customdata) || !points) return trace;
      const steps = points.customdata;
      let kept = steps.length;
      while (kept && steps[kept - 1] > frame.after) kept -= 1;
      for (const name of ["x", "y", "customdata"])
        trace[name] = points[name].slice(0, kept).concat(own[name]);
      return trace;
    });
    figures[key] = { traces, layout: { ...base?.layout, ...part.layout }, words: part.words };
  }
  return figures;
}

// Play and Pause are two buttons in one place: the focus stays with the place.
const TOGGLE = ".st-key-play button, .st-key-pause button";
let toggled = false;
for (const event of ["focusin", "pointerdown"])
  document.addEventListener(event, ({ target }) => {
    toggled = target.closest?.(TOGGLE) !== null;
  });

// A press that comes while the page is being drawn waits, and is lost where something else is asked
// of the page meanwhile (app_session.py, `request_rerun`): then it is said again, once.
document.addEventListener("click", ({ target, isTrusted }) => {
  const button = target.closest?.(TOGGLE);
  const view = document.querySelector(".eigfit-view")?.view;
  if (!button || !view || !isTrusted) return;
  const { presses } = view;
  const words = button.textContent;
  setTimeout(() => {
    if (button.isConnected && button.textContent === words && view.presses === presses)
      button.click();
  }, PATIENCE);
});

function refocus() {
  if (toggled && document.activeElement === document.body)
    document.querySelector(TOGGLE)?.focus({ preventScroll: true });
}

function text(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

function say(element, { figures, icon, status }) {
  const list = element.querySelector(".eigfit-figures");
  const names = Object.keys(figures);
  if (list.children.length !== names.length) {
    list.replaceChildren(
      ...names.map((name) => {
        const pair = document.createElement("div");
        const term = document.createElement("dt");
        term.textContent = name;
        pair.append(term, document.createElement("dd"));
        return pair;
      }),
    );
  }
  names.forEach((name, i) => text(list.children[i].lastChild, figures[name]));
  text(element.querySelector(".eigfit-icon"), icon);
  text(element.querySelector(".eigfit-status"), status);
}

// What the server answers without a run of the page's script, null where it does not.
async function answer(ask) {
  try {
    const response = await fetch(FRAMES, { method: "POST", body: JSON.stringify(ask) });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

class View {
  constructor(element) {
    this.element = element;
    this.held = null; // the base, and the figures of the last frame
    this.show = null; // the step that was chosen with the slider, null for the last
    this.presses = 0; // of Play and Pause, that the server has answered without the page
    this.costs = new Map(); // milliseconds that each chart took, the one drawn last at the end
    this.slider = element.querySelector("input");
    this.slider.addEventListener("input", () => {
      const { kept } = this.frame;
      const place = Number(this.slider.value);
      this.show = place === kept.length - 1 ? null : kept[place];
      this.label(kept[place]);
      if (this.waiting) this.wish = true;
      else this.ask();
    });
  }

  // What was asked for in vain, and what the server cannot answer alone, the page is asked for: by
  // a run of its script.
  ask(again = false) {
    if (!this.element.isConnected) return;
    clearTimeout(this.waiting);
    this.wish = this.arrived = false;
    this.waiting = setTimeout(() => this.ask(true), PATIENCE);
    // A page gone to is on its way with a frame of its own; what is asked for meanwhile could take
    // its place, as Streamlit makes one of two requests and keeps only the later one's word on it
    // (script_requests.py, `is_history_navigation`).
    if (eigfitVisit.away(this.page)) return;
    const { number, step } = this.held ?? { number: null, step: null };
    const { matches: still } = matchMedia("(prefers-reduced-motion: reduce)");
    const ask = { base: number, step, show: this.show, still };
    this.asked = (this.asked ?? 0) + 1;
    if (again || performance.now() < this.detour) this.askPage(ask);
    else this.askServer(ask);
  }

  // Play or Pause has been drawn, perhaps anew and without the page.
  woken(presses) {
    if (presses === this.presses) return;
    this.presses = presses;
    refocus();
    this.ask();
  }

  askPage(ask) {
    eigfitVisit.ask(this.page, () => this.trigger("ask", { ...ask, count: this.asked }));
  }

  async askServer(ask) {
    const { token, asked } = this;
    const answered = await answer({ ...ask, token });
    // Meanwhile another may have been asked for, or all may have come with the page.
    if (token !== this.token || !this.waiting || !this.element.isConnected) return;
    if (answered?.turn === "wait") return;
    if (answered?.charts) this.receive(answered, token);
    else if (asked === this.asked) {
      if (!answered) this.detour = performance.now() + DETOUR;
      this.askPage(ask);
    }
  }

  label(number) {
    const words = number === undefined ? "–" : number.toLocaleString("en");
    text(this.element.querySelector("output"), words);
    this.slider.setAttribute("aria-valuetext", `step ${words}`);
  }

  slide({ kept, shown }) {
    const still = kept.length > 1;
    this.slider.disabled = !still;
    if (!still) this.show = null;
    if (this.wish) return; // the slider is being moved
    this.slider.max = Math.max(kept.length - 1, 1);
    this.slider.value = still ? kept.indexOf(shown) : this.slider.max;
    this.label(still ? shown : undefined);
  }

  receive(frame, token) {
    if (token === this.token && frame.count <= this.frame?.count) return; // overtaken, or seen
    if (token !== this.token) this.detour = 0;
    this.token = token;
    clearTimeout(this.waiting);
    this.waiting = null;
    const first = frame.after === null;
    if (first) this.arrived = eigfitVisit.came(this.page);
    if (!first && (frame.base !== this.held?.number || frame.after > this.held.step)) {
      this.held = null;
      this.ask();
      return;
    }
    const held = first ? { number: frame.base, base: frame.charts, figures: {} } : this.held;
    this.held = { ...held, figures: completed(held, frame), step: frame.settled };
    this.frame = frame;
    cancelAnimationFrame(this.drawing);
    // A tab that is not looked at has no animation frames: there the run rests.
    this.drawing = requestAnimationFrame(() => this.draw());
  }

  draw() {
    const { frame } = this;
    // After Back the page is told that it has come: what controls show from now on is a wish.
    if (frame.more || this.wish || this.arrived) this.ask(this.arrived);
    // What was asked for is sent in a moment of its own. Drawing waits until that has gone: so it
    // happens while the server computes, and no click meanwhile goes into the same message.
    setTimeout(() => this.paint(), 0);
  }

  paint() {
    const { frame, element } = this;
    say(element, frame);
    this.slide(frame);
    if (frame.members) this.sayMembers(frame.members);
    plotly().then(
      (Plotly) => {
        this.drawCharts(Plotly, frame.more);
        element.dataset.frames = Number(element.dataset.frames ?? 0) + 1;
        element.dataset.step = frame.shown;
      },
      () => this.trigger("failed", true),
    );
    refocus();
  }

  sayMembers(members) {
    const act = Object.fromEntries(
      ["open", "pin"].map((name) => [name, (number) => this.trigger(name, number)]),
    );
    showMembers(members, act);
    fill(members, act.open);
  }

  // All charts; but while a run goes on only as many as there is time for, in turn. So four charts
  // on a slow machine do not keep each other from moving.
  drawCharts(Plotly, more) {
    clearTimeout(this.rest);
    const { costs } = this;
    const figures = this.held?.figures ?? {};
    for (const key of costs.keys()) if (!(key in figures)) costs.delete(key);
    const turns = new Set([...Object.keys(figures).filter((key) => !costs.has(key)), ...costs.keys()]);
    let spent = 0;
    for (const key of turns) {
      if (more && spent && spent + costs.get(key) > DRAWING) {
        this.rest = setTimeout(() => this.drawCharts(Plotly, false), LATE);
        return;
      }
      const before = performance.now();
      show(Plotly, key, figures[key]);
      const cost = performance.now() - before;
      spent += cost;
      costs.delete(key);
      costs.set(key, cost);
    }
  }
}

export default function view({ data, parentElement, setTriggerValue }) {
  styled();
  const element = parentElement.querySelector(".eigfit-view");
  element.view ??= new View(element);
  element.view.trigger = setTriggerValue;
  element.view.page = data.page;
  element.view.receive(JSON.parse(data.frame), data.token);
}
