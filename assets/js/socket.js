// One socket per run and tab, shared by every view on the page; frames in, commands out.

import { Looks } from "./parts/looks.js";

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
    this.coming = null; // a scene whose first frame has not come yet
    this.listeners = new Set();
    this.failures = 0;
    this.looks = new Looks(() => this.tell("look", null));
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
    if (message.kind === "scene") this.coming = message; // shown with its own frame, never with the one before
    else if (message.kind === "history") this.tell("history", (this.history = message));
    else this.expect(message);
  }

  expect(message) {
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
    const frame = this.pending;
    this.pending = null;
    if (this.owed) this.send({ do: "ack" });
    this.owed = false;
    if (this.coming?.version === frame.scene) {
      this.scene = this.coming;
      this.coming = null;
      this.frame = null;
      this.tell("scene", this.scene);
    }
    if (this.scene?.version !== frame.scene) return; // of a scene that has been replaced meanwhile
    this.frame = frame;
    this.tell("frame", frame);
    this.doChore();
    this.seen = (this.seen ?? 0) + 1;
    if (this.seen === 2) this.firstDrawn();
  }
}
