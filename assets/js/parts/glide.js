// Places on their way: between two frames what is drawn goes on from where it is to where the newer one has it.

const LONGEST_MS = 250; // between two frames of a run that plays; what comes after longer is shown at once
const STEP_MS = 30; // between two pictures on the way

const calm = matchMedia("(prefers-reduced-motion: reduce)");

export class Glide {
  /** `draw` is called after every step of the way. */
  constructor(draw) {
    this.draw = draw;
    this.ways = new Map(); // attribute of a geometry -> where its points come from and go to
    this.arrived = -Infinity; // when the last frame came
    this.pause = 0; // from that one to the one before
  }

  /** A frame has come: how long its points may take depends on it. */
  frame() {
    const now = performance.now();
    this.pause = now - this.arrived;
    this.arrived = this.stepped = now;
    this.ways.clear();
  }

  /** Send the points of an attribute on their way; answers whether they go, or have to be put there at once. */
  send(attribute, data) {
    if (calm.matches || this.pause > LONGEST_MS || attribute?.array.length !== data.length) return false;
    this.ways.set(attribute, { from: attribute.array.slice(), to: data });
    this.waiting ??= requestAnimationFrame(() => this.go());
    return true;
  }

  go() {
    this.waiting = null;
    if (!this.ways.size) return;
    const now = performance.now();
    const share = Math.min(1, (now - this.arrived) / this.pause);
    if (share === 1 || now - this.stepped > STEP_MS) {
      this.stepped = now;
      for (const [attribute, { from, to }] of this.ways) {
        for (let i = 0; i < to.length; i += 1) attribute.array[i] = from[i] + share * (to[i] - from[i]);
        attribute.needsUpdate = true;
      }
      this.draw();
    }
    if (share < 1) this.waiting = requestAnimationFrame(() => this.go());
    else this.ways.clear();
  }

  close() {
    if (this.waiting) cancelAnimationFrame(this.waiting);
    this.ways.clear();
  }
}
