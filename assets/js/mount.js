// A view on a page: mounted into its Streamlit component, hung on the run's socket, counted as it draws.

import { join } from "./socket.js";

const mounted = new WeakMap(); // parentElement -> {view, generation}

/** What views begin with: the element that is theirs, what the page has handed them, and the run's connection. */
export class View {
  constructor(root, data, live) {
    this.root = root;
    this.data = data;
    this.live = live;
  }

  /** The page has been drawn again. */
  update(data) {
    this.data = data;
  }
}

/**
 * Mount a view into a Streamlit component, or bring it up to date if it is there already.
 * make(root, data, live, notify) answers {always?, update(data)?, state(s)?, link(l)?, scene(s)?, history(h)?, frame(f)?, reply(r)?, sight(inSight)?, close()?}.
 */
export function mount(component, make) {
  const { parentElement, data } = component;
  style();
  let entry = mounted.get(parentElement);
  if (entry && entry.run !== data.run) {
    entry.dispose();
    entry = null;
  }
  if (entry) {
    entry.generation += 1;
    entry.component = component;
    entry.view.update?.(data);
  } else {
    entry = create(component, make);
    mounted.set(parentElement, entry);
  }
  const generation = entry.generation;
  return () => {
    if (entry.generation !== generation || mounted.get(parentElement) !== entry) return;
    mounted.delete(parentElement);
    entry.dispose();
  };
}

function create(component, make) {
  const { parentElement, data } = component;
  const entry = { component, run: data.run, generation: 0 };
  const notify = (name, value) => entry.component.setTriggerValue(name, value);
  const root = document.createElement("div");
  root.className = "mg-view";
  parentElement.replaceChildren(root);
  Object.assign(root.dataset, { run: data.run, status: "connecting", step: "0", frames: "0", version: "0",
    role: data.owner ? "owner" : "viewer" });
  const live = join(data);
  const view = make(root, data, live, notify);
  // what is scrolled out of sight is not drawn, only remembered
  let inSight = true;
  let missed = null;
  const show = (frame) => view.frame?.(frame) !== false && count(root, frame); // false: not drawn this time
  const sight = new IntersectionObserver((entries) => {
    inSight = entries.at(-1).isIntersecting;
    view.sight?.(inSight);
    if (inSight && missed) show(missed);
    missed = null;
  }, { rootMargin: "100px" });
  sight.observe(root);
  const stop = live.listen((kind, message) => {
    if (kind === "state") root.dataset.status = message.status;
    if (kind === "link" && message !== "open") root.dataset.status = message;
    if (kind === "link" && message === "open" && live.state) root.dataset.status = live.state.status;
    if (kind === "frame") {
      if (inSight || view.always) show(message);
      else missed = message;
    } else if (["state", "link", "scene", "history"].includes(kind)) view[kind]?.(message);
    else view.reply?.(kind, message);
  });
  entry.view = view;
  entry.dispose = () => {
    stop();
    sight.disconnect();
    view.close?.();
    live.leave();
    root.remove();
  };
  return entry;
}

/** Note on a view's root element which frame it has drawn. */
export function count(root, frame) {
  root.dataset.step = frame.step;
  root.dataset.version = frame.version;
  root.dataset.frames = Number(root.dataset.frames) + 1;
  root.toggleAttribute("data-drawn", true); // what style may ask for: a number would have it look anew each frame
}

function style() {
  const href = new URL("../css/live.css", import.meta.url).href;
  if (document.querySelector(`link[href="${href}"]`)) return;
  document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href }));
}
