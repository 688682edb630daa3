// Things of one run that several views show, each in its own way, such as the nodes of a graph: what is under the pointer
// in one of them is marked in all.

import { numbers } from "../socket.js";

const EVENT = "morphogen-kin";

export class Kin {
  /**
   * @param {string} run its id
   * @param {string} name of this kind of thing
   * @param {() => void} act when other things are pointed at
   */
  constructor(run, name, act) {
    this.run = run;
    this.name = name;
    /** @type {number[]} the rows of the things pointed at */
    this.rows = [];
    this.hear = (/** @type {any} */ event) => {
      const { detail } = event;
      if (detail.run !== run || detail.name !== name || String(detail.rows) === String(this.rows)) return;
      this.rows = detail.rows;
      act();
    };
    document.addEventListener(EVENT, this.hear);
  }

  /** Say that these are pointed at, [] for none any more. */
  tell(rows) {
    if (String(rows) === String(this.rows)) return;
    document.dispatchEvent(new CustomEvent(EVENT, { detail: { run: this.run, name: this.name, rows } }));
  }

  /** Rings around the points of a layer that stand for what is pointed at; answers their rows. */
  ring({ pen, x, y, array, palette }, layer) {
    const places = array(layer.at);
    const rows = this.rows.filter((row) => row < places.shape[0]);
    pen.strokeStyle = palette.look.text;
    pen.lineWidth = 2;
    for (const row of rows) {
      const [left, up] = numbers(places).subarray(places.shape[1] * row);
      pen.beginPath();
      pen.arc(x(left), y(up), layer.size + 4, 0, 7);
      pen.stroke();
    }
    return rows.join(" ");
  }

  close() {
    document.removeEventListener(EVENT, this.hear);
  }
}
