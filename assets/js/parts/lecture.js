// The lecture that a person has left to try something: where it is, kept in this tab alone.

const key = (slug) => `morphogen:lecture:${slug}`;

/** Note where the lecture is; null to forget it. */
export function noteLecture(slug, lecture) {
  try {
    if (lecture) sessionStorage.setItem(key(slug), JSON.stringify(lecture));
    else sessionStorage.removeItem(key(slug));
  } catch {
    // storage is switched off: there is no way back but the link
  }
}

/** Its {run, token}, if one was left. */
export function leftLecture(slug) {
  try {
    return JSON.parse(sessionStorage.getItem(key(slug)) ?? "null");
  } catch {
    return null;
  }
}

/** An address of this page with these parameters. */
export function here(query) {
  const url = new URL(location.href);
  url.search = new URLSearchParams(query).toString();
  return url.href;
}
