// The panel of who watches a run of somebody else: what happens there, in words; a way to try it, and no dead controls.

import { View } from "../mount.js";
import { element, put, short } from "./dom.js";
import { yieldStage } from "./fit.js";
import { here, noteLecture } from "./lecture.js";
import { news, spoken } from "./news.js";
import { WORDS } from "./report.js";
import { followSetup } from "./setup.js";
import { followTabs } from "./tabs.js";

const SETTLED_MS = 400; // what changes faster is said when it rests
const LATEST_MS = 1500; // but not later than this
const AWAY_MS = 8000; // a page that is loaded again comes back sooner
const MOST = 4;

export class Following extends View {
  constructor(root, data, live, notify) {
    super(root, data, live);
    this.followSetup = followSetup(notify); // the lecturer may set something up anew
    this.always = true; // counts frames also when it is out of sight
    this.told = [];
    root.classList.add("mg-panel", "mg-following");
    root.setAttribute("role", "group");
    root.setAttribute("aria-label", "The lecture you are watching");
    this.status = element("p", { class: "mg-status", role: "status" }, WORDS.connecting);
    this.list = element("ul", { class: "mg-news", "aria-live": "polite", "aria-label": "What the lecturer does" });
    this.own = element("button", { type: "button", class: "mg-play", "data-do": "try", onclick: () => this.tryIt(),
      title: "A run of your own that goes on from this moment; the lecture stays as it is" }, "Try it yourself");
    this.ways = element("div", { class: "mg-ways" }, this.own);
    this.values = element("dl", { class: "mg-values" });
    root.append(this.status, this.list, this.ways, element("details", {}, element("summary", {}, "The settings now"), this.values));
    this.learn();
    this.stopTabs = followTabs(live);
    yieldStage();
  }

  /** What the parameters are called. */
  learn() {
    const { knobs, names } = this.data;
    this.knobs = new Map([...names, ...knobs].map((knob) => [knob.name, knob]));
  }

  update(data) {
    this.data = data;
    this.learn();
    if (this.live.state) this.settings(this.live.state);
  }

  close() {
    clearTimeout(this.settling);
    clearTimeout(this.waiting);
    this.stopTabs();
  }

  link(link) {
    const ended = ["gone", "closed"].includes(link);
    this.own.hidden = !(link === "open" || ended);
    if (link === "open") {
      if (this.live.state) this.state(this.live.state);
    } else if (ended) {
      const why = this.live.state?.status === "closed" && this.live.state.reason ? ` (${this.live.state.reason})` : "";
      this.say(`The lecture has ended${why}. You can go on by yourself from where it was saved last.`);
    } else this.say(WORDS[link] ?? link);
  }

  state(state) {
    if (state.status === "closed") return;
    this.settings(state);
    this.followSetup(state, this.data.setup);
    this.present(state.led);
    if (!this.said) {
      this.said = state;
      return;
    }
    clearTimeout(this.settling);
    this.since ??= performance.now();
    this.settling = setTimeout(() => this.tell(), Math.min(SETTLED_MS, Math.max(0, this.since + LATEST_MS - performance.now())));
  }

  /** Say what has changed since it was last said; the newest on top. */
  tell() {
    const [before, now] = [this.said, this.live.state];
    this.said = now;
    this.since = undefined;
    const fresh = news(before, now, this.knobs);
    if (!fresh.length) return;
    const about = new Set(fresh.map(([what]) => what));
    this.told = [...fresh, ...this.told.filter(([what]) => !about.has(what))].slice(0, MOST);
    this.list.replaceChildren(...this.told.map(([, sentence]) => element("li", {}, sentence)));
  }

  /** Whether the lecturer is here; a page that is being loaded again is not gone. */
  present(led) {
    clearTimeout(this.waiting);
    if (led) {
      this.away = false;
      this.say("You are watching a lecture.");
    } else if (this.away) this.gone();
    else {
      this.say("You are watching a lecture.");
      this.waiting = setTimeout(() => this.gone(), AWAY_MS);
    }
  }

  gone() {
    this.away = true;
    this.say("The lecturer has left. What you see goes on as long as somebody watches; or try it yourself.");
  }

  settings(state) {
    const shown = [...this.knobs.values()].filter((knob) => !knob.when || knob.when.every(([other, values]) => values.includes(state.params[other])));
    this.values.replaceChildren(...shown.flatMap((knob) => [element("dt", {}, knob.label), element("dd", {}, spoken(knob, state.params[knob.name]))]),
      element("dt", {}, "Speed"), element("dd", {}, state.speed === null ? "no limit" : `${short(state.speed)} steps/s`));
  }

  /** A run of one's own in this place, from this moment; where it is lost, with the same settings. */
  tryIt() {
    noteLecture(this.data.slug, { run: this.data.run, token: this.data.token });
    location.assign(here({ ...this.live.state?.query, ...this.live.looks.query(), fork: this.data.run, token: this.data.token }));
  }

  say(text) {
    put(this.status, text);
  }
}
