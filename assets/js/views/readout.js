// Numbers, a table, lamps and sentences from the newest frame, at a pace that an eye or a screen reader can follow.

import { View, mount } from "../mount.js";
import { READABLE_MS, digits, element, every, put } from "../parts/dom.js";
import { Palette, SIGNS, sign } from "../parts/palette.js";

export default (component) => mount(component, (root, data, live) => new Readout(root, data, live));

class Readout extends View {
  constructor(root, data, live) {
    super(root, data, live);
    root.classList.add("mg-readout");
    this.due = every(READABLE_MS);
    this.build();
  }

  build() {
    const palette = new Palette(this.root, this.data.dark);
    const { numbers, table, lamps, words, caption } = this.data;
    this.numbers = numbers.map(({ metric, label, unit, help, missing }) => {
      const value = element("strong", { "data-metric": metric }, "–");
      return { metric, unit, missing, value, box: element("div", { title: help }, element("span", {}, label), value) };
    });
    this.lamps = lamps.map(({ metric, label, help }) => {
      const lamp = element("span", { class: "mg-lamp", title: help, tabindex: "0", "data-lamp": metric, "aria-description": help }, label);
      return { metric, label, lamp };
    });
    this.words = words.map((word) => ({ word, line: element("p", { "data-word": word }) }));
    this.caption = caption ? element("p", { class: "mg-caption" }) : null;
    this.key = (caption ?? []).map(({ color, label, row, mask }) => {
      const own = palette.color(color);
      const mark = row === null ? element("i", { class: "mg-mark", style: `background:${own}` }) : sign(SIGNS[row % SIGNS.length], own);
      return { row, mask, entry: element("span", {}, mark, label) };
    });
    this.phase = null;
    const lampRow = element("div", { class: "mg-lamps", role: "group", "aria-label": "What goes wrong" }, ...this.lamps.map(({ lamp }) => lamp));
    this.root.replaceChildren(...(caption ? [this.caption] : []), ...(lamps.length ? [lampRow] : []), ...this.numbers.map(({ box }) => box), ...(table ? [this.table(table, palette)] : []),
      ...this.words.map(({ line }) => line));
  }

  table({ rows, columns, status }, palette) {
    const heads = columns.map(({ label, help }) => element("th", { scope: "col", title: help }, label));
    this.rows = rows.map(({ name, label, color }, index) => {
      const values = columns.map((column) => element("td", { "data-metric": `${column.name}_${name}` }, "–"));
      const word = status ? element("td", { class: "mg-word", "data-word": `${status}_${name}` }) : null;
      const key = element("th", { scope: "row" }, color ? sign(SIGNS[index % SIGNS.length], palette.color(color)) : null, ` ${label}`);
      return { name, values, word, row: element("tr", {}, key, ...values, word) };
    });
    const head = element("tr", {}, element("th", {}), ...heads, status ? element("th", { scope: "col" }, "") : null);
    return element("table", { class: "mg-table" }, element("thead", {}, head), element("tbody", {}, ...this.rows.map(({ row }) => row)));
  }

  update(data) {
    this.data = data;
    this.build();
    if (this.last) this.fill(this.last);
  }

  frame(frame) {
    this.last = frame;
    if (!this.due(frame.status !== "running")) return false;
    this.fill(frame);
    return true;
  }

  fill({ metrics, words, arrays }) {
    for (const { metric, unit, value, missing } of this.numbers) {
      const there = Number.isFinite(metrics[metric]);
      put(value, there ? `${digits(metrics[metric])}${unit ? ` ${unit}` : ""}` : words[metric] ?? (missing || "–"));
      value.classList.toggle("mg-missing", !there);
    }
    for (const { metric, label, lamp } of this.lamps) {
      const lit = metrics[metric] === 1;
      lamp.classList.toggle("mg-lit", lit);
      lamp.setAttribute("aria-label", `${label}: ${lit ? "yes" : "no"}`);
    }
    const shown = arrays[this.data.table?.mask]?.data;
    for (const [index, { name, values, word, row }] of (this.data.table ? this.rows : []).entries()) {
      row.hidden = shown ? !shown[index] : false;
      this.data.table.columns.forEach((column, index) => {
        const cell = `${column.name}_${name}`; // a word says what a number cannot, such as infinity
        put(values[index], words[cell] ?? digits(metrics[cell], column.digits));
      });
      put(word, words[`${this.data.table.status}_${name}`] ?? "");
    }
    if (this.caption && this.phase !== (words.phase ?? "")) {
      this.phase = words.phase ?? "";
      this.caption.classList.toggle("mg-phase", this.phase !== "");
      this.root.closest(".st-key-stage")?.toggleAttribute("data-phase", this.phase !== "");
      this.caption.replaceChildren(...(this.phase ? [this.phase] : this.key.map(({ entry }) => entry)));
    }
    for (const { row, mask, entry } of this.key) if (mask && arrays[mask]) entry.hidden = !arrays[mask].data[row];
    for (const { word, line } of this.words) put(line, words[word] ?? "");
  }
}
