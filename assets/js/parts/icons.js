// The house's icons: drawn on a grid of 16 units, in the colour of the text they stand beside. What they mean is said by
// what they stand on.

const FILLED = 'fill="currentColor"';
const DRAWN = 'fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"';

const SHAPES = {
  play: `<path d="M4.5 2.6v10.8L13 8z" ${FILLED} stroke="currentColor" stroke-width="1.2" stroke-linejoin="round"/>`,
  pause: `<path d="M4 3h2.6v10H4zM9.4 3H12v10H9.4z" ${FILLED} stroke="currentColor" stroke-linejoin="round"/>`,
  step: `<path d="M6.5 3.4v9.2L13 8z" ${FILLED} stroke="currentColor" stroke-linejoin="round"/><path d="M3.4 3v10" ${DRAWN}/>`,
  again: `<path d="M3.2 6.2A5.2 5.2 0 1 1 2.9 9.4M3 2.6v3.8h3.8" ${DRAWN}/>`,
  full: `<path d="M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4" ${DRAWN}/>`,
  compass: `<circle cx="8" cy="8" r="6.3" ${DRAWN}/><path d="M10.8 5.2 9.2 9.2 5.2 10.8 6.8 6.8z" ${FILLED}/>`,
  close: `<path d="M4 4l8 8M12 4l-8 8" ${DRAWN}/>`,
};

/** An icon, which nobody reads out. */
export function icon(name, size = 14) {
  const frame = document.createElement("template");
  frame.innerHTML = `<svg viewBox="0 0 16 16" width="${size}" height="${size}" class="mg-icon" data-icon="${name}" aria-hidden="true">${SHAPES[name]}</svg>`;
  return frame.content.firstElementChild;
}
