// Try this: links that set parameters and say what to look for. Followed in place, they act on the run at once;
// copied or opened in a new tab, they are ordinary links.

import { mount } from "../mount.js";
import { element } from "../parts/dom.js";

export default (component) =>
  mount(component, (root, data, live) => {
    const box = element("div", { class: "mg-cards" });
    for (const card of data.cards) {
      const query = new URLSearchParams(card.query).toString();
      const follow = (event) => {
        if (live.role !== "owner" || live.link !== "open" || event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        live.send(card.fresh ? { do: "reset", values: card.values } : { do: "set", values: card.values });
        live.send({ do: "play" });
        const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
        const picture = document.querySelector(".st-key-stage .mg-box, .st-key-stage .mg-view");
        picture?.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
      };
      box.append(element("a", { href: `${location.pathname}${query ? `?${query}` : ""}`, target: "_self", onclick: follow },
        element("strong", {}, card.title), element("span", {}, card.text)));
    }
    root.append(box);
    return {};
  });
