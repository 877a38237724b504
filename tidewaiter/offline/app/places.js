// Places (codelists/places.py), of the countries that the pack holds. What lies elsewhere is left to the node, which is
// said.
import { defs, find } from "./definitions.js";
import { fold, strip, withoutDoubt } from "./text.js";
import { listView } from "./lists.js";

let held = null,
  heldOf = null;
function places() {
  const pack = defs.packs?.get("unlocode") ?? { codes: [], countries: [] };
  if (heldOf !== pack) {
    heldOf = pack;
    held = { codes: new Map(), names: new Map(), countries: new Set(pack.countries), elsewhere: new Set() };
    for (const [country, codes] of Object.entries(pack.elsewhere ?? {})) {
      for (let at = 0; at < codes.length; at += 3) {
        held.elsewhere.add(country + codes.slice(at, at + 3));
      }
    }
    for (const [code, use, retired, names] of pack.codes) {
      held.codes.set(code, { use, retired, names });
      if (retired) {
        continue;
      }
      for (const name of names) {
        const key = fold(name);
        if (!held.names.has(key)) {
          held.names.set(key, []);
        }
        if (!held.names.get(key).includes(code)) {
          held.names.get(key).push(code);
        }
      }
    }
  }
  return held;
}
export function placeUse(code) {
  return places().codes.get(code)?.use ?? "";
}
export function placeName(code) {
  return places().codes.get(code)?.names[0] ?? "";
}
export function suggestPlaces(text, country, most = 8) {
  const said = fold(text),
    found = [];
  if (said.length < 2) {
    return found;
  }
  for (const [code, one] of places().codes) {
    if (one.retired || (country && !code.startsWith(country))) {
      continue;
    }
    if (code.toLowerCase().startsWith(said) || one.names.some((name) => fold(name).startsWith(said))) {
      found.push([code, one.names[0], /[14]/.test(one.use) ? 0 : 1]);
    }
  }
  return found.sort((a, b) => a[2] - b[2] || a[1].localeCompare(b[1])).slice(0, most);
}
function asked(text, within) {
  const said = text.trim(),
    codes = [said.replaceAll(" ", "").toUpperCase()];
  let country = within;
  const match = defs.full.behind.exec(said),
    names = [said];
  if (match) {
    const behind = listView("country").resolve(match.groups.country).code;
    if (behind && (!country || behind === country)) {
      country = behind;
      names.push(match.groups.name);
    }
  }
  const bare = names.map((name) => strip(withoutJoints(name.replace(defs.re.place_kinds, " ").trim()), " ,-"));
  const all = [...new Set([...names, ...bare])].filter(Boolean);
  for (const name of all) {
    if (country && /^[A-Za-z]{3}$/.test(name)) {
      codes.push(country + name.toUpperCase());
    }
  }
  if (find("airport", said)) {
    const view = listView("airport");
    for (const name of all) {
      for (const iata of view.byLabel.get(fold(name)) ?? []) {
        const home = String(view.codes.get(iata).data.country ?? "");
        if (!country || home === country) {
          codes.push(home + iata);
        }
      }
    }
  }
  return { codes, names: all.map((name) => fold(name).slice(0, 200)), country };
}
function withoutJoints(text) {
  return text.replace(defs.re.joints, "").replace(defs.re.joints, "");
}

const isCode = (code, here) => here.codes.has(code) || here.elsewhere.has(code);
export function resolvePlace(text, within) {
  const one = asked(text, within),
    here = places(),
    code = one.codes.find((known) => isCode(known, here));
  if (!one.country || !here.countries.has(one.country)) {
    const sure = one.country && code?.startsWith(one.country) && !withoutDoubt(text);
    return sure ? { code } : { code: null, unread: true };
  }
  const meant = meantBy(text, one, here);
  return meant.code && withoutDoubt(text) ? { code: null, doubted: true } : meant;
}
function meantBy(text, one, here) {
  const codes = one.codes.filter((code) => isCode(code, here));
  let named = [];
  for (const name of one.names) {
    named = (here.names.get(name) ?? []).filter((code) => code.startsWith(one.country));
    if (named.length) {
      break;
    }
  }
  if (codes.length && (codes[0].startsWith(one.country) || !named.length)) {
    return { code: codes[0] };
  }
  if (named.length === 1) {
    return { code: named[0] };
  }
  return named.length ? { code: null, several: true } : { code: null };
}
