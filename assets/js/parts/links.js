// Links to what is on screen, and what else a panel offers at its foot: a second run, every default.

import { element } from "./dom.js";
import { here } from "./lecture.js";

const NOTE_MS = 12000; // long enough to be read
const COPIED_MS = 1200;

export class Links {
  constructor(data, live) {
    this.data = data;
    this.live = live;
    this.note = element("p", { class: "mg-note", role: "alert" });
    const button = (label, title, act) => element("button", { type: "button", title, onclick: (event) => act(event.currentTarget) }, label);
    const moment = button("Copy link to this moment", "A link that goes on from exactly here, with all that was drawn or moved by hand",
      (pressed) => { this.keeping = pressed; live.send({ do: "keep" }); });
    this.node = element("div", { class: "mg-more" },
      button("Copy link", "A link to these settings and this view, from the start", (pressed) => this.copy(pressed, this.address(), this.aboutLink())),
      data.life ? moment : null,
      button("Copy watch link", "A link to this very run, for others to watch", (pressed) => this.copy(pressed, this.watchLink(), this.aboutWatching())),
      element("button", { type: "button", title: "Open a second run that goes on from here, in a new tab",
        onclick: () => live.send({ do: "fork" }), "data-do": "fork" }, "Fork"),
      this.defaults(), this.note);
  }

  defaults() {
    return element("a", { href: location.pathname, target: "_self", title: "Start again with every parameter at its default",
      class: "mg-button", "data-do": "defaults", onclick: (event) => {
        if (this.live.role !== "owner" || this.live.link !== "open" || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        this.live.send({ do: "reset", values: this.data.defaults });
      } }, "Defaults");
  }

  address(state = this.live.state) {
    return here({ ...state?.query, ...this.live.looks.query() });
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

  /** The server has kept this moment. */
  kept(moment) {
    this.copy(this.keeping, here({ ...this.live.looks.query(), moment }), this.aboutMoment());
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
    setTimeout(() => (button.textContent = label), COPIED_MS);
  }

  /** Something to know, or something gone wrong, for a while. */
  mention(text, tone = "") {
    this.note.textContent = text;
    this.note.dataset.tone = tone;
    clearTimeout(this.calming);
    this.calming = setTimeout(() => (this.note.textContent = ""), NOTE_MS);
  }
}
