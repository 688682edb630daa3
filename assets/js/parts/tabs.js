// The tabs of the page below the picture, which are Streamlit's: the one chosen is part of the link.

import { Look } from "./looks.js";

const GROUPS = "[data-testid=stTabs], [data-testid=stButtonGroup]";
const TABS = "[role=tab], [role=radio], button";
const PATIENCE_MS = 30000; // the lower part of a page comes late
const name = (tab) => tab.textContent.trim().slice(0, 60);

/** Follow the page's tabs, and choose those that the link names once they are there; answers how to stop. */
export function followTabs(live) {
  const look = new Look(live, "tabs");
  const done = new Set();
  const groups = () => [...document.querySelectorAll(GROUPS)];
  const tabs = (group) => [...group.querySelectorAll(TABS)];
  const restore = () => groups().forEach((group, index) => {
    if (done.has(index) || !tabs(group).length) return;
    done.add(index);
    const wanted = look.oneOf(String(index), tabs(group).map(name));
    if (wanted !== undefined) tabs(group).find((tab) => name(tab) === wanted).click();
  });
  const clicked = (event) => {
    const tab = event.target.closest?.(TABS);
    const group = tab?.closest(GROUPS);
    if (!group) return;
    const index = groups().indexOf(group);
    if (event.isTrusted) look.keep(String(index), name(tab), name(tabs(group)[0]));
  };
  const observer = new MutationObserver(restore);
  observer.observe(document.body, { childList: true, subtree: true });
  const enough = setTimeout(() => observer.disconnect(), PATIENCE_MS);
  document.addEventListener("click", clicked, true);
  restore();
  return () => {
    observer.disconnect();
    clearTimeout(enough);
    document.removeEventListener("click", clicked, true);
  };
}
