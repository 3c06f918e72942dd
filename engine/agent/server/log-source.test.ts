/** Which output is meant, and how a kubelet words that there is none. */
import { describe, expect, test } from 'vitest';
import type { ContainerState, Pod } from '../../api/types.gen.ts';
import { parseLogOptions } from './log-options.ts';
import { logSource } from './log-source.ts';

const ended = (id: string): ContainerState => ({ terminated: { exitCode: 1, containerID: id && `docker://${id}` } });
const pod = (state: ContainerState | undefined, lastState: ContainerState = {}): Pod => ({
  metadata: { name: 'web', namespace: 'default' },
  spec: { containers: [{ name: 'main', image: 'x' }], initContainers: [{ name: 'init', image: 'x' }] },
  status: state
    ? {
        containerStatuses: [
          {
            name: 'main',
            image: 'x',
            imageID: '',
            ready: false,
            restartCount: 0,
            state,
            lastState,
            ...(state.running ? { containerID: 'docker://now' } : {}),
          },
        ],
      }
    : {},
});
const waiting = (reason: string): ContainerState => ({ waiting: { reason } });

describe('the output of a container', () => {
  test.each([
    ['runs', pod({ running: {} }, ended('before')), false, 'now'],
    ['runs, previous', pod({ running: {} }, ended('before')), true, 'before'],
    ['ended', pod(ended('now')), false, 'now'],
    ['ended and was removed, after one before', pod(ended(''), ended('before')), false, 'before'],
    ['waits after an end', pod(waiting('CrashLoopBackOff'), ended('before')), false, 'before'],
    ['waits after an end, previous', pod(waiting('CrashLoopBackOff'), ended('before')), true, 'before'],
  ])('that %s is found', (_, each, previous, id) => {
    expect(logSource(each, 'web', 'main', previous)).toEqual({ ok: true, id });
  });

  test.each([
    [undefined, 'main', 404, 'pod "web" does not exist\n'],
    [pod({ running: {} }), 'other', 404, 'container "other" not found in pod "web"\n'],
    [pod({ running: {} }), 'init', 400, 'container "init" in pod "web" is not available'],
    [pod(waiting('ErrImagePull')), 'main', 400, 'container "main" in pod "web" is waiting to start: image can\'t be pulled'],
    [pod(waiting('ImagePullBackOff')), 'main', 400, 'container "main" in pod "web" is waiting to start: trying and failing to pull image'],
    [pod(waiting('ContainerCreating')), 'main', 400, 'container "main" in pod "web" is waiting to start: ContainerCreating'],
    [pod({}), 'main', 400, 'container "main" in pod "web" is waiting to start - no logs yet'],
    [pod(ended('')), 'main', 400, 'container "main" in pod "web" is terminated'],
  ])('that is not there (%#) is told as upstream does', (each, container, status, message) => {
    expect(logSource(each, 'web', container, false)).toEqual({ ok: false, status, message });
  });

  test('of a run that was not is told so', () => {
    const message = 'previous terminated container "main" in pod "web" not found';
    expect(logSource(pod({ running: {} }), 'web', 'main', true)).toEqual({ ok: false, status: 400, message });
  });
});

describe('the query', () => {
  const now = Date.UTC(2026, 0, 1);
  test.each([
    ['', { follow: false, previous: false, timestamps: false }],
    ['follow=true&previous=false&timestamps=1', { follow: true, previous: false, timestamps: true }],
    ['tailLines=0&limitBytes=10', { tailLines: 0, limitBytes: 10 }],
    ['sinceSeconds=60', { sinceMs: now - 60_000 }],
    ['sinceTime=2025-12-31T00:00:00Z', { sinceMs: now - 86_400_000 }],
  ])('%j is read', (text, options) => {
    expect(parseLogOptions(new URLSearchParams(text), now)).toMatchObject({ ok: true, options });
  });
  test.each([
    ['tailLines=many', 400],
    ['sinceTime=yesterday', 400],
    ['tailLines=-1', 422],
    ['limitBytes=0', 422],
    ['sinceSeconds=0', 422],
    ['sinceSeconds=1&sinceTime=2025-12-31T00:00:00Z', 422],
  ])('%j is refused with %i', (text, status) => {
    expect(parseLogOptions(new URLSearchParams(text), now)).toMatchObject({ ok: false, problem: { status } });
  });
});
