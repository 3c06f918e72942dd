/**
 * `npm run differential`: the same requests to upstream's API server and to ours; every answer that differs is counted and grouped.
 *
 *     npm run differential -- [--kind ConfigMap,Pod] [--level 1.34] [--all] [--record]
 *
 * `--record` writes upstream's answers to a part of the requests into recorded.json, which `npm test` replays without Go.
 * `build/upstream/differential.json` has every difference with both values. Ends with 1 when a difference is not explained in differences.md.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { secureApiServer } from '../../engine/testing/test-api-server.ts';
import { type Case, casesOf, generalCases, setUp } from './cases.ts';
import { compare, type Difference } from './compare.ts';
import { endpointOf } from './endpoint.ts';
import { isExplained, readExplanations } from './explanations.ts';
import { realControlPlane } from './real-control-plane.ts';
import { isRecorded, kept, type Recorded, recordedFile } from './recorded.ts';
import { samples } from './samples.ts';
import { ensureTools, folder } from './tools.ts';

const { values } = parseArgs({
  options: {
    kind: { type: 'string' },
    level: { type: 'string', default: '1.34' },
    all: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
  },
});
const say = (line: string): void => console.error(line);

await ensureTools(['etcd', 'kube-apiserver'], say);
await using real = await realControlPlane({ level: values.level });
// Both without controllers: objects stay as they were written.
await using server = await secureApiServer();
using ours = endpointOf(await server.kubeconfig('admin', 'system:masters'));

const kinds = values.kind?.split(',');
const cases = [...(kinds ? [] : generalCases), ...samples.filter(({ kind }) => !kinds || kinds.includes(kind)).flatMap(casesOf)];
for (const request of setUp) await Promise.all([real.endpoint, ours].map((endpoint) => endpoint.request(request)));
const recorded: Recorded[] = [];
const found: (Difference & { readonly title: string; readonly request: Case['request'] })[] = [];
for (const { title, request } of cases) {
  const [theirs, own] = [await real.endpoint.request(request), await ours.request(request)];
  if (isRecorded(title)) recorded.push({ title, request, answer: kept(theirs) });
  found.push(...compare(theirs, own).map((difference) => ({ title, request, ...difference })));
}
if (values.record) await writeFile(recordedFile, `${JSON.stringify(recorded, undefined, 1)}\n`);
const explanations = await readExplanations();
const open = values.all ? found : found.filter((difference) => !isExplained(difference, explanations));
await mkdir(folder, { recursive: true });
await writeFile(join(folder, 'differential.json'), `${JSON.stringify(found, undefined, 2)}\n`);

/** The same place, and the same pair of values once names and numbers are taken out: one cause. */
const causeOf = ({ where, upstream, ours: own }: Difference): string =>
  [where, shorten(upstream), shorten(own)].join('\n').replaceAll(/"[^"]*"|'[^']*'|\d+/g, '#');
const shorten = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 300);
const groups = [...Map.groupBy(open, causeOf).values()].sort((a, b) => b.length - a.length);
for (const group of groups) {
  const [first] = group;
  if (!first) continue;
  console.log(
    `${group.length} × ${first.where}   e.g. ${first.title}\n    upstream: ${shorten(first.upstream)}\n    ours:     ${shorten(first.ours)}`,
  );
}
const differing = new Set(open.map(({ title }) => title)).size;
console.log(
  `${cases.length} requests, ${differing} with an unexplained difference, ${groups.length} causes, ${found.length - open.length} differences explained`,
);
process.exitCode = open.length > 0 ? 1 : 0;
