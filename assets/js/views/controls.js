// The control panel: transport bar, status in words, and the live parameters as native inputs that act while dragged.
// The run on the server is the truth: inputs follow it, except the one this person is holding. Who only watches gets
// another panel, in parts/following.js.

import { mount } from "../mount.js";
import { element, short } from "../parts/dom.js";
import { Following } from "../parts/following.js";
import { here, leftLecture, noteLecture } from "../parts/lecture.js";
import { called } from "../parts/news.js";
import { followTabs } from "../parts/tabs.js";

const WORDS = {
  ready: "Getting ready…",
  running: "Running",
  paused: "Paused",
  finished: "Finished",
  failed: "Stopped by an error",
  closed: "This run is closed.",
  connecting: "Connecting…",
  reconnecting: "Connection lost, reconnecting…",
  gone: "This run is no longer on the server.",
  forbidden: "This link does not open that run.",
  elsewhere: "The server does not know this page's address. Add it to Streamlit's setting server.corsAllowedOrigins.",
  full: "Too many people are watching this run already.",
};
const CORNERS = `<svg viewBox="0 0 16 16" width="14" height="14" fill="none" stroke="currentColor" stroke-width="1.8" aria-hidden="true">
<path d="M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4"/></svg>`;
const SET_MS = 16; // a drag sends its newest values at most so often
const ECHO_MS = 1500; // the server's answer to what was set comes within that time, or not at all
const SPEED_STEPS = 60; // positions of the speed slider below “as fast as it goes”
const FASTEST = 30000;
const QUICKEST = 8; // times the pace of slow motion, and its inverse, at the ends of the same slider
const NOTE_MS = 12000; // long enough to be read

export default (component) => mount(component, (root, data, live, notify) =>
  data.owner ? new Panel(root, data, live, notify) : new Following(root, data, live, notify, WORDS));

class Panel {
  constructor(root, data, live, notify) {
    this.root = root;
    this.notify = notify;
    this.live = live;
    this.data = data;
    this.always = true; // counts frames also when it is out of sight
    this.held = null;
    this.wanted = {}; // values to be sent
    this.sent = new Map(); // name -> [value, when]: sent, and perhaps not yet in the states that arrive
    this.knobs = new Map();
    root.classList.add("mg-panel");
    root.setAttribute("role", "group");
    root.setAttribute("aria-label", "Controls of the running exhibit");
    root.append(this.transport(), this.report(), this.parameters(), this.more());
    this.keys = (event) => this.key(event);
    document.addEventListener("keydown", this.keys);
    this.clock = setInterval(() => this.rates(), 500);
    this.drawn = [];
    this.stopTabs = followTabs(live);
    document.body.prepend((this.skip = skipTo(this.play)));
    this.announce(data.notices);
    this.clearWays();
  }

  update(data) {
    if (JSON.stringify(data.knobs) !== JSON.stringify(this.data.knobs)) {
      this.data = data;
      this.knobs.clear();
      const fresh = this.parameters();
      this.form.replaceWith(fresh);
      this.form = fresh;
      if (this.live.state) this.state(this.live.state);
    }
    this.data = data;
    this.announce(data.notices);
  }

  close() {
    this.skip.remove();
    this.stopTabs();
    document.removeEventListener("keydown", this.keys);
    clearInterval(this.clock);
    clearInterval(this.asking);
    clearTimeout(this.addressing);
  }

  // ---- building ------------------------------------------------------------------------------------------

  transport() {
    const send = (command) => () => this.live.send(command);
    const button = (label, title, act, more = {}) =>
      element("button", { type: "button", title, "aria-label": title, onclick: act, ...more }, label);
    this.play = button("▶", "Play (space)", () => this.toggle(), { class: "mg-play", "data-do": "play" });
    this.slow = button("Slow motion", "Slow motion: one phase of the algorithm at a time", () =>
      this.live.send({ do: "slow", on: !this.live.state?.slow }), { "aria-pressed": "false", "data-do": "slow" });
    this.speed = element("input", {
      type: "range", min: 0, max: SPEED_STEPS, step: 1, "aria-label": "Speed limit, steps per second", "data-do": "speed",
      oninput: () => this.live.send(this.live.state?.slow ? { do: "pace", times: paceAt(Number(this.speed.value)) }
        : { do: "speed", steps_per_s: speedAt(Number(this.speed.value)) }),
    });
    this.hold(this.speed);
    this.speedText = element("output", {});
    this.back = element("input", {
      type: "range", min: 0, max: 0, step: 1, value: 0, "aria-label": "Go back to an earlier moment", "data-do": "seek",
      oninput: () => this.live.send({ do: "seek", step: Number(this.points[this.back.value] ?? 0) }),
    });
    this.hold(this.back);
    this.points = [];
    return element("div", { class: "mg-transport" },
      element("div", { class: "mg-buttons" },
        this.play,
        button("❘▶", "One step (.)", send({ do: "step" }), { "data-do": "step" }),
        button("↺", "Start again (r)", send({ do: "reset" }), { "data-do": "reset" }),
        this.slow, this.fullScreen()),
      element("label", { class: "mg-row" }, element("span", {}, "Speed"), this.speed, this.speedText),
      element("label", { class: "mg-row" }, element("span", {}, "Rewind"), this.back, (this.backText = element("output", {}))));
  }

  /** The whole first screen fills the projector's: picture, head and controls. */
  fullScreen() {
    const stage = document.querySelector(".st-key-stage");
    if (!stage?.requestFullscreen) return null;
    const toggle = () => (document.fullscreenElement ? document.exitFullscreen() : stage.requestFullscreen());
    const full = element("button", { type: "button", title: "Fill the screen, for a projector", "aria-label": "Full screen", "data-do": "full", onclick: toggle });
    full.innerHTML = CORNERS;
    return full;
  }

  report() {
    this.status = element("p", { class: "mg-status", role: "status", "aria-live": "polite" }, WORDS.connecting);
    this.numbers = element("p", { class: "mg-numbers" });
    this.ways = element("div", { class: "mg-ways" });
    this.building = element("div", { class: "mg-building", hidden: true },
      element("progress", { max: 1, value: 0, "aria-label": "How much of it is ready" }),
      element("button", { type: "button", "data-do": "give-up", title: "Leave everything as it was", onclick: () => this.live.send({ do: "give-up" }) }, "Stop"));
    this.undo = element("button", { type: "button", class: "mg-undo", "data-do": "undo", hidden: true,
      title: "Go on from where the run was before it was started again", onclick: () => this.live.send({ do: "undo" }) }, "Bring it back");
    this.notices = element("ul", { class: "mg-notices", role: "status" });
    return element("div", { class: "mg-report" }, element("div", { class: "mg-state" }, this.status, this.undo), this.building, this.numbers, this.ways, this.notices);
  }

  parameters() {
    this.form = element("div", { class: "mg-params" });
    const { knobs, main } = this.data;
    const first = main.map((name) => knobs.find((knob) => knob.name === name)).filter(Boolean);
    this.form.append(element("div", { class: "mg-first" }, ...first.map((knob) => this.knob(knob))));
    const folded = element("details", { class: "mg-folded", open: first.length === 0 || this.unfolded, ontoggle: () => (this.unfolded = folded.open) },
      element("summary", {}, first.length ? "More controls" : "Controls"));
    let [group, box] = [null, folded];
    for (const knob of knobs.filter((each) => !first.includes(each))) {
      if (knob.group !== group) {
        group = knob.group;
        box = element("fieldset", {}, element("legend", {}, group));
        folded.append(box);
      }
      box.append(this.knob(knob));
    }
    this.form.append(folded);
    return this.form;
  }

  knob(knob) {
    const id = `mg-${this.data.run.slice(0, 6)}-${knob.name}`;
    const set = (value) => this.set(knob.name, value);
    const label = element("label", { for: id, title: knob.help }, knob.label);
    const attributes = { id, "data-param": knob.name, "aria-description": knob.help };
    let input;
    let exact = null;
    if (knob.type === "bool") {
      input = element("input", { ...attributes, type: "checkbox", onchange: () => set(input.checked) });
    } else if (knob.type === "choice") {
      const options = knob.choices.map((choice) => element("option", { value: choice }, called(knob, choice)));
      input = element("select", { ...attributes, onchange: () => set(input.value) }, ...options);
    } else if (knob.type === "text") {
      input = element("input", { ...attributes, type: "text", maxlength: knob.max_length, onchange: () => set(input.value) });
    } else {
      const scale = knob.log ? logarithmic(knob) : linear(knob);
      input = element("input", {
        ...attributes, type: "range", min: scale.min, max: scale.max, step: scale.step,
        oninput: () => set(scale.value(Number(input.value))),
      });
      exact = element("input", {
        type: "number", class: "mg-exact", min: knob.minimum, max: knob.maximum, step: knob.log ? "any" : knob.step,
        "aria-label": `${knob.label}, exact value`, "data-exact": knob.name,
        onchange: () => exact.value !== "" && set(scale.snap(Number(exact.value))),
      });
      this.hold(exact);
      input.scale = scale;
    }
    this.hold(input);
    const about = element("p", { class: "mg-help", hidden: true }, knob.help);
    const ask = element("button", { type: "button", class: "mg-ask", "aria-expanded": "false", "aria-label": `What is ${knob.label}?`,
      onclick: () => ask.setAttribute("aria-expanded", String(!(about.hidden = !about.hidden))) }, "?");
    const unit = knob.unit ? element("span", { class: "mg-unit" }, knob.unit) : null;
    const row = element("div", { class: `mg-knob mg-${knob.type}` }, element("span", { class: "mg-label" }, label, ask), exact, unit, input, about);
    const marks = knob.marks.length ? element("div", { class: "mg-marks", hidden: true }) : null;
    if (marks) row.insertBefore(marks, about);
    this.knobs.set(knob.name, { knob, row, input, exact, marks });
    return row;
  }

  more() {
    const link = (label, title, act) => element("button", { type: "button", title, onclick: (event) => act(event.currentTarget) }, label);
    this.fork = element("button", { type: "button", title: "Open a second run that goes on from here, in a new tab",
      onclick: () => this.live.send({ do: "fork" }), "data-do": "fork" }, "Fork");
    const defaults = element("a", { href: location.pathname, target: "_self", title: "Start again with every parameter at its default",
      class: "mg-button", "data-do": "defaults", onclick: (event) => {
        if (this.live.role !== "owner" || this.live.link !== "open" || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        this.live.send({ do: "reset", values: this.data.defaults });
      } }, "Defaults");
    this.note = element("p", { class: "mg-note", role: "alert" });
    const moment = link("Copy link to this moment", "A link that goes on from exactly here, with all that was drawn or moved by hand",
      (button) => { this.keeping = button; this.live.send({ do: "keep" }); });
    return element("div", { class: "mg-more" },
      link("Copy link", "A link to these settings and this view, from the start", (button) => this.copy(button, this.address(), this.aboutLink())),
      this.data.life ? moment : null,
      link("Copy watch link", "A link to this very run, for others to watch", (button) => this.copy(button, this.watchLink(), this.aboutWatching())),
      this.fork, defaults, this.note);
  }

  /** Remember which input this person is holding, so that the server's echo does not tear it away. */
  hold(input) {
    input.addEventListener("pointerdown", () => (this.held = input));
    input.addEventListener("focus", () => input.type === "number" && (this.held = input));
    for (const name of ["pointerup", "pointercancel", "change", "blur"])
      input.addEventListener(name, () => this.held === input && (this.held = null));
  }

  // ---- this person acts -------------------------------------------------------------------------------------

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

  /** What to show of a parameter: what this person has set, until the server has taken it, then what the server says. */
  settled(name, told) {
    const [value, when] = this.sent.get(name) ?? [];
    if (when === undefined) return told;
    if (value !== told && performance.now() - when < ECHO_MS) return value;
    this.sent.delete(name);
    return told;
  }

  toggle() {
    this.live.send({ do: this.live.state?.status === "running" ? "pause" : "play" });
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || this.live.role !== "owner") return;
    const target = event.composedPath()[0];
    const typing = target.isContentEditable || ["TEXTAREA", "SELECT"].includes(target.tagName) ||
      (target.tagName === "INPUT" && !["range", "checkbox"].includes(target.type));
    const presses = target.closest?.("button, a, summary, input[type=checkbox], [role=button], [role=radio], [role=combobox], [role=tab]");
    if (typing || (event.key === " " && presses) || event.repeat) return;
    const act = { " ": () => this.toggle(), ".": () => this.live.send({ do: "step" }), r: () => this.live.send({ do: "reset" }) }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  address() {
    return here({ ...this.live.state?.query, ...this.live.looks.query() });
  }

  watchLink() {
    return here({ ...this.live.looks.query(), run: this.data.run, token: this.data.watch });
  }

  aboutLink() {
    return this.live.state?.drawn
      ? "This link has the settings and the view, and begins at the start. What was drawn or moved by hand is not in it: a link to this moment has that too."
      : "This link has the settings and the view, and begins at the start. Nothing was drawn or moved by hand, so it is all one needs.";
  }

  aboutMoment() {
    return `This link goes on from exactly here, with all that was drawn. The server keeps it for ${this.data.life}, as long as there is room.`;
  }

  aboutWatching() {
    const { port, protocol } = location;
    return this.data.machine
      ? `Nobody else can open this link: ${location.hostname} is every machine's name for itself. Start the server with HOST=0.0.0.0, ` +
        `open this page as ${protocol}//${this.data.machine}${port && `:${port}`}${location.pathname}, and copy the link there.`
      : "Who opens this link sees what you do, in words too, and can try it in a run of their own.";
  }

  async copy(button, text, about) {
    const label = (button.dataset.label ??= button.textContent);
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      window.prompt("Copy this link:", text);
    }
    this.mention(about);
    setTimeout(() => (button.textContent = label), 1200);
  }

  // ---- the run speaks -------------------------------------------------------------------------------------------

  link(link) {
    const owner = this.live.role === "owner" && link === "open";
    for (const input of this.root.querySelectorAll("input, select, .mg-transport button, [data-do=fork]")) input.disabled = !owner;
    this.clearWays();
    this.told = null;
    if (link !== "open") this.say(WORDS[link] ?? link, link === "connecting" ? "" : "bad");
    else if (this.live.state) this.state(this.live.state);
    clearInterval(this.asking);
    if (["gone", "closed"].includes(link)) {
      // the page, drawn again, opens a new run; after a restart it may take Streamlit a while to be able to
      const ask = () => document.hidden || this.notify("changed", `${link} ${Date.now()}`); // hidden, it needs none
      this.asking = setInterval(ask, 2000);
      ask();
    }
    if (["gone", "closed", "forbidden"].includes(link))
      this.way("Start a new run", () => location.assign(location.pathname + location.search.replace(/[?&](run|token)=[^&]*/g, "")));
    if (link === "open" && owner) {
      this.remember();
      this.calm();
    }
  }

  /** Whose system asks for reduced motion finds the picture standing, once, and plays it when they like. */
  calm() {
    if (!matchMedia("(prefers-reduced-motion: reduce)").matches || this.calmed) return;
    this.calmed = true;
    this.live.send({ do: "pause" });
    this.mention("Paused, as your system asks for reduced motion. Press play when you like.");
  }

  state(state) {
    const running = state.status === "running";
    this.play.textContent = running ? "❚❚" : "▶";
    this.play.title = running ? "Pause (space)" : "Play (space)";
    this.play.setAttribute("aria-label", this.play.title);
    this.slow.setAttribute("aria-pressed", String(state.slow));
    this.tempo(state);
    this.undo.hidden = state.undo === null;
    if (state.undo !== null) this.undo.textContent = `Bring it back (step ${state.undo.toLocaleString("en")})`;
    this.points = [...state.checkpoints];
    this.back.max = Math.max(0, this.points.length - 1);
    if (this.held !== this.back) this.back.value = running ? this.back.max : nearest(this.points, state.step);
    const latest = Number(this.back.value) === Number(this.back.max); // of the moments kept, which the run has left behind
    this.backText.textContent = !this.points.length ? "" : running && latest ? "now" : short(this.points[this.back.value] ?? 0);
    this.back.setAttribute("aria-valuetext", this.backText.textContent === "now" ? "now" : `step ${this.backText.textContent}`);
    for (const [name, { knob, row }] of this.knobs) {
      this.show(name, name in this.wanted ? this.wanted[name] : this.settled(name, state.params[name]));
      row.hidden = !knob.when.every(([other, values]) => values.includes(state.params[other]));
    }
    for (const box of this.form.querySelectorAll("fieldset"))
      box.hidden = ![...box.querySelectorAll(".mg-knob")].some((row) => !row.hidden);
    const folded = this.form.querySelector(".mg-folded");
    folded.hidden = ![...folded.querySelectorAll(".mg-knob")].some((row) => !row.hidden);
    if (this.live.link === "open") this.describe(state);
    this.inAddressBar(state);
    this.outgrown(state);
  }

  /** The slider limits the steps a second; in slow motion it says how many times as fast its phases follow each other. */
  tempo({ slow, pace, speed }) {
    if (this.held !== this.speed) this.speed.value = slow ? placeOf(pace) : positionOf(speed);
    const limit = speed === null ? "no limit" : short(speed);
    this.speedText.textContent = slow ? `${Number(pace.toPrecision(2))} ×` : speed === null ? limit : `${limit}/s`;
    this.speed.setAttribute("aria-label", slow ? "Pace of slow motion" : "Speed limit, steps per second");
    this.speed.setAttribute("aria-valuetext", slow ? `${Number(pace.toPrecision(2))} times` : speed === null ? limit : `${limit} steps per second`);
  }

  /** The page was drawn for other setup parameters than the run now has: have it drawn again. */
  outgrown(state) {
    const stale = Object.entries(this.data.setup).some(([name, value]) => state.params[name] !== value);
    const now = JSON.stringify(state.params);
    if (!stale || this.asked === now) return;
    this.asked = now;
    this.notify("changed", now);
  }

  describe(state) {
    const bad = state.status === "failed" || state.good_step !== null;
    const why = state.reason ? `: ${state.reason}` : "";
    const failed = state.trace ? WORDS.failed : "Stopped";
    const word = state.good_step !== null ? "Diverged" : state.status === "failed" ? failed : WORDS[state.status];
    const { doing, share } = state.building;
    this.say(doing ? `Getting ready: ${doing}` : `${word}${why}`, bad && !doing ? "bad" : "");
    this.building.hidden = !doing;
    this.building.firstChild.value = share;
    if (bad && this.told !== state.reason) {
      this.told = state.reason;
      this.clearWays();
      if (state.good_step !== null) this.way(`Go back to step ${state.good_step}`, () => this.live.send({ do: "seek", step: state.good_step }));
      this.way("Start again", () => this.live.send({ do: "reset" }));
      if (state.trace) this.ways.append(element("details", {}, element("summary", {}, "What happened"), element("pre", {}, state.trace)));
    } else if (!bad && this.told) {
      this.told = null;
      this.clearWays();
    }
  }

  show(name, value) {
    const { knob, input, exact } = this.knobs.get(name) ?? {};
    if (!input) return;
    if (knob.type === "bool") input.checked = value;
    else if (this.held !== input) input.value = input.scale ? input.scale.position(value) : value;
    if (input.scale) input.setAttribute("aria-valuetext", `${short(value)} ${knob.unit}`.trim());
    if (exact && this.held !== exact) exact.value = String(Number(Number(value).toPrecision(10)));
  }

  frame(frame) {
    this.drawn.push(performance.now());
    this.last = frame;
    for (const each of this.knobs.values()) if (each.marks) this.mark(each);
  }

  /** Ticks on a slider where its marks now are, and below it, in words, which is what. */
  mark({ knob, input, marks }) {
    const value = (name) => this.last.metrics[name] ?? this.live.scene?.metrics[name] ?? NaN;
    const found = placed(knob, value);
    const text = found.length ? `${knob.marked}: ${found.map(([at, what]) => `${short(at)} ${what}`).join(" · ")}` : "";
    if (marks.dataset.text === text) return;
    marks.dataset.text = text;
    marks.hidden = !found.length;
    input.setAttribute("aria-description", found.length ? `${knob.help} ${text}.` : knob.help);
    const [from, to] = [Number(input.min), Number(input.max)];
    const ticks = found.map(([at]) => element("i", { style: `--at: ${(input.scale.position(at) - from) / (to - from)}` }));
    marks.replaceChildren(element("div", { class: "mg-ticks", "aria-hidden": "true" }, ...ticks), element("p", {}, text));
  }

  rates() {
    const now = performance.now();
    this.drawn = this.drawn.filter((time) => now - time < 1000);
    if (!this.last) return;
    const moving = this.live.state?.status === "running";
    const rate = moving ? ` · ${many(Math.round(this.last.steps_per_s), "step")}/s · ${many(this.drawn.length, "frame")}/s` : "";
    const where = this.live.state?.device === "cuda" ? " · on the graphics card" : "";
    const others = this.live.state?.watching ? ` · ${this.live.state.watching} watching` : "";
    this.numbers.textContent = `Step ${this.last.step.toLocaleString("en")}${rate}${where}${others}`;
  }

  reply(kind, message) {
    if (kind === "look" && this.live.state) this.inAddressBar(this.live.state);
    if (kind === "error") this.complain(message.message);
    if (kind === "kept") this.copy(this.keeping, here({ ...this.live.looks.query(), moment: message.moment }), this.aboutMoment());
    if (kind === "forked") {
      const url = new URL(location.href);
      url.search = new URLSearchParams({ run: message.run, token: message.token }).toString();
      if (!window.open(url.href, "_blank")) this.way("Open the fork", () => location.assign(url.href));
    }
    if (kind === "saved" && message.step) {
      const old = this.previous;
      this.way(`Continue your earlier run (step ${message.step.toLocaleString("en")})`, () => {
        this.live.send({ do: "resume", run: old.run, token: old.token });
        this.clearWays();
      }, () => {});
    }
  }

  /** Something to know, or something gone wrong, for a while. */
  mention(text, tone = "") {
    this.note.textContent = text;
    this.note.dataset.tone = tone;
    clearTimeout(this.calming);
    this.calming = setTimeout(() => (this.note.textContent = ""), NOTE_MS);
  }

  /** What could not be done as the address said; it stays until it is put away. */
  announce(notices) {
    for (const notice of notices) {
      const row = element("li", {}, notice, element("button", { type: "button", title: "Dismiss", "aria-label": "Dismiss", onclick: () => row.remove() }, "×"));
      this.notices.append(row);
    }
  }

  clearWays() {
    this.ways.replaceChildren();
    if (leftLecture(this.data.slug)) this.wayBack();
  }

  /** This run began as a copy of a lecture's. */
  wayBack() {
    const lecture = leftLecture(this.data.slug);
    this.way("Back to the lecture", () => {
      noteLecture(this.data.slug, null);
      location.assign(here(lecture));
    }, () => noteLecture(this.data.slug, null));
  }

  complain(text) {
    this.mention(text, "bad");
    this.sent.clear();
    if (this.live.state) this.state(this.live.state);
  }

  say(text, tone) {
    if (this.status.textContent === text) return; // a screen reader reads every change aloud
    this.status.textContent = text;
    this.status.dataset.tone = tone;
  }

  way(label, act, dismissed = null) {
    const row = element("div", { class: "mg-way" }, element("button", { type: "button", onclick: act }, label));
    const dismiss = () => {
      dismissed();
      row.remove();
    };
    if (dismissed) row.append(element("button", { type: "button", title: "Dismiss", "aria-label": "Dismiss", onclick: dismiss }, "×"));
    this.ways.append(row);
  }

  /** Keep the name of this run, and offer to go on with the one before it if the server has it saved. */
  remember() {
    const key = `morphogen:${this.data.slug}`;
    try {
      // a tab's own run comes before the one that any tab opened last
      const previous = JSON.parse(sessionStorage.getItem(key) ?? localStorage.getItem(key) ?? "null");
      const mine = JSON.stringify({ run: this.data.run, token: this.data.token });
      for (const storage of [sessionStorage, localStorage]) storage.setItem(key, mine);
      if (previous && previous.run !== this.data.run) {
        this.previous = previous;
        this.live.send({ do: "peek", ...previous });
      }
    } catch {
      // storage is switched off: nothing to offer
    }
  }

  /** The address bar is always a link to what is on screen. */
  inAddressBar(state) {
    if (this.live.role !== "owner") return;
    clearTimeout(this.addressing);
    this.addressing = setTimeout(() => {
      if (!this.root.isConnected) return;
      const address = here({ ...state.query, ...this.live.looks.query() });
      if (address !== location.href) history.replaceState(history.state, "", address);
    }, 300);
  }
}

function many(count, what) {
  return `${short(count)} ${what}${count === 1 ? "" : "s"}`;
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

function speedAt(position) {
  return position >= SPEED_STEPS ? null : Number((FASTEST ** (position / (SPEED_STEPS - 1))).toPrecision(2));
}

function positionOf(speed) {
  return speed === null ? SPEED_STEPS : Math.round((Math.log(Math.max(1, speed)) / Math.log(FASTEST)) * (SPEED_STEPS - 1));
}

function paceAt(position) {
  return Number((QUICKEST ** ((2 * position) / SPEED_STEPS - 1)).toPrecision(2));
}

function placeOf(pace) {
  return Math.round(((Math.log(pace) / Math.log(QUICKEST) + 1) * SPEED_STEPS) / 2);
}

/** A link before everything else on the page, for who goes from control to control with the tabulator. */
function skipTo(target) {
  const go = (event) => {
    event.preventDefault();
    target.focus();
  };
  return element("a", { class: "mg-skip", href: "#", onclick: go }, "Skip to Play");
}

function nearest(points, step) {
  let best = 0;
  points.forEach((point, index) => point <= step && (best = index));
  return best;
}
