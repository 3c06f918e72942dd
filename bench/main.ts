/** Runs the measurements, prints the table and writes `build/bench.json`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { benchApi } from './api.ts';
import { benchClusterStart, benchPods } from './cluster.ts';
import { benchCrds } from './crds.ts';
import { benchHostile } from './hostile.ts';
import { benchLarge } from './large.ts';
import { benchRollouts } from './rollouts.ts';
import type { Row } from './row.ts';
import { benchScale } from './scale.ts';

const suites: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
  start: benchClusterStart,
  pods: benchPods,
  api: benchApi,
  crds: benchCrds,
  scale: benchScale,
  rollouts: benchRollouts,
  hostile: benchHostile,
  large: benchLarge,
};
const named = process.argv.slice(2);
const unknown = named.filter((name) => !Object.hasOwn(suites, name));
if (unknown.length > 0) {
  console.error(`There is no measurement ${unknown.join(', ')}. There are: ${Object.keys(suites).join(', ')}.`);
  process.exit(2);
}

const rows: Row[] = [];
for (const [name, suite] of Object.entries(suites)) {
  if (named.length > 0 && !named.includes(name)) continue;
  console.error(`measuring: ${name} …`);
  rows.push(...(await suite()));
}
const table = rows.map((row) => ({
  measurement: row.name,
  value: `${row.value < 10 ? row.value.toFixed(2) : Math.round(row.value)} ${row.unit}`,
  target: row.target ?? '',
  ratio: row.ratio === undefined ? '' : `${row.ratio.toFixed(2)} × ${row.beside}`,
}));
console.table(table);
mkdirSync(new URL('../build/', import.meta.url), { recursive: true });
const machine = { cpus: cpus().length, model: cpus()[0]?.model, memoryGiB: Math.round(totalmem() / 2 ** 30), node: process.version };
writeFileSync(
  new URL('../build/bench.json', import.meta.url),
  `${JSON.stringify({ at: new Date().toISOString(), machine, rows }, undefined, 2)}\n`,
);
