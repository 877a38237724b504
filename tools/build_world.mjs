// Makes tidewaiter/drawing/data/world.json: the countries as drawn on our maps, once for each ocean in the middle.
// node tools/build_world.mjs NODE_MODULES   (needs d3-geo, topojson-client and world-atlas there)
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
const modules = resolve(process.argv[2]), need = createRequire(modules + "/x.js");
const { pathToFileURL } = await import("node:url");
const d3 = await import(pathToFileURL(need.resolve("d3-geo")).href);
const { feature } = await import(pathToFileURL(need.resolve("topojson-client")).href);
const atlas = n => JSON.parse(readFileSync(`${modules}/world-atlas/countries-${n}.json`));
const codes = {};
const rows = readFileSync("codes/country.csv", "utf8").trim().split("\n").map(r => r.split(","));
const numeric = rows[0].indexOf("numeric");
for (const r of rows.slice(1)) if (!r[2] && /^\d+$/.test(r[r.length - 1])) codes[r[r.length - 1].padStart(3, "0")] = r[0];
const byName = { "Kosovo": "XK" };
const code = f => codes[f.id] ?? byName[f.properties?.name] ?? null;
const coarse = atlas("110m"), fine = atlas("50m");
const land = feature(coarse, coarse.objects.countries).features.filter(f => f.id !== "010");
const W = 880, H = 413, views = {};
const short = d => d && d.replace(/(\d+\.\d)\d*/g, "$1").replace(/\.0(?=\D|$)/g, "");
for (const [name, centre] of [["atlantic", 0], ["indian", 70], ["pacific", 150]]) {
  const proj = d3.geoEqualEarth().rotate([-centre, 0]).fitExtent([[6, 4], [W - 6, H - 4]], { type: "MultiPoint", coordinates: [[centre - 179.9, 0], [centre + 179.9, 0], [centre, 84], [centre, -57]] });
  const path = d3.geoPath(proj.clipExtent([[0, 0], [W, H]]));
  const drawn = {};
  for (const f of land) { const d = short(path(f)); if (d) { const c = code(f) ?? "-"; drawn[c] = (drawn[c] ?? "") + d; } }
  views[name] = { centre, scale: +proj.scale().toFixed(4), translate: proj.translate().map(x => +x.toFixed(3)), countries: drawn,
    graticule: short(path(d3.geoGraticule().step([30, 30])())), edge: short(path({ type: "Sphere" })) };
}
const anchors = {};
for (const f of feature(fine, fine.objects.countries).features) {
  const c = code(f); if (!c) continue;
  const parts = f.geometry.type === "Polygon" ? [f.geometry.coordinates] : f.geometry.coordinates;
  const widest = parts.map(p => ({ type: "Polygon", coordinates: p })).sort((a, b) => d3.geoArea(b) - d3.geoArea(a))[0];
  anchors[c] = d3.geoCentroid(widest).map(x => +x.toFixed(2));
}
writeFileSync("tidewaiter/drawing/data/world.json", JSON.stringify({ source: "world-atlas 2.0.2 (ISC), from Natural Earth (public domain); drawn with d3-geo (ISC)", width: W, height: H, views, anchors }) + "\n");
