// Handles at the right end of a chart's dashed lines, by which they are moved: by mouse, finger or
// keys. They stand over the chart, which knows nothing of them.

const LARGEST = 1e6; // what a target may be, as the server has it
const SIZE = 16; // pixels, and how far apart handles of equal targets stand
const WIDEST_FAN = 0.45; // of the chart's width
const CLICK = 3; // pixels that a press may move and still be none
const GATHERED = 450; // milliseconds after which keys that were pressed count as one move
const MOST = 20; // pulls that are told at once, as the server has it
const PATIENCE = 6000; // milliseconds until a move that nobody answers is taken back
let pulls = 0; // of this page, by which the server tells one that it hears twice
let lately = []; // the pulls of which one may not have been heard
const STEPS = {
  ArrowUp: 10, ArrowRight: 10, ArrowDown: -10, ArrowLeft: -10, PageUp: 100, PageDown: -100,
};

// The last digit that can be told apart on the axis: about a pixel.
function unit({ range: [low, high], _length: length }) {
  return 10 ** Math.round(Math.log10(Math.abs(high - low) / length));
}

function rounded(value, axis) {
  const last = unit(axis);
  const inside = Math.min(Math.max(value, -LARGEST), LARGEST);
  const digits = Math.min(Math.max(-Math.round(Math.log10(last)), 0), 100);
  return Number((Math.round(inside / last) * last).toFixed(digits));
}

function written(value) {
  return String(Number(value.toPrecision(10))).replace("-", "−");
}

// Of two requests that wait Streamlit's server keeps only the later one's word: so it is told again
// what was pulled before.
function told(from, value) {
  pulls += 1;
  const at = performance.now();
  lately = [...lately.filter((pull) => at - pull.at < PATIENCE), { count: pulls, from, value, at }];
  return lately.map(({ count, from, value }) => ({ count, from, value })).slice(-MOST);
}

class Handle {
  constructor(handles, index) {
    this.handles = handles;
    this.index = index;
    this.held = null; // the value while it is moved
    this.sent = null; // what the server has been told and has not answered yet
    this.line = document.createElement("div");
    this.line.className = "eigfit-preview";
    this.grip = document.createElement("div");
    this.grip.className = "eigfit-handle";
    this.label = document.createElement("span");
    this.grip.append(this.label);
    for (const [name, value] of Object.entries({
      role: "slider",
      tabindex: 0,
      "aria-orientation": "vertical",
      "aria-valuemin": -LARGEST,
      "aria-valuemax": LARGEST,
    }))
      this.grip.setAttribute(name, value);
    for (const event of ["pointerdown", "pointermove", "pointerup", "pointercancel", "keydown", "blur"])
      this.grip.addEventListener(event, (happened) => this[event](happened));
    handles.layer.append(this.line, this.grip);
    this.stand(index);
  }

  stand(index) {
    this.index = index;
    this.grip.setAttribute("aria-label", `Target of eigenvalue ${index}`);
  }

  get value() {
    return this.held ?? this.sent?.value ?? this.target;
  }

  get moves() {
    return this.held !== null || this.sent !== null;
  }

  answered() {
    clearTimeout(this.sent?.waiting);
    this.sent = null;
  }

  hold(value) {
    this.held = rounded(value, this.handles.axis);
    this.handles.arrange();
  }

  release() {
    clearTimeout(this.gathering);
    const value = this.held;
    this.held = this.press = null;
    const from = this.value; // which the server knows by then, if it does not yet
    if (value !== null && value !== from) {
      this.answered();
      const waiting = setTimeout(() => {
        this.answered();
        this.handles.arrange();
      }, PATIENCE);
      this.sent = { from, value, before: this.handles.targets, waiting };
      this.handles.trigger("pulled", told(from, value));
    }
    this.handles.arrange();
  }

  letGo() {
    clearTimeout(this.gathering);
    this.held = this.press = null;
    this.handles.arrange();
  }

  pointerdown(event) {
    if (event.button) return;
    event.preventDefault();
    this.grip.setPointerCapture(event.pointerId);
    this.grip.focus({ preventScroll: true });
    this.press = { y: event.clientY, from: this.handles.place(this.value) - event.clientY };
  }

  pointermove(event) {
    event.stopPropagation(); // no tooltip of the chart below
    if (!this.press) return;
    if (this.held === null && Math.abs(event.clientY - this.press.y) < CLICK) return;
    this.hold(this.handles.axis.p2l(event.clientY + this.press.from));
  }

  pointerup() {
    if (this.press) this.release();
  }

  pointercancel() {
    this.letGo();
  }

  keydown(event) {
    if (event.key === "Escape") return this.letGo();
    const steps = STEPS[event.key];
    if (!steps || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.hold(this.value + (event.shiftKey ? steps / 10 : steps) * unit(this.handles.axis));
    clearTimeout(this.gathering);
    this.gathering = setTimeout(() => this.release(), GATHERED);
  }

  blur() {
    this.release();
  }

  draw(x, fan) {
    const { axis, left, right } = this.handles;
    const place = this.handles.place(this.value);
    const y = axis._offset + Math.min(Math.max(place, 0), axis._length);
    const words = written(this.value);
    this.grip.style.transform = `translate(${x}px, ${y}px)`;
    this.grip.classList.toggle("eigfit-beyond", place < -1 || place > axis._length + 1);
    this.grip.classList.toggle("eigfit-moves", this.moves);
    this.grip.setAttribute("aria-valuenow", this.value);
    this.grip.setAttribute("aria-valuetext", words);
    this.label.textContent = words;
    this.label.style.marginRight = `${fan}px`; // beside all that stand at its height
    this.line.hidden = !this.moves;
    this.line.style.transform = `translate(${left}px, ${y}px)`;
    this.line.style.width = `${right - left}px`;
  }
}

export class Handles {
  constructor(element, trigger) {
    this.element = element;
    this.trigger = trigger;
    this.all = [];
    this.layer = document.createElement("div");
    this.layer.className = "eigfit-handles";
    element.after(this.layer);
    for (const event of ["plotly_afterplot", "plotly_relayouting"])
      element.on(event, () => this.arrange());
  }

  get axis() {
    return this.element._fullLayout.yaxis;
  }

  // Pixels from the top of the axis to a value.
  place(value) {
    return this.axis.l2p(value);
  }

  get targets() {
    return this.all.map((handle) => handle.target);
  }

  receive(targets) {
    while (this.all.length < targets.length) this.all.push(new Handle(this, this.all.length));
    for (const { grip, line } of this.all.splice(targets.length)) {
      grip.remove();
      line.remove();
    }
    for (const handle of [...this.all]) this.answer(handle, targets);
    this.all.forEach((handle, i) => (handle.target = targets[i]));
    this.arrange();
  }

  // Targets ascend. A handle goes where its target has gone, past others, and whoever holds it holds
  // it still.
  answer(handle, targets) {
    const { sent } = handle;
    if (!sent || String(sent.before) === String(targets)) return;
    const place = [sent.value, sent.from].map((value) => targets.indexOf(value));
    if (place[0] >= 0 || place[1] < 0) handle.answered();
    else sent.before = targets; // what has come was asked for before
    const index = place.find((found) => found >= 0) ?? handle.index;
    if (targets[handle.index] === targets[index]) return;
    this.all.splice(index, 0, ...this.all.splice(handle.index, 1));
    this.all.forEach((other, i) => other.stand(i));
    // The order of the Tab key; the one that may be held is not touched.
    for (const other of this.all.slice(0, index)) handle.grip.before(other.grip);
    for (const other of this.all.slice(index + 1).reverse()) handle.grip.after(other.grip);
  }

  // Each at its height; those that would cover each other stand in a row.
  arrange() {
    if (!this.all.length) return;
    const { _offset: left, _length: width } = this.element._fullLayout.xaxis;
    this.left = left;
    this.right = left + width;
    const rows = [];
    // One that is moved keeps its place in the row it is taken from.
    const home = (handle) => this.place(handle.target);
    for (const handle of [...this.all].sort((a, b) => home(b) - home(a) || a.index - b.index)) {
      const row = rows.at(-1);
      if (row && home(row.at(-1)) - home(handle) < SIZE) row.push(handle);
      else rows.push([handle]);
    }
    for (const row of rows) {
      const apart = Math.min(SIZE + 2, (WIDEST_FAN * width) / Math.max(row.length - 1, 1));
      const last = row.length - 1;
      // To the right of the axis stand the names of the lines.
      const x = this.right - SIZE / 2 - 1;
      row.forEach((handle, i) => handle.draw(x - (last - i) * apart, i * apart));
    }
  }
}
