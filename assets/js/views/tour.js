// The guided first visit. Each stop puts a light on something of the page and waits until it has been done; nothing is
// covered or kept from working meanwhile. What a page lacks is left out.

import { View, mount } from "../mount.js";
import { element, put } from "../parts/dom.js";
import { icon } from "../parts/icons.js";

const KEY = "morphogen:tour"; // in the browser's storage, once it has been taken or declined
const PRAISE_MS = 1400; // so long stands what one has just seen
const HASTE_MS = 500;
const READ_MS = 4500; // and so long, where there is a card to read
const LOOK_MS = 250; // how often the light follows what it is on
const ROOM = 340; // pixels that the words take beside what they are about
const EDGE = 12;
const THEME = ["text-color", "background-color", "secondary-background-color", "primary-color", "border-color", "font"];

const one = (selector) => document.querySelector(selector);
const shown = (node) => (node?.offsetParent ? node : null);

/** Where each stop is: what the light is on, what takes the focus, what to do, what there was to see, and how that is known. */
const STOPS = {
  picture: {
    at: () => one(".st-key-picture .mg-box:has([role=application])"),
    focus: (at) => at.querySelector("[role=application]"),
    says: (at) => at.closest(".mg-view").querySelector(".mg-hint")?.textContent.split(";")[0].replace(/\.?$/, ".")
      || "Press in the picture and draw.",
    seen: "It answers at once.",
    when: (node, done) => hear(node, { pointerup: done, keydown: (event) => event.key === "Enter" && done() }),
  },
  slider: {
    at: () => shown(one(".mg-first .mg-knob:not([hidden]) input[type=range]"))?.closest(".mg-knob"),
    focus: (at) => at.querySelector("input[type=range]"),
    says: (at) => `Drag “${at.querySelector("label").textContent}”, or use the arrow keys, and watch the picture.`,
    seen: "It acts while you drag: the computation has not stopped.",
    when: (node, done) => hear(node, { change: done }),
  },
  card: {
    at: () => shown(one(".mg-try")),
    focus: (at) => at.querySelector(".mg-rail a"),
    says: () => "Choose an experiment: it sets everything that it needs.",
    seen: "Here it says what to look for; where there is a question, the answer is one click away.",
    when: (node, done) => hear(node, { click: (event) => event.target.closest?.(".mg-rail a") && done() }),
    wait: READ_MS,
  },
  transport: {
    at: () => shown(one(".mg-buttons")),
    focus: (at) => at.querySelector("[data-do=play]"),
    says: () => "Stop time, or let it go on: with this button, or the space bar.",
    seen: "The arrow beside it does one single step.",
    state: (before, now) => before.status !== now.status,
  },
  slow: {
    at: () => shown(one("[data-do=slow]")),
    focus: (at) => at,
    says: () => "Slow motion shows one step of the algorithm, phase by phase. Press it, and read below the picture.",
    seen: "Press it again to go on at full speed.",
    state: (before, now) => before.slow !== now.slow,
    wait: READ_MS,
  },
};
const GOODBYE = "That was all. Below stand the mathematics, and the very code that has just run.";

export default (component) => mount(component, (root, data, live) => new Tour(root, data, live));

class Tour extends View {
  constructor(root, data, live) {
    super(root, data, live);
    this.always = true;
    root.classList.add("mg-tour");
    this.offer = element("button", { type: "button", "data-do": "tour", onclick: () => (this.bubble ? this.end() : this.begin()) });
    root.append(this.offer);
    this.invite();
  }

  close() {
    this.end();
  }

  state(state) {
    if (this.before && this.stop?.state?.(this.before, state)) this.done();
    this.before = state;
  }

  invite() {
    const known = remembered();
    this.offer.replaceChildren(icon("compass", 15), known ? "Tour" : "New here? Take the tour");
    this.root.dataset.known = String(known);
  }

  begin() {
    remember();
    this.invite();
    this.names = Object.keys(STOPS).filter((name) => STOPS[name].at() && this.data.says[name] !== "");
    this.ring = element("div", { class: "mg-light", "aria-hidden": "true" });
    this.words = element("p", { "aria-live": "polite" });
    this.count = element("span", { class: "mg-count" });
    this.next = element("button", { type: "button", onclick: () => this.press() }, "Skip this");
    this.bubble = element("div", { class: "mg-bubble", role: "region", "aria-label": "Tour" }, this.words,
      element("div", {}, this.count, this.next, element("button", { type: "button", onclick: () => this.end() }, "End the tour")));
    for (const node of [this.ring, this.bubble])
      for (const name of THEME) node.style.setProperty(`--st-${name}`, getComputedStyle(this.root).getPropertyValue(`--st-${name}`));
    (document.fullscreenElement ?? document.body).append(this.ring, this.bubble);
    this.at = -1;
    this.arrived = -Infinity; // when it went on by itself
    this.place = () => this.follow();
    this.keys = (event) => event.key === "Escape" && this.end();
    document.addEventListener("keydown", this.keys);
    for (const name of ["scroll", "resize"]) window.addEventListener(name, this.place, true);
    this.looking = setInterval(this.place, LOOK_MS);
    this.go();
  }

  /** On, unless it has just gone on by itself: then the click was meant for the stop before, and took the focus away. */
  press() {
    if (performance.now() - this.arrived > HASTE_MS) this.go();
    else this.focus();
  }

  focus() {
    this.stop?.focus(this.target)?.focus({ preventScroll: true });
  }

  /** On to the next stop that is still there. */
  go() {
    clearTimeout(this.leaving);
    this.unhear?.();
    this.unhear = null;
    for (const node of [this.bubble, this.ring]) delete node.dataset.done;
    put(this.next, "Skip this");
    this.at += 1;
    const name = this.names[this.at];
    this.stop = STOPS[name];
    if (!name) return this.part();
    this.target = this.stop.at();
    if (!this.target) return this.go();
    const focus = this.stop.focus(this.target);
    put(this.words, this.data.says[name] ?? this.stop.says(this.target));
    put(this.count, `${this.at + 1} of ${this.names.length}`);
    this.bubble.dataset.stop = name;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.target.scrollIntoView({ block: narrow() ? "center" : "nearest", behavior: calm ? "auto" : "smooth" });
    this.focus();
    this.unhear = this.stop.when?.(this.stop === STOPS.card ? this.target : focus, () => this.done());
    this.follow();
  }

  /** It has been done: say what there was to see, and go on. */
  done() {
    const { seen, wait } = this.stop;
    this.unhear?.();
    this.unhear = this.stop = null;
    put(this.words, seen);
    put(this.next, "Go on");
    for (const node of [this.bubble, this.ring]) node.dataset.done = "true";
    this.follow();
    this.leaving = setTimeout(() => {
      this.go();
      this.arrived = performance.now();
    }, wait ?? PRAISE_MS);
  }

  part() {
    this.target = null;
    this.ring.hidden = true;
    put(this.words, GOODBYE);
    put(this.count, "");
    this.next.hidden = true;
    this.bubble.dataset.stop = "end";
    this.follow();
    this.leaving = setTimeout(() => this.end(), READ_MS);
  }

  end() {
    if (!this.bubble) return;
    clearTimeout(this.leaving);
    clearInterval(this.looking);
    document.removeEventListener("keydown", this.keys);
    for (const name of ["scroll", "resize"]) window.removeEventListener(name, this.place, true);
    this.unhear?.();
    this.unhear = this.stop = null;
    const lost = this.bubble.contains(document.activeElement);
    this.ring.remove();
    this.bubble.remove();
    this.bubble = null;
    if (lost) this.offer.focus();
  }

  /** Keep the light on its place, and the words beside it, or on a narrow screen at the edge where they hide nothing. */
  follow() {
    if (this.target && !this.target.isConnected) this.target = this.stop?.at() ?? null; // the page has been drawn again
    this.ring.hidden = !this.target;
    const box = this.target?.getBoundingClientRect() ?? { left: innerWidth, right: innerWidth, top: innerHeight, bottom: innerHeight, width: 0, height: 0 };
    Object.assign(this.ring.style, px({ left: box.left - 6, top: box.top - 6, width: box.width + 12, height: box.height + 12 }));
    const { offsetWidth: wide, offsetHeight: tall } = this.bubble;
    const sheet = one(".mg-told[data-active]"); // which on a narrow screen lies at the lower edge
    const floor = sheet && getComputedStyle(sheet).position === "fixed" ? sheet.getBoundingClientRect().top : innerHeight;
    const lowest = floor - tall - EDGE;
    const hides = this.bubble.dataset.done !== "true" && box.bottom > lowest && box.top > tall + 2 * EDGE;
    let [left, top] = [(innerWidth - wide) / 2, hides ? 4.5 * EDGE : lowest];
    if (!narrow()) {
      if (box.right + ROOM < innerWidth) [left, top] = [box.right + 2 * EDGE, box.top];
      else if (box.left > ROOM) [left, top] = [box.left - wide - 2 * EDGE, box.top];
      else if (box.bottom + 1.5 * EDGE < lowest) [left, top] = [box.left, box.bottom + 1.5 * EDGE];
      else if (box.top > tall + 3 * EDGE) [left, top] = [box.left, box.top - tall - 1.5 * EDGE];
    }
    const within = (value, most) => Math.min(Math.max(value, EDGE), Math.max(most, EDGE));
    Object.assign(this.bubble.style, px({ left: within(left, innerWidth - wide - EDGE), top: within(top, lowest) }));
  }
}

const narrow = () => innerWidth < 700;
const px = (lengths) => Object.fromEntries(Object.entries(lengths).map(([name, value]) => [name, `${value}px`]));

/** Listen to several events of a node; answers how to stop. */
function hear(node, events) {
  for (const [name, act] of Object.entries(events)) node.addEventListener(name, act);
  return () => {
    for (const [name, act] of Object.entries(events)) node.removeEventListener(name, act);
  };
}

function remembered() {
  try {
    return localStorage.getItem(KEY) !== null;
  } catch {
    return true; // storage is switched off: whoever did that is not asked every time
  }
}

function remember() {
  try {
    localStorage.setItem(KEY, "taken");
  } catch {
    // it will be offered again
  }
}
