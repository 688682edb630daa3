// The live parameters as native inputs that act while dragged: the main ones, then the rest folded. The run on the server
// is the truth: an input follows it, except the one this person is holding.

import { element, short } from "./dom.js";
import { called } from "./news.js";

const SET_MS = 16; // a drag sends its newest values at most so often
const ECHO_MS = 1500; // the server's answer to what was set comes within that time, or not at all

export class Knobs {
  /** `data` is the panel's; `grip` knows which input is being held. */
  constructor(data, live, grip) {
    this.live = live;
    this.grip = grip;
    this.wanted = {}; // values to be sent
    this.sent = new Map(); // name -> [value, when]: sent, and perhaps not yet in the states that arrive
    this.node = element("div", { class: "mg-params" });
    this.build(data);
  }

  build({ knobs, main, run }) {
    this.run = run;
    this.rows = new Map();
    const first = main.map((name) => knobs.find((knob) => knob.name === name)).filter(Boolean);
    const folded = element("details", { class: "mg-folded", open: first.length === 0 || this.unfolded, ontoggle: () => (this.unfolded = folded.open) },
      element("summary", {}, first.length ? "More controls" : "Controls"));
    this.node.replaceChildren(element("div", { class: "mg-first" }, ...first.map((knob) => this.row(knob))), folded);
    let [group, box] = [null, folded];
    for (const knob of knobs.filter((each) => !first.includes(each))) {
      if (knob.group !== group) {
        group = knob.group;
        box = element("fieldset", {}, element("legend", {}, group));
        folded.append(box);
      }
      box.append(this.row(knob));
    }
  }

  /** Its name, what it is, its value and, where it is a number, a slider. */
  row(knob) {
    const id = `mg-${this.run.slice(0, 6)}-${knob.name}`;
    const { input, exact } = this.inputs(knob, { id, "data-param": knob.name, "aria-description": knob.help });
    for (const each of [input, exact]) if (each) this.grip.on(each);
    const label = element("label", { for: id, title: knob.help }, knob.label);
    const about = element("p", { class: "mg-help", hidden: true }, knob.help);
    const ask = element("button", { type: "button", class: "mg-ask", "aria-expanded": "false", "aria-label": `What is ${knob.label}?`,
      onclick: () => ask.setAttribute("aria-expanded", String(!(about.hidden = !about.hidden))) }, "?");
    const unit = knob.unit ? element("span", { class: "mg-unit" }, knob.unit) : null;
    const marks = knob.marks.length ? element("div", { class: "mg-marks", hidden: true }) : null;
    const row = element("div", { class: `mg-knob mg-${knob.type}` }, element("span", { class: "mg-label" }, label, ask), exact, unit, input, marks, about);
    this.rows.set(knob.name, { knob, row, input, exact, marks });
    return row;
  }

  inputs(knob, attributes) {
    const set = (value) => this.set(knob.name, value);
    if (knob.type === "bool") {
      const input = element("input", { ...attributes, type: "checkbox", onchange: () => set(input.checked) });
      return { input };
    }
    if (knob.type === "choice") {
      const options = knob.choices.map((choice) => element("option", { value: choice }, called(knob, choice)));
      const input = element("select", { ...attributes, onchange: () => set(input.value) }, ...options);
      return { input };
    }
    if (knob.type === "text") {
      const input = element("input", { ...attributes, type: "text", maxlength: knob.max_length, onchange: () => set(input.value) });
      return { input };
    }
    const scale = knob.log ? logarithmic(knob) : linear(knob);
    const input = element("input", { ...attributes, type: "range", min: scale.min, max: scale.max, step: scale.step, oninput: () => set(scale.value(Number(input.value))) });
    const exact = element("input", {
      type: "number", class: "mg-exact", min: knob.minimum, max: knob.maximum, step: knob.log ? "any" : knob.step,
      "aria-label": `${knob.label}, exact value`, "data-exact": knob.name,
      onchange: () => exact.value !== "" && set(scale.snap(Number(exact.value))),
    });
    input.scale = scale;
    return { input, exact };
  }

  // ---- this person acts ---------------------------------------------------------------------------------------

  set(name, value) {
    this.wanted[name] = value;
    this.show(name, value);
    if (this.flushing) return;
    const wait = SET_MS - (performance.now() - (this.flushed ?? -SET_MS));
    if (wait <= 0) this.flush();
    else this.flushing = setTimeout(() => this.flush(), wait);
  }

  flush() {
    this.flushing = null;
    this.flushed = performance.now();
    const values = this.wanted;
    this.wanted = {};
    for (const [name, value] of Object.entries(values)) this.sent.set(name, [value, this.flushed]);
    this.live.send({ do: "set", values });
  }

  /** What was sent has been refused. */
  refused() {
    this.sent.clear();
  }

  // ---- the run speaks -----------------------------------------------------------------------------------------

  state({ params }) {
    for (const [name, { knob, row }] of this.rows) {
      this.show(name, name in this.wanted ? this.wanted[name] : this.settled(name, params[name]));
      row.hidden = !knob.when.every(([other, values]) => values.includes(params[other]));
    }
    for (const box of this.node.querySelectorAll("fieldset, .mg-folded"))
      box.hidden = ![...box.querySelectorAll(".mg-knob")].some((row) => !row.hidden);
  }

  /** What to show of a parameter: what this person has set, until the server has taken it, then what the server says. */
  settled(name, told) {
    const [value, when] = this.sent.get(name) ?? [];
    if (when === undefined) return told;
    if (value !== told && performance.now() - when < ECHO_MS) return value;
    this.sent.delete(name);
    return told;
  }

  show(name, value) {
    const { knob, input, exact } = this.rows.get(name) ?? {};
    if (!input) return;
    if (knob.type === "bool") input.checked = value;
    else if (this.grip.held !== input) input.value = input.scale ? input.scale.position(value) : value;
    if (input.scale) input.setAttribute("aria-valuetext", `${short(value)} ${knob.unit}`.trim());
    if (exact && this.grip.held !== exact) exact.value = String(Number(Number(value).toPrecision(10)));
  }

  frame(frame) {
    const metric = (name) => frame.metrics[name] ?? this.live.scene?.metrics[name] ?? NaN;
    for (const each of this.rows.values()) if (each.marks) mark(each, metric);
  }
}

/** Ticks on a slider where its marks now are, and below it, in words, which is what. */
function mark({ knob, input, marks }, metric) {
  const found = placed(knob, metric);
  const text = found.length ? `${knob.marked}: ${found.map(([at, what]) => `${short(at)} ${what}`).join(" · ")}` : "";
  if (marks.dataset.text === text) return;
  marks.dataset.text = text;
  marks.hidden = !found.length;
  input.setAttribute("aria-description", found.length ? `${knob.help} ${text}.` : knob.help);
  const [from, to] = [Number(input.min), Number(input.max)];
  const ticks = found.map(([at]) => element("i", { style: `--at: ${(input.scale.position(at) - from) / (to - from)}` }));
  marks.replaceChildren(element("div", { class: "mg-ticks", "aria-hidden": "true" }, ...ticks), element("p", {}, text));
}

/** The marks of a knob within its bounds, [value, what it is of] from the lowest up; those at one place are one. */
function placed(knob, value) {
  const found = new Map();
  for (const [metric, what] of knob.marks) {
    const at = Number(value(metric).toPrecision(3));
    if (at > knob.minimum && at < knob.maximum) found.set(at, [...(found.get(at) ?? []), what]);
  }
  return [...found].sort(([one], [other]) => one - other).map(([at, whats]) => [at, whats.join(", ")]);
}

function linear(knob) {
  const digits = Math.max(0, -Math.floor(Math.log10(knob.step)) + 1);
  const snap = (value) => {
    const bounded = Math.min(Math.max(value, knob.minimum), knob.maximum);
    return Number((knob.minimum + Math.round((bounded - knob.minimum) / knob.step) * knob.step).toFixed(digits));
  };
  return { min: knob.minimum, max: knob.maximum, step: knob.step, value: snap, snap, position: (value) => value };
}

function logarithmic(knob) {
  const snap = (value) => Number(Math.min(Math.max(value, knob.minimum), knob.maximum).toPrecision(3));
  return {
    min: Math.log10(knob.minimum), max: Math.log10(knob.maximum), step: "any", snap,
    value: (position) => snap(10 ** position), position: (value) => Math.log10(value),
  };
}
