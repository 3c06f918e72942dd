import { expect, it } from 'vitest';
import type { ContainerStatus, Pod } from '../../engine/api/types.gen.ts';
import { logContainers } from './log-options.ts';

const status = (name: string, state: ContainerStatus['state'], restartCount = 0): ContainerStatus => ({
  name,
  state,
  restartCount,
  ready: false,
  image: '',
  imageID: '',
});
const pod = (...containerStatuses: readonly ContainerStatus[]): Pod => ({
  metadata: {},
  spec: { containers: [{ name: 'web' }, { name: 'sidecar' }], initContainers: [{ name: 'setup' }] },
  status: { containerStatuses },
});
const order = (object: Pod): readonly string[] => logContainers(object).map(({ name }) => name);

it('the first container comes first, init containers last', () => {
  expect(order(pod())).toEqual(['web', 'sidecar', 'setup']);
  expect(logContainers(pod()).at(-1)?.isInit).toBe(true);
});
it.each([[{ waiting: { reason: 'CrashLoopBackOff' } }], [{ terminated: { exitCode: 1 } }]])(
  'the one in trouble comes before: %o',
  (state) => {
    const containers = logContainers(pod(status('web', { running: {} }), status('sidecar', state, 4)));
    expect(containers.map(({ name, restarts }) => [name, restarts])).toEqual([
      ['sidecar', 4],
      ['web', 0],
      ['setup', 0],
    ]);
  },
);
it('one that ended well is in no trouble', () => {
  expect(order(pod(status('sidecar', { terminated: { exitCode: 0 } })))[0]).toBe('web');
});
