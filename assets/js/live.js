// One socket per run and tab, shared by every view on the page; frames in, commands out.

const shared = new Map(); // run id -> Live
const RETRY_MS = [250, 500, 1000, 2000, 4000];
const LULL_MS = 60; // longer than frames are apart while they come at all
const REST = 1.5; // after a chore so many times as long belongs to the frames
const LONGEST_REST_MS = 200;
const FINAL = { 4404: "gone", 4403: "forbidden", 4401: "elsewhere", 4410: "closed", 4429: "full" };
const TYPES = {
  F32: Float32Array, U8: Uint8Array, I8: Int8Array, I16: Int16Array, U16: Uint16Array, I32: Int32Array, U32: Uint32Array,
};

/** Read a safetensors blob: {kind, metrics, words, ranges, …, arrays: {name: {data, shape}}}. Nothing is copied. */
export function decode(buffer) {
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  const about = JSON.parse(header.__metadata__.about);
  about.arrays = {};
  for (const [name, tensor] of Object.entries(header)) {
    if (name === "__metadata__") continue;
    const count = tensor.shape.reduce((product, size) => product * size, 1);
    const data = new TYPES[tensor.dtype](buffer, 8 + length + tensor.data_offsets[0], count);
    about.arrays[name] = { data, shape: tensor.shape, range: about.ranges[name] };
  }
  return about;
}

/** The numbers of an array, with an eye-only range (uint8) taken back to its units. */
export function numbers(array) {
  if (!array.range || !(array.data instanceof Uint8Array)) return array.data;
  const [low, high] = array.range;
  return Float32Array.from(array.data, (level) => low + (level * (high - low)) / 255);
}

/** The shared connection to a run; call leave() when the view goes. */
export function join({ run, token, base }) {
  let live = shared.get(run);
  if (!live) shared.set(run, (live = new Live(run, token, base)));
  live.users += 1;
  return live;
}

class Live {
  constructor(run, token, base) {
    this.run = run;
    this.token = token;
    this.base = base;
    this.users = 0;
    this.role = "viewer";
    this.link = "connecting"; // connecting, open, reconnecting, gone, forbidden, elsewhere, closed, full
    this.state = this.frame = this.scene = this.history = null;
    this.listeners = new Set();
    this.failures = 0;
    this.chores = new Map(); // whose -> what to do when no frame is waiting to be drawn
    this.nextChore = 0;
    this.firstFrame = new Promise((resolve) => {
      this.firstDrawn = resolve;
      setTimeout(resolve, 3000); // a paused run may have none to send
    });
    this.connect();
  }

  /** Be called with "state", "link", "scene", "history", "frame" or a reply's type, and the message. */
  listen(listener) {
    this.listeners.add(listener);
    for (const kind of ["state", "scene", "history", "frame"]) if (this[kind]) listener(kind, this[kind]);
    listener("link", this.link);
    return () => this.listeners.delete(listener);
  }

  send(command) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(command));
  }

  leave() {
    this.users -= 1;
    // a rerun of the page unmounts and mounts again within moments: let the socket outlive that
    setTimeout(() => {
      if (this.users > 0 || shared.get(this.run) !== this) return;
      shared.delete(this.run);
      clearTimeout(this.retry);
      this.link = "left";
      this.socket.close();
    }, 1500);
  }

  connect() {
    const url = new URL(`${this.base}/live/run/${this.run}`, location.origin);
    url.protocol = url.protocol.replace("http", "ws");
    url.searchParams.set("token", this.token);
    const socket = (this.socket = new WebSocket(url));
    socket.binaryType = "arraybuffer";
    socket.onmessage = (message) => this.receive(message.data);
    socket.onclose = (event) => this.lost(event.code);
  }

  lost(code) {
    if (this.link === "left") return;
    if (FINAL[code]) return this.become(FINAL[code]);
    this.become("reconnecting");
    const wait = RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)] * (0.8 + 0.4 * Math.random());
    this.failures += 1;
    this.retry = setTimeout(() => this.connect(), wait);
  }

  become(link) {
    this.link = link;
    this.tell("link", link);
  }

  tell(kind, message) {
    for (const listener of [...this.listeners]) {
      try {
        listener(kind, message);
      } catch (error) {
        console.error(error); // one broken view must not stop the others
      }
    }
  }

  receive(data) {
    if (typeof data === "string") {
      const message = JSON.parse(data);
      if (message.type === "hello") {
        this.role = message.role;
        this.failures = 0;
        this.become("open");
      } else if (message.type === "state") {
        this.state = message;
        this.tell("state", message);
      } else this.tell(message.type, message);
      return;
    }
    const message = decode(data);
    if (message.kind !== "frame") {
      this[message.kind] = message;
      this.tell(message.kind, message);
      return;
    }
    // the next frame travels while this one waits to be drawn, but a hidden page, which never draws, asks for no more
    const waiting = this.pending;
    this.pending = message;
    this.owed = Boolean(waiting);
    if (waiting) return;
    this.send({ do: "ack" });
    requestAnimationFrame(() => this.draw());
  }

  /** Do something slow, such as drawing a figure, after a frame and not before: one such chore per frame. */
  whenSpare(who, chore) {
    this.chores.set(who, chore);
    this.lull ??= setTimeout(() => this.doChore(), LULL_MS); // where no frame comes
  }

  doChore() {
    clearTimeout(this.lull);
    this.lull = this.chores.size > 0 ? setTimeout(() => this.doChore(), LULL_MS) : null;
    if (this.chores.size === 0 || performance.now() < this.nextChore) return;
    const [who, chore] = this.chores.entries().next().value;
    this.chores.delete(who);
    this.nextChore = Infinity;
    setTimeout(async () => { // the frame goes to the screen first
      const began = performance.now();
      try {
        await chore();
      } finally {
        const ended = performance.now();
        this.nextChore = ended + Math.min(REST * (ended - began), LONGEST_REST_MS);
      }
    }, 0);
  }

  draw() {
    this.frame = this.pending;
    this.pending = null;
    if (this.owed) this.send({ do: "ack" });
    this.owed = false;
    this.tell("frame", this.frame);
    this.doChore();
    this.seen = (this.seen ?? 0) + 1;
    if (this.seen === 2) this.firstDrawn();
  }
}

const mounted = new WeakMap(); // parentElement -> {view, generation}

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
  Object.assign(root.dataset, { run: data.run, status: "connecting", step: "0", frames: "0", version: "0" });
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
}

function style() {
  const href = new URL("../css/live.css", import.meta.url).href;
  if (document.querySelector(`link[href="${href}"]`)) return;
  document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href }));
}

/** Make an element: element("button", {type: "button", class: "x"}, "text", child …). */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== undefined && value !== null) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** Who touches a picture to change it cannot scroll with the same finger; who only watches can. */
export function touchable(node, live) {
  node.style.touchAction = live.role === "owner" ? "none" : "auto";
}

/** Streamlit's theme as seen from an element. */
export function theme(node) {
  const css = getComputedStyle(node);
  const get = (name, otherwise) => css.getPropertyValue(name).trim() || otherwise;
  return {
    text: get("--st-text-color", "#31333f"),
    background: get("--st-background-color", "#ffffff"),
    secondary: get("--st-secondary-background-color", "#f0f2f6"),
    border: get("--st-border-color", "#d0d3da"),
    primary: get("--st-primary-color", "#0072b2"),
    font: get("--st-font", "sans-serif"),
  };
}

/** A number in a few characters. */
export function short(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(2);
  return String(Number(value.toPrecision(4)));
}
