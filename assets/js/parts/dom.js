// Elements, and the numbers written into them.

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

/** A labelled select; act(index, value) is told what was chosen. */
export function choice(label, options, act, id, chosen = options[0]) {
  const select = element("select", { "data-tool": id, onchange: () => act(select.selectedIndex, select.value) },
    ...options.map((option) => element("option", { selected: option === chosen }, option)));
  return element("label", {}, label, select);
}

/** What only who owns the run can use: who watches does not see it. */
export function owners(node) {
  node.dataset.owners = "";
  return node;
}

/** Write a text where it is not written yet: a screen reader hears every change. */
export function put(node, text) {
  if (node && node.textContent !== text) node.textContent = text;
}

/** A number in a few characters. */
export function short(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(2);
  return String(Number(value.toPrecision(4)));
}

/** A number with so many places behind the point; without them, with three digits, but whole ones that are counts in full. */
export function digits(value, places) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  if (places !== undefined && places !== null) return value.toFixed(places);
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e6) return value.toLocaleString("en");
  if (size < 1e-3 || size >= 1e6) return value.toExponential(1);
  return size >= 1000 ? Math.round(value).toLocaleString("en") : value.toPrecision(3);
}

/** Answers whether `wait` milliseconds have gone by since it last said yes. */
export function every(wait) {
  let next = 0;
  return (hurry = false) => {
    const now = performance.now();
    if (now < next && !hurry) return false;
    next = now + wait;
    return true;
  };
}
export const READABLE_MS = 150; // numbers that change faster than this nobody can read

/** Whether the processor draws what WebGL asks for, as there is no graphics card: it pays for every pixel. */
export function isSlow(gl) {
  const about = gl.getExtension("WEBGL_debug_renderer_info");
  return /swiftshader|llvmpipe|software|basic render/i.test(gl.getParameter(about ? about.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
}

const HEAD = 59; // pixels on top of the window that the page's head covers

/**
 * Chromium that composes without a graphics card shows only a part of a WebGL canvas which the window or the page's head
 * cuts, unless the canvas is blurred, though by nothing: it is as long as it is cut, since that takes a seventh more
 * of a frame.
 */
export function wholeWhereCut(canvas) {
  const cut = (entries) => canvas.classList.toggle("mg-cut", entries.at(-1).intersectionRatio < 1);
  new IntersectionObserver(cut, { threshold: 1, rootMargin: `-${HEAD}px 0px 0px` }).observe(canvas);
}
