// Elements, words, sizes, ages. No markup is ever made of a text.
import { defs } from "./definitions.js";

const SVG = "http://www.w3.org/2000/svg";
export function icon(name) {
  const drawn = document.createElementNS(SVG, "svg"),
    use = document.createElementNS(SVG, "use");
  drawn.setAttribute("class", "ti");
  drawn.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `${document.body.dataset.icons}#${name}`);
  drawn.append(use);
  return drawn;
}
export function h(tag, said = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(said)) {
    if (value === null || value === undefined || value === false) {
      continue;
    }
    if (name.startsWith("on")) {
      made.addEventListener(name.slice(2), value);
    } else if (name === "value" && "value" in made) {
      made.value = value;
    } else {
      made.setAttribute(name, value === true ? "" : value);
    }
  }
  made.append(...children.flat().filter((one) => one !== null && one !== undefined && one !== false));
  return made;
}
export const lang = () => document.documentElement.lang || "en";
// What is set into a sentence keeps its own direction: a date, a name, a reference among words that go the other way.
const apart = (text) => (document.documentElement.dir === "rtl" && text !== "" ? `\u2068${text}\u2069` : text);
export function word(name, said = {}) {
  const text = (defs.document?.words ?? shellWords())[name] ?? name;
  return text.replace(/%\((\w+)\)s/g, (_all, key) => apart(said[key] ?? "")).replaceAll("%%", "%");
}
let shell = null;
function shellWords() {
  shell ??= JSON.parse(document.body.dataset.words);
  return shell;
}
export function size(number) {
  const unit = number < 1000 ? ["B", 1] : number < 1e6 ? ["kB", 1e3] : number < 1e9 ? ["MB", 1e6] : ["GB", 1e9],
    value = number / unit[1];
  const digits = { maximumFractionDigits: value < 10 && unit[1] > 1e3 ? 1 : 0 };
  return `${new Intl.NumberFormat(lang(), digits).format(value)} ${unit[0]}`;
}
export function age(from, now) {
  const minutes = Math.max(0, Math.floor((now - Date.parse(from)) / 60000)),
    days = Math.floor(minutes / 1440),
    hours = Math.floor(minutes / 60) % 24;
  const parts = days ? { day: days, hour: hours } : hours ? { hour: hours, minute: minutes % 60 } : { minute: minutes };
  return Object.entries(parts)
    .map(([unit, n]) => new Intl.NumberFormat(lang(), { style: "unit", unit, unitDisplay: "short" }).format(n))
    .join(" ");
}
export const when = (iso) =>
  new Intl.DateTimeFormat(lang(), { dateStyle: "medium", timeStyle: "short" }).format(new Date(iso));
export const day = (iso) => new Intl.DateTimeFormat(lang(), { dateStyle: "medium" }).format(new Date(iso));
export const time = (iso) => new Intl.DateTimeFormat(lang(), { timeStyle: "medium" }).format(new Date(iso));
export function sheet(title, side, ...inside) {
  return h(
    "section",
    { class: "sheet", "aria-label": title },
    h("header", {}, h("h2", {}, title), side ? h("span", { class: "push t12 quiet" }, side) : null),
    ...inside,
  );
}
export function button(text, sign, act, css = "btn btn-plain", more = {}) {
  return h("button", { type: "button", class: css, onclick: act, ...more }, sign ? icon(sign) : null, text);
}
export function step(state, title, what, ...deeds) {
  return h(
    "section",
    { class: "tw-step", "aria-label": title },
    h("span", { class: `st ${state[0]}` }, h("span", {}, state[1])),
    h("div", { class: "what" }, h("b", {}, title), what),
    h("div", { class: "deeds" }, ...deeds),
  );
}
export function callout(kind, ...inside) {
  return h(
    "div",
    { class: `tw-callout gap-t ${kind}`, role: "status" },
    icon(kind === "warn" ? "alert-triangle" : kind === "stop" ? "alert-octagon" : "info-circle"),
    h("div", {}, ...inside.filter((one) => one !== null)),
  );
}
