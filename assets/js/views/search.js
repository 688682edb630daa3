// Search among the cards of the gallery, by title and by any word of theirs, while it is typed.

import { element, put } from "../parts/dom.js";

export default ({ parentElement }) => {
  if (parentElement.querySelector(".mg-search")) return undefined; // the page has been drawn again
  style();
  const said = element("span", { role: "status" });
  const input = element("input", { type: "search", placeholder: "Search: a title, a word, an author", "aria-label": "Search the exhibits", oninput: () => filter(input.value, said) });
  parentElement.replaceChildren(element("div", { class: "mg-search", role: "search" }, input, said));
  return () => filter("", said);
};

/** Show the cards that have every word, and the subjects that have such cards. */
function filter(text, said) {
  const words = plain(text).split(/\s+/).filter(Boolean);
  let found = 0;
  for (const section of document.querySelectorAll(".mg-subject")) {
    let here = 0;
    for (const card of /** @type {NodeListOf<HTMLElement>} */ (section.querySelectorAll(".mg-gallery > a"))) {
      const about = plain(`${card.textContent} ${card.dataset.words}`);
      card.hidden = !words.every((word) => about.includes(word));
      here += card.hidden ? 0 : 1;
    }
    /** @type {HTMLElement} */ (section).hidden = here === 0;
    found += here;
  }
  put(said, words.length === 0 ? "" : found === 0 ? "Nothing of that name." : `${found} found`);
}

/** Without capitals and accents. */
const plain = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");

function style() {
  const href = new URL("../../css/live.css", import.meta.url).href;
  if (document.querySelector(`link[href="${href}"]`)) return;
  document.head.append(element("link", { rel: "stylesheet", href }));
}
