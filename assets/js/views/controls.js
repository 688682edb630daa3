// The control panel: transport bar, status in words, and the live parameters as native inputs that act while dragged.
// The run on the server is the truth. Who only watches gets another panel, in parts/following.js.

import { View, mount } from "../mount.js";
import { element } from "../parts/dom.js";
import { yieldStage } from "../parts/fit.js";
import { Following } from "../parts/following.js";
import { Grip } from "../parts/grip.js";
import { Knobs } from "../parts/knobs.js";
import { here } from "../parts/lecture.js";
import { Links } from "../parts/links.js";
import { Report } from "../parts/report.js";
import { followSetup } from "../parts/setup.js";
import { followTabs } from "../parts/tabs.js";
import { Transport } from "../parts/transport.js";

const RATES_MS = 500; // how often the numbers of steps and frames are counted
const ASK_MS = 2000; // how often a page whose run is lost asks for another
const REST_MS = 300; // after which a change is in the address bar

export default (component) => mount(component, (root, data, live, notify) =>
  data.owner ? new Panel(root, data, live, notify) : new Following(root, data, live, notify));

class Panel extends View {
  constructor(root, data, live, notify) {
    super(root, data, live);
    this.notify = notify;
    this.always = true; // counts frames also when it is out of sight
    root.classList.add("mg-panel");
    root.setAttribute("role", "group");
    root.setAttribute("aria-label", "Controls of the running exhibit");
    const grip = new Grip();
    this.transport = new Transport(live, grip);
    this.report = new Report(live, data.slug);
    this.knobs = new Knobs(data, live, grip);
    this.links = new Links(data, live);
    for (const part of [this.transport, this.report, this.knobs, this.links]) root.append(part.node);
    this.keys = (event) => this.key(event);
    document.addEventListener("keydown", this.keys);
    this.clock = setInterval(() => this.report.rates(), RATES_MS);
    this.stopTabs = followTabs(live);
    this.followSetup = followSetup(notify);
    document.body.prepend((this.skip = skipTo(this.transport.play)));
    this.report.announce(data.notices);
    yieldStage();
  }

  update(data) {
    const others = JSON.stringify(data.knobs) !== JSON.stringify(this.data.knobs);
    this.data = this.links.data = data;
    if (others) {
      this.knobs.build(data);
      if (this.live.state) this.state(this.live.state);
    }
    this.report.announce(data.notices);
  }

  close() {
    this.skip.remove();
    this.stopTabs();
    document.removeEventListener("keydown", this.keys);
    clearInterval(this.clock);
    clearInterval(this.asking);
    clearTimeout(this.addressing);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || this.live.role !== "owner") return;
    const target = event.composedPath()[0];
    const typing = target.isContentEditable || ["TEXTAREA", "SELECT"].includes(target.tagName) ||
      (target.tagName === "INPUT" && !["range", "checkbox"].includes(target.type));
    const presses = target.closest?.("button, a, summary, input[type=checkbox], [role=button], [role=radio], [role=combobox], [role=tab]");
    if (typing || (event.key === " " && presses) || event.repeat) return;
    const act = { " ": () => this.transport.toggle(), ".": () => this.live.send({ do: "step" }), r: () => this.live.send({ do: "reset" }) }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  // ---- the run speaks -------------------------------------------------------------------------------------------

  link(link) {
    const owner = this.live.role === "owner" && link === "open";
    for (const input of this.root.querySelectorAll("input, select, .mg-transport button, [data-do=fork]")) input.disabled = !owner;
    this.report.link(link);
    if (link === "open" && this.live.state) this.state(this.live.state);
    clearInterval(this.asking);
    if (["gone", "closed"].includes(link)) {
      // the page, drawn again, opens a new run; after a restart it may take Streamlit a while to be able to
      const ask = () => document.hidden || this.notify("changed", `${link} ${Date.now()}`); // hidden, it needs none
      this.asking = setInterval(ask, ASK_MS);
      ask();
    }
    if (owner) {
      this.remember();
      this.calm();
    }
  }

  /** Whose system asks for reduced motion finds the picture standing, once, and plays it when they like. */
  calm() {
    if (!matchMedia("(prefers-reduced-motion: reduce)").matches || this.calmed) return;
    this.calmed = true;
    this.live.send({ do: "pause" });
    this.links.mention("Paused, as your system asks for reduced motion. Press play when you like.");
  }

  state(state) {
    for (const part of [this.transport, this.report, this.knobs]) part.state(state);
    this.inAddressBar(state);
    this.followSetup(state, this.data.setup);
  }

  frame(frame) {
    this.report.frame(frame);
    this.knobs.frame(frame);
  }

  reply(kind, message) {
    if (kind === "look" && this.live.state) this.inAddressBar(this.live.state);
    if (kind === "error") this.complain(message.message);
    if (kind === "kept") this.links.kept(message.moment);
    if (kind === "forked") {
      const url = here({ run: message.run, token: message.token });
      if (!window.open(url, "_blank")) this.report.way("Open the fork", () => location.assign(url));
    }
    if (kind === "saved" && message.step) {
      const old = this.previous;
      this.report.way(`Continue your earlier run (step ${message.step.toLocaleString("en")})`, () => {
        this.live.send({ do: "resume", run: old.run, token: old.token });
        this.report.clearWays();
      }, () => {});
    }
  }

  complain(text) {
    this.links.mention(text, "bad");
    this.knobs.refused();
    if (this.live.state) this.state(this.live.state);
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
      const address = this.links.address(state);
      if (address !== location.href) history.replaceState(history.state, "", address);
    }, REST_MS);
  }
}

/** A link before everything else on the page, for who goes from control to control with the tabulator. */
function skipTo(target) {
  const go = (event) => {
    event.preventDefault();
    target.focus();
  };
  return element("a", { class: "mg-skip", href: "#", onclick: go }, "Skip to Play");
}
