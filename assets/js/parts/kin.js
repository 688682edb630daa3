// Things of one run that several views show, each in its own way, such as the nodes of a graph: what is under the pointer
// in one of them is marked in all.

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

  close() {
    document.removeEventListener(EVENT, this.hear);
  }
}
