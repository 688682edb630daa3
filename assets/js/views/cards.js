// Try this: numbered cards that set everything they need and say what to look for. Followed in place, they act on the
// run at once, and the text of the active one stays in sight; copied or opened in a new tab, they are ordinary links.

import { View, mount } from "../mount.js";
import { element } from "../parts/dom.js";
import { fitStage } from "../parts/fit.js";
import { icon } from "../parts/icons.js";

export default (component) => mount(component, (root, data, live) => new Cards(root, data, live));

class Cards extends View {
  constructor(root, data, live) {
    super(root, data, live);
    this.active = null;
    root.classList.add("mg-try");
    this.rail = element("ol", { class: "mg-rail", "aria-label": "Experiments to try" });
    this.told = element("div", { class: "mg-told", "aria-live": "polite" });
    root.append(element("h2", {}, "Try this"), this.rail, this.told);
    this.build();
    fitStage();
  }

  update(data) {
    this.data = data;
    this.build();
  }

  build() {
    this.links = this.data.cards.map((card, index) => {
      const query = new URLSearchParams(card.query).toString();
      return element("a", { href: `${location.pathname}${query ? `?${query}` : ""}`, target: "_self", title: card.text,
        onclick: (event) => this.follow(event, index) }, element("b", {}, String(index + 1)), element("span", {}, card.title));
    });
    this.rail.replaceChildren(...this.links.map((link) => element("li", {}, link)));
    this.tell();
  }

  follow(event, index) {
    if (this.live.role !== "owner" || this.live.link !== "open" || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const card = this.data.cards[index];
    if (card.speed !== null) this.live.send({ do: "speed", steps_per_s: card.speed });
    this.live.send({ do: card.fresh ? "reset" : "set", values: card.values, card: card.title });
    this.live.send({ do: "play" });
    this.active = index;
    this.tell();
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const picture = document.querySelector(".st-key-picture .mg-view");
    picture?.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
  }

  tell() {
    this.links.forEach((link, index) => {
      if (index === this.active) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
    const card = this.data.cards[this.active];
    this.told.toggleAttribute("data-active", Boolean(card));
    const close = element("button", { type: "button", class: "mg-close", "aria-label": "Close", onclick: () => this.told.removeAttribute("data-active") }, icon("close"));
    this.told.replaceChildren(card ? close : "", element("p", {}, card ? card.text : "Click one: it sets itself up and says what to look for."),
      card?.answer ? element("details", {}, element("summary", {}, "Did you see it?"), element("p", {}, card.answer)) : "");
  }
}
