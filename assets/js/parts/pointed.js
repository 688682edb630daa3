// What of a run somebody points at, told to all its views: a box of the diagram, a switch, or a thing in the picture.

const EVENT = "morphogen-pointed";

/** Say that `name` is pointed at, "" for nothing any more; `where` is "diagram", "switch" or "picture". */
export function point(run, name, where) {
  document.dispatchEvent(new CustomEvent(EVENT, { detail: { run, name, where } }));
}

/** Be told what of a run is pointed at; answers how to stop. */
export function onPointed(run, act) {
  const hear = (event) => event.detail.run === run && act(event.detail);
  document.addEventListener(EVENT, hear);
  return () => document.removeEventListener(EVENT, hear);
}

/** Let a node say that `name` is pointed at while a mouse is on it or a key has led there; then what `rest` answers. */
export function points(node, run, name, where, rest = () => "") {
  node.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && point(run, name, where));
  node.addEventListener("focusin", (event) => event.target.matches(":focus-visible") && point(run, name, where));
  for (const leaving of ["pointerleave", "focusout"]) node.addEventListener(leaving, () => point(run, rest(), where));
}
