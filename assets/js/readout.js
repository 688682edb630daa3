// Numbers and sentences from the newest frame, in words that a screen reader can follow at its own pace.

import { element, mount, short } from "./live.js";

const PAUSE_MS = 150; // faster than this nobody can read

export default (component) =>
  mount(component, (root, data) => {
    root.classList.add("mg-readout");
    const cells = data.metrics.map(({ name, label, unit, help }) => {
      const value = element("strong", { "data-metric": name }, "–");
      root.append(element("div", { title: help }, element("span", {}, label), value));
      return { name, unit, value };
    });
    const sentences = data.words.map((name) => {
      const line = element("p", { "data-word": name });
      root.append(line);
      return { name, line };
    });
    let next = 0;
    const put = (node, text) => node.textContent !== text && (node.textContent = text);
    return {
      frame(frame) {
        const now = performance.now();
        if (now < next && frame.status === "running") return false;
        next = now + PAUSE_MS;
        for (const { name, unit, value } of cells) {
          const number = frame.metrics[name];
          put(value, Number.isFinite(number) ? `${short(number)}${unit ? ` ${unit}` : ""}` : "–");
        }
        for (const { name, line } of sentences) put(line, frame.words[name] ?? "");
        return true;
      },
    };
  });
