// What a page was drawn for, and what its run has meanwhile become.

/** Answers what to call with every state: it has the page drawn again, once, where the run has been set up otherwise. */
export function followSetup(notify) {
  let asked = null;
  return (state, setup) => {
    const stale = Object.entries(setup).some(([name, value]) => state.params[name] !== value);
    const now = JSON.stringify(state.params);
    if (!stale || asked === now) return;
    asked = now;
    notify("changed", now);
  };
}
