/** What a run of the suite said: read from Ginkgo's JSON report, sorted by SIG. Pure. */

/** The part of Ginkgo's `types.SpecReport` that is read. Times are in nanoseconds. */
export interface SpecReport {
  readonly ContainerHierarchyTexts: readonly string[] | null;
  readonly LeafNodeText: string;
  readonly LeafNodeType: string;
  readonly State: string;
  readonly RunTime: number;
  readonly Failure?: { readonly Message: string };
}

export type Outcome = 'passed' | 'failed' | 'not served';
export interface Result {
  /** As upstream names it: `[sig-apps] Deployment should …  [Conformance]` */
  readonly name: string;
  /** `apps` */
  readonly sig: string;
  readonly outcome: Outcome;
  readonly seconds: number;
  /** The one line that matters of a failure. */
  readonly reason?: string;
}

/** The server answered that it does not know the kind or the subresource: a matter of breadth. */
const notServed = /could not find the requested resource|no matches for kind|doesn't have a resource type|404 page not found/;

/** Results of the specs that ran, in order of name. */
export function resultsOf(specs: readonly SpecReport[]): readonly Result[] {
  return specs
    .filter(({ LeafNodeType, State }) => LeafNodeType === 'It' && State !== 'skipped' && State !== 'pending')
    .map(resultOf)
    .sort((a, b) => a.name.localeCompare(b.name));
}

export const nameOf = ({ ContainerHierarchyTexts, LeafNodeText }: SpecReport): string =>
  [...(ContainerHierarchyTexts ?? []), LeafNodeText].join(' ');

function resultOf(spec: SpecReport): Result {
  const name = nameOf(spec);
  const message = spec.Failure?.Message ?? '';
  const passed = spec.State === 'passed';
  return {
    name,
    sig: /^\[sig-([a-z-]+)\]/.exec(name)?.[1] ?? 'other',
    outcome: passed ? 'passed' : notServed.test(message) ? 'not served' : 'failed',
    seconds: spec.RunTime / 1e9,
    ...(passed ? {} : { reason: lineThatMatters(message) || spec.State }),
  };
}

/** Gomega puts what went wrong first and the Go value after it; a time-out says what was waited for first. */
export function lineThatMatters(message: string): string {
  const lines = message.split('\n').map((line) => line.trim());
  const told = lines.find(
    (line) => line !== '' && !/^(Expected|Unexpected error|occurred|Told to stop trying)/.test(line) && !/^[<{]/.test(line),
  );
  return (told ?? lines[0] ?? '').slice(0, 240);
}

export interface Row {
  readonly sig: string;
  readonly passed: number;
  readonly failed: number;
  readonly 'not served': number;
  /** Sum of the times of its tests, in seconds. */
  readonly seconds: number;
}

export function table(results: readonly Result[]): readonly Row[] {
  const count = (of: readonly Result[], outcome: Outcome): number => of.filter((result) => result.outcome === outcome).length;
  const row = (sig: string, of: readonly Result[]): Row => ({
    sig,
    passed: count(of, 'passed'),
    failed: count(of, 'failed'),
    'not served': count(of, 'not served'),
    seconds: Math.round(of.reduce((sum, { seconds }) => sum + seconds, 0)),
  });
  const bySig = Map.groupBy(results, ({ sig }) => sig);
  return [...[...bySig].sort(([a], [b]) => a.localeCompare(b)).map(([sig, of]) => row(sig, of)), row('all', results)];
}

/** Tests of the list of those that pass which ran and did not pass: what a change broke. */
export function lost(results: readonly Result[], passing: ReadonlySet<string>): readonly Result[] {
  return results.filter(({ name, outcome }) => outcome !== 'passed' && passing.has(name));
}

/** Every n-th test from the i-th on (counted from 1), so that each shard has tests of every SIG. */
export function shard(names: readonly string[], i: number, n: number): readonly string[] {
  return names.filter((_, index) => index % n === i - 1);
}
