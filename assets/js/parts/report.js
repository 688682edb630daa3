// What the panel says: how the run is, in words; how fast; what one can do about it; what could not be done.

import { element, put, short } from "./dom.js";
import { icon } from "./icons.js";
import { here, leftLecture, noteLecture } from "./lecture.js";

export const WORDS = {
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

export class Report {
  constructor(live, slug) {
    this.live = live;
    this.slug = slug;
    this.drawn = []; // when the frames of the last second were drawn
    this.status = element("p", { class: "mg-status", role: "status", "aria-live": "polite" }, WORDS.connecting);
    this.numbers = element("p", { class: "mg-numbers" });
    this.ways = element("div", { class: "mg-ways" });
    this.progress = element("progress", { max: 1, value: 0, "aria-label": "How much of it is ready" });
    this.building = element("div", { class: "mg-building", hidden: true }, this.progress,
      element("button", { type: "button", "data-do": "give-up", title: "Leave everything as it was", onclick: () => live.send({ do: "give-up" }) }, "Stop"));
    this.undo = element("button", { type: "button", class: "mg-undo", "data-do": "undo", hidden: true,
      title: "Go on from where the run was before it was started again", onclick: () => live.send({ do: "undo" }) }, "Bring it back");
    this.notices = element("ul", { class: "mg-notices", role: "status" });
    this.node = element("div", { class: "mg-report" }, element("div", { class: "mg-state" }, this.status, this.undo),
      this.building, this.numbers, this.ways, this.notices);
    this.clearWays();
  }

  /** The connection to the run, and what one can do where there is none any more. */
  link(link) {
    this.clearWays();
    this.told = null;
    if (link !== "open") this.say(WORDS[link] ?? link, link === "connecting" ? "" : "bad");
    if (["gone", "closed", "forbidden"].includes(link))
      this.way("Start a new run", () => location.assign(location.pathname + location.search.replace(/[?&](run|token)=[^&]*/g, "")));
  }

  state(state) {
    this.undo.hidden = state.undo === null;
    if (state.undo !== null) put(this.undo, `Bring it back (step ${state.undo.toLocaleString("en")})`);
    if (this.live.link === "open") this.describe(state);
  }

  describe(state) {
    const bad = state.status === "failed" || state.good_step !== null;
    const why = state.reason ? `: ${state.reason}` : "";
    const failed = state.trace ? WORDS.failed : "Stopped";
    const word = state.good_step !== null ? "Diverged" : state.status === "failed" ? failed : WORDS[state.status];
    const { doing, share } = state.building;
    this.say(doing ? `Getting ready: ${doing}` : `${word}${why}`, bad && !doing ? "bad" : "");
    this.building.hidden = !doing;
    this.progress.value = share;
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

  frame(frame) {
    this.drawn.push(performance.now());
    this.last = frame;
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

  say(text, tone) {
    if (this.status.textContent === text) return; // a screen reader reads every change aloud
    this.status.textContent = text;
    this.status.dataset.tone = tone;
  }

  /** What could not be done as the address said; it stays until it is put away. */
  announce(notices) {
    for (const notice of notices) {
      const row = element("li", {}, notice, dismiss(() => row.remove()));
      this.notices.append(row);
    }
  }

  /** A button for what one can do now. */
  way(label, act, dismissed = null) {
    const row = element("div", { class: "mg-way" }, element("button", { type: "button", onclick: act }, label));
    if (dismissed) row.append(dismiss(() => { dismissed(); row.remove(); }));
    this.ways.append(row);
  }

  clearWays() {
    this.ways.replaceChildren();
    if (leftLecture(this.slug)) this.wayBack();
  }

  /** This run began as a copy of a lecture's. */
  wayBack() {
    const lecture = leftLecture(this.slug);
    this.way("Back to the lecture", () => {
      noteLecture(this.slug, null);
      location.assign(here(lecture));
    }, () => noteLecture(this.slug, null));
  }
}

function dismiss(act) {
  return element("button", { type: "button", title: "Dismiss", "aria-label": "Dismiss", onclick: act }, icon("close", 12));
}

function many(count, what) {
  return `${short(count)} ${what}${count === 1 ? "" : "s"}`;
}
