// What a person has chosen to see beside the parameters: layers, colours, camera, tab. It is kept in the address, as
// look.<view>.<what>=<text>, so that a link brings it back. What is as usual is not kept.

import { choice } from "./dom.js";

const PREFIX = "look.";
const LONGEST = 80; // of a text that is read from an address

/** The looks of all views on a page; a run's connection has one. */
export class Looks {
  constructor(changed) {
    this.changed = changed;
    this.given = new URLSearchParams(location.search);
    this.kept = new Map();
  }

  /** As the parameters of a link. */
  query() {
    return Object.fromEntries(this.kept);
  }
}

/** What one view keeps. Its name is the beginning of its key: what follows a dash may change with the set-up. */
export class Look {
  constructor(live, key) {
    this.looks = live.looks;
    this.name = `${PREFIX}${key.split("-")[0]}.`;
  }

  /** What was kept, if `fits` accepts it; from a link it may say anything. */
  get(what, fits) {
    const name = this.name + what;
    const text = this.looks.kept.get(name) ?? this.looks.given.get(name);
    if (text === null || text === undefined || text.length > LONGEST || !fits(text)) return undefined;
    if (!this.looks.kept.has(name)) this.put(name, text);
    return text;
  }

  oneOf(what, options) {
    return this.get(what, (text) => options.includes(text));
  }

  /** A switch: whether it is on, as kept or as usual. */
  flag(what, usual) {
    return (this.oneOf(what, ["on", "off"]) ?? (usual ? "on" : "off")) === "on";
  }

  /** A select whose choice is kept; act(index, value) is told what is chosen, and at once what a link has chosen. */
  choice(what, label, options, act) {
    const kept = this.oneOf(what, options);
    if (kept !== undefined) act(options.indexOf(kept), kept);
    const chosen = (index, value) => {
      this.keep(what, value, options[0]);
      act(index, value);
    };
    return choice(label, options, chosen, what, kept);
  }

  /** Some numbers within ±`reach`. */
  numbers(what, count, reach) {
    const read = (text) => text.split(",").map(Number);
    const text = this.get(what, (each) => /^[-+.,e\d]+$/.test(each) && read(each).length === count && read(each).every((value) => Math.abs(value) <= reach));
    return text === undefined ? undefined : read(text);
  }

  keep(what, text, usual) {
    const name = this.name + what;
    if (text === usual) {
      this.looks.given.delete(name);
      if (this.looks.kept.delete(name)) this.looks.changed();
    } else this.put(name, text);
  }

  put(name, text) {
    if (this.looks.kept.get(name) === text) return;
    this.looks.kept.set(name, text);
    this.looks.changed();
  }
}
