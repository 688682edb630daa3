// What a plane is made of. A layer is {kind, …} as declared in ui/views/plane.py; DRAW has a function for each kind, of
// (sheet, layer).
//
// A sheet is what they draw on: {pen, x, y, wide, tall, bounds, palette, array, metric, word, share}: x and y take data
// units to pixels, y upwards; array(name), metric(name) and word(name) look into the frame and, behind it, the scene;
// share says how much of their way travellers have made.

import { CELLS } from "./layers/cells.js";
import { CURVES } from "./layers/curves.js";
import { DOTS } from "./layers/dots.js";
import { LINES } from "./layers/lines.js";

export { levels, rampOf } from "./layers/shared.js";
export const DRAW = { ...CELLS, ...DOTS, ...LINES, ...CURVES };
