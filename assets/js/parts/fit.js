// The first screen of a page is fitted to the window: what stands below the picture is seen together with it.

const WIDE = 1025; // pixels of the window from which the picture stands beside the controls
const SPARE = 6; // pixels at the lower edge
const LEAST = 0.42; // of the window is always the picture's
const SETTLE_MS = 120; // after which a change of layout is looked at
const YIELDS = 60; // pixels after which a picture that stays makes room for what is scrolled below it
const UPRIGHT = "(max-width: 1024px) and (min-height: 700px) and (orientation: portrait)"; // where the picture stays, as in shell.css

let watching = null;
let yielding = null;

/** Keep the picture as high as what stands below it allows; called by any view of the stage. */
export function fitStage() {
  const stage = /** @type {HTMLElement | null} */ (document.querySelector(".st-key-stage"));
  if (!stage || watching === stage) return;
  watching = stage;
  let later;
  let fitted = false; // then the words of slow motion, which come and go, change nothing
  const look = () => {
    clearTimeout(later);
    later = setTimeout(() => stage.isConnected && !(fitted && stage.hasAttribute("data-phase")) && (fitted = fit(stage)), SETTLE_MS);
  };
  const seen = new ResizeObserver(look);
  for (const part of stage.querySelectorAll(".st-key-picture, .st-key-rail")) seen.observe(part);
  window.addEventListener("resize", () => {
    fitted = false;
    stage.style.removeProperty("--mg-picture-height"); // as the style has it, to begin with
    look();
  });
}

/** Answers whether there was a picture to fit. */
function fit(stage) {
  const [picture, rail] = [stage.querySelector(".st-key-picture"), stage.querySelector(".st-key-rail")];
  if (innerWidth < WIDE || !picture || !rail || document.fullscreenElement) return false;
  const boxes = [...picture.querySelectorAll(".mg-box, .mg-plot")].filter((box) => box.clientHeight > 0);
  const high = boxes.reduce((sum, box) => sum + box.getBoundingClientRect().height, 0);
  const top = parseFloat(getComputedStyle(picture.closest("[data-testid=stColumn]")).top) || 0;
  const over = top + rail.getBoundingClientRect().bottom - picture.getBoundingClientRect().top + SPARE - innerHeight;
  const now = stage.querySelector(".mg-box")?.getBoundingClientRect().height;
  if (!high || !now) return false;
  if (over <= 0) return true;
  const given = picture.closest("[data-testid=stColumn]").getBoundingClientRect().width / Number(getComputedStyle(stage).getPropertyValue("--mg-stage") || 1);
  const wanted = Math.max(given * (1 - over / high), LEAST * innerHeight);
  if (wanted < given - 1) stage.style.setProperty("--mg-picture-height", `${Math.floor(wanted)}px`);
  return true;
}

/** On an upright screen the picture stays in sight above what scrolls; there it makes room, without moving anything. */
export function yieldStage() {
  const stage = /** @type {HTMLElement | null} */ (document.querySelector(".st-key-stage"));
  const page = stage?.closest("[data-testid=stMain]");
  const place = stage?.querySelector(".st-key-picture")?.parentElement;
  if (!page || !place || yielding === stage) return;
  yielding = stage;
  const upright = matchMedia(UPRIGHT);
  let high = 0; // of the picture and what belongs to it, before it made room
  const keep = () => {
    place.style.marginBottom = stage.hasAttribute("data-away") ? `${Math.max(0, high - place.offsetHeight)}px` : "";
  };
  const look = () => {
    const away = upright.matches && page.scrollTop > YIELDS;
    if (away === stage.hasAttribute("data-away")) return;
    if (away) high = place.offsetHeight;
    stage.toggleAttribute("data-away", away);
    keep();
  };
  const anew = () => {
    stage.removeAttribute("data-away");
    place.style.marginBottom = "";
    look();
  };
  page.addEventListener("scroll", look, { passive: true });
  window.addEventListener("resize", anew);
  new ResizeObserver(keep).observe(place); // the words of slow motion, which come and go, move nothing either
  look();
}
