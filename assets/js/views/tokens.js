// Words in a row, each as strong as its weight says; with weights (n, n), those of the word that is picked.

import { View, mount } from "../mount.js";
import { element, short } from "../parts/dom.js";
import { Palette } from "../parts/palette.js";
import { numbers } from "../socket.js";

export default (component) => mount(component, (root, data, live) => new Tokens(root, data, live));

class Tokens extends View {
  constructor(root, data, live) {
    super(root, data, live);
    this.picked = 0;
    root.classList.add("mg-tokens");
    this.row = element("div", { class: "mg-words", role: "listbox", "aria-label": data.alt });
    root.append(this.row);
    this.color = new Palette(root, data.dark).color(data.color);
  }

  update(data) {
    this.data = data;
    this.color = new Palette(this.root, data.dark).color(data.color);
    if (this.last) this.frame(this.last);
  }

  frame(frame) {
    this.last = frame;
    const text = frame.words[this.data.words] ?? this.live.scene?.words[this.data.words] ?? "";
    const weights = frame.arrays[this.data.weights] ?? this.live.scene?.arrays[this.data.weights];
    if (!weights) return false;
    if (text !== this.text) this.write(text);
    const [data, count] = [numbers(weights), this.words.length];
    const from = weights.shape.length > 1 ? this.picked * count : 0;
    const most = Math.max(...data.slice(from, from + count), 1e-12);
    this.words.forEach((word, index) => {
      const weight = data[from + index];
      word.style.setProperty("--mg-strength", `${Math.round((100 * weight) / most)}%`);
      word.style.setProperty("--mg-word", this.color);
      word.title = short(weight);
      word.setAttribute("aria-selected", String(index === this.picked));
    });
    return true;
  }

  write(text) {
    this.text = text;
    this.words = text.split(this.data.separator).map((word, index) =>
      element("button", { type: "button", role: "option", "aria-selected": "false", onclick: () => this.pick(index) }, word));
    this.row.replaceChildren(...this.words);
    this.picked = Math.min(this.picked, this.words.length - 1);
  }

  pick(index) {
    this.picked = index;
    if (this.data.event && this.live.role === "owner") this.live.send({ do: "poke", event: { ...this.data.event, index } });
    this.frame(this.last);
  }
}
