// What has changed from one state of a run to another, in words.

import { short } from "./dom.js";

const STATUS = { running: "Playing", paused: "Paused", finished: "The algorithm has come to its end", failed: "Stopped by an error" };
const DEEDS = { reset: () => "Started again", undo: (step) => `Brought back, at step ${step}`, seek: (step) => `Went back to step ${step}` };

/** How a choice is called: by its label, or by its name without hyphens. */
export function called(knob, choice) {
  return knob.labels?.[choice] ?? String(choice).replaceAll("-", " ");
}

/** A parameter's value as it is read. */
export function spoken(knob, value) {
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value === "number") return `${short(value)} ${knob.unit ?? ""}`.trim();
  return called(knob, value);
}

/** [what it is about, sentence] for every difference; `knobs` are all parameters, by name. */
export function news(before, now, knobs) {
  const found = [];
  const deed = now.deed.number !== before.deed.number ? now.deed : null;
  if (deed?.what === "card") found.push(["deed", `The card “${deed.card}” was started`]);
  else if (deed && DEEDS[deed.what]) found.push(["deed", DEEDS[deed.what](now.step.toLocaleString("en"))]);
  if (deed?.what !== "card")
    for (const [name, value] of Object.entries(now.params))
      if (value !== before.params[name] && knobs.has(name)) found.push([name, `${knobs.get(name).label} is now ${spoken(knobs.get(name), value)}`]);
  if (now.speed !== before.speed && deed?.what !== "card")
    found.push(["speed", now.speed === null ? "Speed is now without a limit" : `Speed is now ${short(now.speed)} steps a second`]);
  if (now.slow !== before.slow) found.push(["slow", now.slow ? "Slow motion: one phase of the algorithm at a time" : "Slow motion is over"]);
  else if (now.pace !== before.pace) found.push(["slow", `Slow motion goes at ${short(now.pace)} times its pace`]);
  const said = (state) => (state.good_step !== null ? `Diverged: ${state.reason}` : STATUS[state.status] ?? "");
  if (said(now) !== said(before) && said(now)) found.push(["status", said(now)]);
  return found;
}
