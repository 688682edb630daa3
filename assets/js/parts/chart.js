// What a figure of the house does beyond Plotly: heights that follow their data without jumping, and curves that are
// labelled where they end, not in a legend above.

const LATER = 0.1; // what a history shows in this first part of it may be a start-up reading
const CALM = 3; // so many times as far as all that came later
const SEVERAL = 20; // readings, before that is judged
const LINE = 13; // pixels that a line of a label takes
const LETTER = 11; // its size
const OUTSIDE = 0.85; // a curve that ends beyond this share of the width is labelled beside the plot
const HIGH = 0.85; // a label beyond this share of the height stands below its curve
const WIDEST = 0.32; // of the figure may go to labels
const GAP = 5; // pixels between a curve and its label

/** Let axes of heights follow their data: a range grows when it must, and shrinks when half of it is empty. */
export function steady({ data, layout }, spans, settles) {
  for (const [name, span] of spans) {
    const axis = layout[name];
    const traces = data.filter((trace) => (trace.yaxis ?? "y") === name.replace("axis", ""));
    if (!traces.length || traces.some((trace) => !["scatter", "scattergl", "bar"].includes(trace.type ?? "scatter"))) continue;
    const [low, high] = settles ? settled(traces, axis) : extent(traces, axis);
    if (!(high >= low)) continue;
    const room = 0.06 * (high - low) || 0.05 * Math.abs(high) || 0.5;
    const fits = span && span[0] <= low && span[1] >= high && high - low > 0.5 * (span[1] - span[0]) - 4 * room;
    if (!fits) spans.set(name, [axis.rangemode === "tozero" && low >= 0 ? 0 : low - room, high + 2 * room]);
    [axis.range, axis.autorange] = [spans.get(name), false];
    if (axis.tickformat === "d") axis.dtick = Math.max(1, Math.ceil((axis.range[1] - axis.range[0]) / 4)); // things are counted in whole numbers
  }
}

/** The extent of a history, without a start that is far off all that came later. */
function settled(traces, axis) {
  const all = extent(traces, axis);
  if (axis.type === "log") return all;
  const later = extent(traces, axis, LATER);
  const counts = traces.map((trace) => trace.x?.length ?? 0);
  const calm = Math.max(...counts) >= SEVERAL && later[1] > later[0] && all[1] - all[0] > CALM * (later[1] - later[0]);
  return calm ? later : all;
}

/** Least and greatest height of some traces, as the axis counts them; from a share of their way on. */
function extent(traces, axis, from = 0) {
  let [low, high] = [Infinity, -Infinity];
  const zero = axis.rangemode === "tozero" || traces.some((trace) => trace.type === "bar" || trace.fill === "tozeroy");
  if (zero && axis.type !== "log") [low, high] = [0, 0];
  for (const { x, y } of traces) {
    const first = from > 0 && x?.length ? x[0] + from * (x[x.length - 1] - x[0]) : -Infinity;
    for (let index = 0; index < listed(y).length; index += 1) {
      const height = axis.type === "log" ? Math.log10(y[index]) : y[index];
      if (y[index] === null || !Number.isFinite(height) || (from > 0 && x[index] < first)) continue;
      if (height < low) low = height;
      if (height > high) high = height;
    }
  }
  return [low, high];
}

const listed = (values) => (Array.isArray(values) || ArrayBuffer.isView(values) ? /** @type {any} */ (values) : []);

/** The traces that are labelled at their ends: all that have a name, where all of these are curves. */
export function named({ data, layout }) {
  if (layout.showlegend === false) return [];
  const found = data.filter((trace) => trace.name && trace.showlegend !== false);
  const curves = found.every((trace) => ["scatter", undefined].includes(trace.type) && (trace.mode ?? "lines").startsWith("lines"));
  return curves && found.length > 1 ? found : [];
}

/**
 * Label curves at their ends, in their own colours; where one ends within the plot, there, else beside it.
 * `width` and `height` are the figure's in pixels, `least` the right margin so far; answers {notes, right}: annotations, and
 * the right margin that they need.
 */
export function labels(curves, figure, [width, height], least) {
  const { layout } = figure;
  const margin = { t: 22, b: 34, l: 52, r: 8, ...layout.template?.layout?.margin, ...layout.margin };
  const tall = height - margin.t - margin.b;
  const widest = WIDEST * width;
  const ends = curves.flatMap((trace) => {
    const end = lastSeen(trace, figure);
    if (!end) return [];
    const color = trace.line?.color ?? trace.marker?.color;
    return [{ ...end, lines: wrapped(trace.name, widest), color, outside: end.across > OUTSIDE }];
  });
  let right = least;
  for (const end of ends) if (end.outside) right = Math.max(right, GAP + 3 + Math.max(...end.lines.map(measure)));
  for (const end of ends) if (!end.outside) end.up += ((end.up > HIGH ? -1 : 1) * LINE) / 2 / tall; // beside the curve, and within the plot
  const wide = width - margin.l - Math.max(right, margin.r);
  for (const end of ends) end.before = !end.outside && end.across * wide + GAP + Math.max(...end.lines.map(measure)) > wide; // or it would lie on those beside
  for (const group of [true, false]) spread(ends.filter((end) => end.outside === group), tall);
  const notes = ends.map(({ lines, color, outside, before, across, up }) => ({
    text: lines.join("<br>"), font: { color, size: LETTER }, showarrow: false, align: "left",
    xref: "paper", yref: "paper", xanchor: before ? "right" : "left", yanchor: "middle", x: outside ? 1 : across, y: up, xshift: before ? -GAP : GAP,
  }));
  return { notes, right };
}

/** Where a curve is last to be seen, as shares of the plot, rightwards and upwards. */
function lastSeen({ x, y, xaxis = "x", yaxis = "y" }, figure) {
  if (x && !x.length) return null;
  const [across, up] = [scale("x", xaxis, figure), scale("y", yaxis, figure)];
  for (let index = listed(y).length - 1; index >= 0; index -= 1) {
    if (y[index] === null || x?.[index] === null) continue;
    const place = { across: across(x?.length ? x[index] : index), up: up(y[index]) };
    if ([place.across, place.up].every((share) => share >= -0.001 && share <= 1.001)) return place;
  }
  return null;
}

/** From an axis's numbers to shares of the figure's plot; NaN for what is not to be seen. */
function scale(letter, id, { data, layout }) {
  const axis = layout[id.replace(letter, `${letter}axis`)] ?? {};
  const count = axis.type === "log" ? Math.log10 : (value) => value;
  const traces = () => data.filter((trace) => (trace[`${letter}axis`] ?? letter) === id);
  const [first, last] = axis.range && axis.autorange !== true ? axis.range : reach(traces().map((trace) => trace[letter]), count);
  const [low, high] = axis.domain ?? [0, 1];
  return (value) => {
    const share = (count(value) - first) / (last - first || 1);
    return share >= -0.001 && share <= 1.001 ? low + share * (high - low) : NaN;
  };
}

/** The least and the greatest of many numbers, as an axis counts them. */
function reach(columns, count) {
  let [low, high] = [Infinity, -Infinity];
  for (const values of columns)
    for (const value of listed(values)) {
      const place = value === null ? NaN : count(value);
      if (place < low && place > -Infinity) low = place;
      if (place > high && place < Infinity) high = place;
    }
  return [low, high];
}

/** Move labels apart, up and down, so that none lies on another and all stay within the plot. */
function spread(ends, tall) {
  ends.sort((a, b) => b.up - a.up);
  const half = (end) => (LINE * end.lines.length) / 2 / tall;
  let ceiling = 1.04;
  for (const end of ends) {
    end.up = Math.min(end.up, ceiling - half(end));
    ceiling = end.up - half(end);
  }
  let floor = -0.06;
  for (const end of ends.reverse()) {
    end.up = Math.max(end.up, floor + half(end));
    floor = end.up + half(end);
  }
}

/** A name in lines that are no wider, as far as its words allow. */
function wrapped(name, widest) {
  const lines = [""];
  for (const word of name.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (lines.at(-1) && measure(longer) > widest) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

let ruler;

function measure(text) {
  ruler ??= document.createElement("canvas").getContext("2d");
  ruler.font = `${LETTER}px ${getComputedStyle(document.body).fontFamily}`;
  return ruler.measureText(text).width;
}
