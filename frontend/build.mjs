// Builds what the browser gets: `node build.mjs [--outdir FOLDER]`, by default src/plumbline/web/static/bundle.
// The same sources give the same bytes; `make check` builds into a scratch folder and compares.
import { build } from "esbuild";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const wish = process.argv.indexOf("--outdir");
const outdir = resolve(wish > 0 ? process.argv[wish + 1] : join(here, "../src/plumbline/web/static/bundle"));

// Offices keep browsers for years: the floor is Chromium 90, Firefox 91 and Safari 15.
const shared = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  charset: "utf8",
  target: ["chrome90", "firefox91", "safari15"],
  legalComments: "none",
  logLevel: "warning",
  outdir,
};

async function icons() {
  const names = JSON.parse(await readFile(join(here, "src/icons.json"), "utf8"));
  const found = {};
  for (const [name, file] of Object.entries(names).sort()) {
    const svg = await readFile(join(here, "node_modules/@tabler/icons/icons", `${file}.svg`), "utf8");
    const inside = svg.replace(/<!--[\s\S]*?-->/g, "").match(/<svg[^>]*>([\s\S]*)<\/svg>/)[1];
    found[name] = inside.replace(/\s*\n\s*/g, "").trim();
  }
  await writeFile(join(outdir, "icons.json"), `${JSON.stringify(found, null, 1)}\n`);
}

async function notices() {
  const parts = ["Third-party code in this folder, with its licences.\n"];
  for (const name of ["@tabler/core", "@tabler/icons", "bootstrap", "@popperjs/core", "htmx.org", "echarts", "zrender", "tslib"]) {
    const folder = join(here, "node_modules", name);
    const about = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    let text = "";
    for (const file of ["LICENSE", "LICENSE.md", "LICENSE.txt", "NOTICE"]) {
      text += await readFile(join(folder, file), "utf8").catch((error) => {
        if (error.code === "ENOENT") return "";
        throw error;
      });
    }
    parts.push(`${"=".repeat(78)}\n${name} ${about.version} (${about.license})\n\n${text.trim()}\n`);
  }
  await writeFile(join(outdir, "NOTICES.txt"), `${parts.join("\n")}`);
}

await rm(outdir, { recursive: true, force: true });
await mkdir(outdir, { recursive: true });
await build({ ...shared, entryPoints: { app: "src/app.css" }, external: ["*.svg"] });
await build({ ...shared, entryPoints: { app: "src/app.ts" }, format: "iife" });
await build({ ...shared, entryPoints: { charts: "src/charts.ts" }, format: "esm" });
await build({ ...shared, entryPoints: { inspect: "src/inspect.css" } });
await build({ ...shared, entryPoints: { inspect: "src/inspect.ts", "inspect-worker": "src/inspect-worker.ts" }, format: "iife" });
await build({ ...shared, entryPoints: { editor: "src/editor.css" } });
await build({ ...shared, entryPoints: { editor: "src/editor.ts" }, format: "iife" });
await build({ ...shared, entryPoints: { procedure: "src/procedure.css" } });
await build({ ...shared, entryPoints: { procedure: "src/procedure.ts" }, format: "iife" });
await build({ ...shared, entryPoints: { meeting: "src/meeting.css" } });
await build({ ...shared, entryPoints: { meeting: "src/meeting.ts" }, format: "iife" });
await build({ ...shared, entryPoints: { duties: "src/duties.css" } });
await build({ ...shared, entryPoints: { weights: "src/weights.css" } });
await build({ ...shared, entryPoints: { weights: "src/weights.ts" }, format: "iife" });
await icons();
await notices();
