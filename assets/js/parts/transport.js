// The transport: play, one step, start again, slow motion, full screen; how fast, and back to an earlier moment.

import { element, short } from "./dom.js";
import { icon } from "./icons.js";

const SPEED_STEPS = 60; // positions of the speed slider below “as fast as it goes”
const FASTEST = 30000;
const QUICKEST = 8; // times the pace of slow motion, and its inverse, at the ends of the same slider

export class Transport {
  /** `grip` knows which slider is being held. */
  constructor(live, grip) {
    this.live = live;
    this.grip = grip;
    this.points = []; // moments that one may go back to
    this.node = element("div", { class: "mg-transport" }, this.buttons(), this.speedRow(), this.rewindRow());
  }

  buttons() {
    const button = (name, label, act, more = {}) =>
      element("button", { type: "button", title: label, "aria-label": label, "data-do": name, onclick: act, ...more });
    const pictured = (name, picture, label, act, more = {}) => {
      const made = button(name, label, act, more);
      made.append(icon(picture));
      return made;
    };
    const send = (command) => () => this.live.send(command);
    this.play = pictured("play", "play", "Play (space)", () => this.toggle(), { class: "mg-play" });
    this.slow = button("slow", "Slow motion: one phase of the algorithm at a time", () =>
      this.live.send({ do: "slow", on: !this.live.state?.slow }), { "aria-pressed": "false" });
    this.slow.append("Slow motion");
    return element("div", { class: "mg-buttons" },
      this.play,
      pictured("step", "step", "One step (.)", send({ do: "step" })),
      pictured("reset", "again", "Start again (r)", send({ do: "reset" })),
      this.slow, this.fullScreen(pictured));
  }

  /** The whole first screen fills the projector's: picture, head and controls. */
  fullScreen(pictured) {
    const stage = document.querySelector(".st-key-stage");
    if (!stage?.requestFullscreen) return null;
    const toggle = () => (document.fullscreenElement ? document.exitFullscreen() : stage.requestFullscreen());
    return pictured("full", "full", "Full screen", toggle, { title: "Fill the screen, for a projector" });
  }

  speedRow() {
    this.speed = this.grip.on(element("input", {
      type: "range", min: 0, max: SPEED_STEPS, step: 1, "aria-label": "Speed limit, steps per second", "data-do": "speed",
      oninput: () => this.live.send(this.live.state?.slow ? { do: "pace", times: paceAt(Number(this.speed.value)) }
        : { do: "speed", steps_per_s: speedAt(Number(this.speed.value)) }),
    }));
    this.speedText = element("output", {});
    return element("label", { class: "mg-row" }, element("span", {}, "Speed"), this.speed, this.speedText);
  }

  rewindRow() {
    this.back = this.grip.on(element("input", {
      type: "range", min: 0, max: 0, step: 1, value: 0, "aria-label": "Go back to an earlier moment", "data-do": "seek",
      oninput: () => this.live.send({ do: "seek", step: Number(this.points[this.back.value] ?? 0) }),
    }));
    this.backText = element("output", {});
    return element("label", { class: "mg-row" }, element("span", {}, "Rewind"), this.back, this.backText);
  }

  toggle() {
    this.live.send({ do: this.live.state?.status === "running" ? "pause" : "play" });
  }

  state(state) {
    const running = state.status === "running";
    if (running !== this.running) this.play.replaceChildren(icon(running ? "pause" : "play"));
    this.running = running;
    this.play.title = running ? "Pause (space)" : "Play (space)";
    this.play.setAttribute("aria-label", this.play.title);
    this.slow.setAttribute("aria-pressed", String(state.slow));
    this.tempo(state);
    this.rewind(state, running);
  }

  /** The slider limits the steps a second; in slow motion it says how many times as fast its phases follow each other. */
  tempo({ slow, pace, speed }) {
    if (this.grip.held !== this.speed) this.speed.value = slow ? placeOf(pace) : positionOf(speed);
    const limit = speed === null ? "no limit" : short(speed);
    this.speedText.textContent = slow ? `${Number(pace.toPrecision(2))} ×` : speed === null ? limit : `${limit}/s`;
    this.speed.setAttribute("aria-label", slow ? "Pace of slow motion" : "Speed limit, steps per second");
    this.speed.setAttribute("aria-valuetext", slow ? `${Number(pace.toPrecision(2))} times` : speed === null ? limit : `${limit} steps per second`);
  }

  rewind({ checkpoints, step }, running) {
    this.points = [...checkpoints];
    this.back.max = Math.max(0, this.points.length - 1);
    if (this.grip.held !== this.back) this.back.value = running ? this.back.max : nearest(this.points, step);
    const latest = Number(this.back.value) === Number(this.back.max); // of the moments kept, which the run has left behind
    this.backText.textContent = !this.points.length ? "" : running && latest ? "now" : short(this.points[this.back.value] ?? 0);
    this.back.setAttribute("aria-valuetext", this.backText.textContent === "now" ? "now" : `step ${this.backText.textContent}`);
  }
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

function nearest(points, step) {
  let best = 0;
  points.forEach((point, index) => point <= step && (best = index));
  return best;
}
