import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { hasKubectl } from './engine/testing/kubectl.ts';

/** Tests that need a Docker Engine; `npm test -- quick` leaves them out. */
const onEngine = [
  'engine/agent/agent.test.ts',
  'engine/agent/kubelet/runtime-watch.test.ts',
  'engine/agent/runtime/docker.test.ts',
  'engine/cluster/course-notes.test.ts',
  'engine/cluster/docker-cluster.test.ts',
  'engine/cluster/engine-restart.test.ts',
  'engine/cluster/lost-cluster.test.ts',
  'engine/cluster/network-policy.test.ts',
  'engine/cluster/samples/sample-docker.test.ts',
  'engine/host/explain-engine.test.ts',
  'engine/nodes/docker.test.ts',
  'engine/nodes/image/*.test.ts',
  'resources/voting-app/voting-app.test.ts',
];
/** Tests that drive the kubectl on the PATH; `npm test` says so when it leaves them out for want of one. */
const onKubectl = [
  'engine/cluster/cluster-manager.test.ts',
  'engine/cluster/course-notes.test.ts',
  'engine/cluster/docker-cluster.test.ts',
  'engine/cluster/engine-restart.test.ts',
  'engine/cluster/network-policy.test.ts',
  'engine/cluster/samples/sample-docker.test.ts',
  'engine/host/cli/cli.test.ts',
];
const leftOut = hasKubectl ? [] : onKubectl;
/** How long a test waits for what must come: generous, because a busy machine is no fault. */
const timeouts = { testTimeout: 30_000, hookTimeout: 60_000, expect: { poll: { timeout: 15_000 } } };

/** Begun before the others, which Vitest orders by their last durations, or by their sizes where it knows none: a long one at the end would be waited for alone. */
const longest = ['engine/cluster/engine-restart.test.ts', 'engine/cluster/course-notes.test.ts', 'engine/apiserver/kubectl.test.ts'];
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const index = longest.findIndex((name) => moduleId.endsWith(name));
      return index === -1 ? longest.length : index;
    };
    return (await super.sort(files)).toSorted((one, other) => rank(one) - rank(other));
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    // Two cores, and several suites talk to a Docker Engine: more workers only make each other late.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'quick',
          include: ['{engine,electron,scripts,resources,e2e/upstream}/**/*.test.ts', 'renderer/**/*.test.{ts,tsx}'],
          exclude: [...onEngine, ...leftOut],
          // No module has state of its own, so that files can share one registry of modules: what a file imports is evaluated once a worker.
          isolate: false,
          // Nobody's engine: the clusters of other tests, or of the user, must not show up in these.
          env: { DOCKER_HOST: 'unix:///nowhere/docker.sock' },
          ...timeouts,
        },
      },
      { test: { name: 'engine', include: onEngine, exclude: leftOut, ...timeouts } },
    ],
  },
});
