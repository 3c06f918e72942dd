import type { DependencyType } from 'dependency-cruiser';

/** The map of the house: which room may import which, and by which door a heavy package enters. Checked, and the check itself tested, in `npm test`. */
const worker = ['engine/(api|cache|client)'];
export const sees: Readonly<Record<string, readonly string[]>> = {
  'engine/api': [],
  'engine/cache': ['engine/api'],
  'engine/explain': ['engine/api'],
  'engine/store': ['engine/api'],
  'engine/apiserver': ['engine/(api|store)'],
  'engine/client': ['engine/(api|cache)'],
  'engine/controllers': worker,
  'engine/scheduler': worker,
  'engine/agent': worker,
  'engine/nodes': [...worker, 'engine/agent/config'],
  'engine/cluster': ['engine/(api|cache|store|apiserver|client|controllers|scheduler|agent|nodes)'],
  'engine/host': ['engine/(api|cache|client|cluster|explain)'],
  'engine/testing': ['engine'],
  // The tray says what the window says, in the window's words.
  electron: ['engine/(api|host|cluster)', 'renderer/i18n/(en|ja)/(phase|step)'],
  renderer: ['engine/(api|cache|explain)', 'engine/host/contract'],
};
/** Package → the only place that imports it. */
export const doors = {
  lmdb: 'engine/store/lmdb',
  ssh2: 'engine/nodes/ssh',
  dockerode: 'engine/(nodes|agent/runtime)/',
  'dns-packet': 'engine/(agent/dns|cluster/steps)/',
  '@peculiar/x509': 'engine/cluster/certificates',
  electron: 'electron/',
  'react|react-dom|@mui/.*': 'renderer/',
};

const test = '\\.(test|suite)\\.tsx?$';
const house = '^(engine|electron|renderer|e2e|bench)/';
interface Side {
  readonly path?: string | string[];
  readonly pathNot?: string | string[];
  readonly circular?: boolean;
  readonly couldNotResolve?: boolean;
  readonly dependencyTypesNot?: DependencyType[];
}
const rule = (name: string, from: Side, to: Side) => ({ name, severity: 'error' as const, from, to });
/** `[/.]` keeps `engine/api` from letting `engine/apiserver` in. */
const rooms = (names: readonly string[]) => names.map((name) => `^${name}[/.]`);

export default {
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(build|node_modules/.*/node_modules)' },
    // Packages that are ES modules only name no other entry.
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
  forbidden: [
    // Types too: two files that need each other's types are one file, or a third one is missing.
    rule('no circles between files', {}, { circular: true }),
    rule('no unknown imports', {}, { couldNotResolve: true }),
    rule('a new room needs a row', { path: '^(engine/[^/]+|electron|renderer)/', pathNot: rooms(Object.keys(sees)) }, {}),
    ...Object.entries(sees).map(([room, may]) =>
      rule(
        `${room} sees [${may}]`,
        { path: `^${room}/`, pathNot: test },
        { path: house, pathNot: rooms(room === 'engine/testing' ? ['engine'] : [room, ...may]) },
      ),
    ),
    rule(
      "a pure room's tests are pure",
      { path: `^engine/(api|cache|explain)/.*${test}` },
      { path: house, pathNot: rooms(['engine/api', 'engine/cache', 'engine/explain']) },
    ),
    rule(
      'only cluster/ picks an implementation',
      { path: house, pathNot: [test, '^engine/(cluster|store|nodes|testing)/', '^bench/'] },
      { path: '^engine/(store/(lmdb|etcd)|nodes/(docker|ssh|simulated))' },
    ),
    rule(
      'the contract is types for the window',
      { path: '^renderer/', pathNot: test },
      { path: '^engine/host/', dependencyTypesNot: ['type-only'] },
    ),
    ...Object.entries(doors).map(([name, door]) =>
      rule(
        `${name} enters by ${door}`,
        { path: house, pathNot: [`^${door}`, test, '^engine/testing/', '^e2e/'] },
        { path: `(^|node_modules/)(${name})(/|$)`, pathNot: house },
      ),
    ),
  ],
};
