// Which input this person is holding, so that the server's echo does not tear it away.

export class Grip {
  constructor() {
    this.held = null;
  }

  /** Remember of an input while it is held. */
  on(input) {
    input.addEventListener("pointerdown", () => (this.held = input));
    input.addEventListener("focus", () => input.type === "number" && (this.held = input));
    for (const name of ["pointerup", "pointercancel", "change", "blur"])
      input.addEventListener(name, () => this.held === input && (this.held = null));
    return input;
  }
}
