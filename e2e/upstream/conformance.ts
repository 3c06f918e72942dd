/**
 * `npm run conformance`: upstream's conformance suite against a Minato cluster of two Docker nodes.
 *
 *     npm run conformance -- [--sig node,apps] [--focus RE] [--shard i/n | --daily] [--procs N] [--protobuf] [--keep]
 *
 * Prints a table by SIG and each failure's line; a run that loses a test of `passing.txt` fails. `--keep` writes what passes into that file.
 */
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { benchCluster } from '../../bench/minato.ts';
import { ensureImages } from './images.ts';
import { lost, nameOf, resultsOf, type SpecReport, shard, table } from './report.ts';
import { ensureTools, folder, kubernetesVersion, pathOf } from './tools.ts';

const run = promisify(execFile);
const say = (line: string): void => console.error(line);
const passingFile = fileURLToPath(new URL('passing.txt', import.meta.url));
const reports = join(folder, 'conformance');
const reportFile = join(reports, 'report.json');
/** One test in eight, over all SIGs: what is run on an ordinary day. */
const daily = '1/8';

const { values } = parseArgs({
  options: {
    sig: { type: 'string' },
    focus: { type: 'string' },
    shard: { type: 'string' },
    daily: { type: 'boolean', default: false },
    procs: { type: 'string', default: '4' },
    protobuf: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});

await ensureTools(['e2e.test', 'ginkgo', 'kubectl'], say);
await mkdir(reports, { recursive: true });
const wanted = await chosen();
if (wanted.length === 0) {
  say('No conformance test has such a name.');
  process.exit(2);
}
await ensureImages(say);
say(
  `${wanted.length} tests of Kubernetes ${await kubernetesVersion()}, ${values.procs} at a time; their output: ${join(reports, 'output.txt')}`,
);
await runSuite(wanted).catch((error: unknown) => say(`the suite's end: ${error}`));
if (!existsSync(reportFile)) process.exit(1);
const results = resultsOf(await readSpecs(reportFile));
console.table(table(results));
for (const { name, outcome, reason } of results) if (outcome !== 'passed') console.log(`${outcome}: ${name}\n    ${reason}`);
const passing = await readPassing();
if (values.keep) {
  for (const { name, outcome } of results) if (outcome === 'passed') passing.add(name);
  await writeFile(passingFile, `${[...passing].sort().join('\n')}\n`);
}
const broken = lost(results, passing);
for (const { name } of broken) console.log(`LOST (it is in passing.txt): ${name}`);
process.exit(broken.length > 0 ? 1 : 0);

/** The names of the tests to run, in order. */
async function chosen(): Promise<readonly string[]> {
  const file = join(reports, 'names.json');
  await run(
    pathOf('e2e.test'),
    [
      '--ginkgo.dry-run',
      '--ginkgo.focus=\\[Conformance\\]',
      `--ginkgo.json-report=${file}`,
      '--provider=skeleton',
      '--kubeconfig=/dev/null',
    ],
    {
      maxBuffer: 256 * 1024 * 1024,
    },
  );
  const sigs = values.sig?.split(',');
  const focus = values.focus === undefined ? undefined : new RegExp(values.focus);
  const names = (await readSpecs(file))
    .filter(({ State, LeafNodeType }) => LeafNodeType === 'It' && State !== 'skipped')
    .map(nameOf)
    .filter((name) => sigs === undefined || sigs.some((sig) => name.startsWith(`[sig-${sig}]`)))
    .filter((name) => focus === undefined || focus.test(name))
    .sort();
  const part = values.daily ? daily : values.shard;
  if (part === undefined) return names;
  const [i = 0, n = 0] = part.split('/').map(Number);
  if (!(i >= 1 && i <= n)) throw new Error(`--shard ${part}: give i/n, as in 2/8`);
  return shard(names, i, n);
}

/** Its results are in the report, also when the cluster cannot be cleared away afterwards. */
async function runSuite(names: readonly string[]): Promise<void> {
  await rm(reportFile, { force: true });
  await using cluster = await benchCluster(`conformance-${randomBytes(3).toString('hex')}`, ['--nodes', '2']);
  // Ginkgo puts the suite's own name before.
  const focus = names.map((name) => ` ${name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$`);
  const words = [
    ...[
      `--procs=${values.procs}`,
      '--no-color',
      '--silence-skips',
      '--keep-going',
      '--timeout=6h',
      `--output-dir=${reports}`,
      '--json-report=report.json',
    ],
    ...focus.map((expression) => `--focus=${expression}`),
    ...[pathOf('e2e.test'), '--', '--provider=skeleton', `--kubeconfig=${cluster.kubeconfig}`, `--kubectl-path=${pathOf('kubectl')}`],
    ...['--disable-log-dump', `--kube-api-content-type=application/${values.protobuf ? 'vnd.kubernetes.protobuf' : 'json'}`],
  ];
  const output = createWriteStream(join(reports, 'output.txt'));
  const child = spawn(pathOf('ginkgo'), words, { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stderr.pipe(output, { end: false });
  let finished = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    output.write(`${line}\n`);
    // Ginkgo's mark of a spec that is over.
    if (line.startsWith('• ')) say(`${++finished} of ${names.length} done ${line.slice(2)}`);
  }
  output.end();
}

async function readSpecs(file: string): Promise<readonly SpecReport[]> {
  const suites = JSON.parse(await readFile(file, 'utf8')) as readonly { readonly SpecReports: readonly SpecReport[] }[];
  return suites.flatMap(({ SpecReports }) => SpecReports);
}

async function readPassing(): Promise<Set<string>> {
  const text = await readFile(passingFile, 'utf8').catch(() => '');
  return new Set(text.split('\n').filter((line) => line !== ''));
}
