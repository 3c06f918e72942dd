import { expect, it } from 'vitest';
import type { Live } from '../../engine/api/object.ts';
import type { Pod } from '../../engine/api/types.gen.ts';
import { HostClient } from './host-client.ts';
import { LiveList } from './live-list.ts';
import { MemoryCarrier } from './memory-carrier.suite.ts';

function pod(name: string, resourceVersion: string, nodeName = ''): Live<Pod> {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', uid: name, resourceVersion, creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: { containers: [], nodeName },
  };
}
function start() {
  const carrier = new MemoryCarrier();
  const host = new HostClient(carrier);
  carrier.setOpen(true);
  const frames: (() => void)[] = [];
  const list = new LiveList({
    host,
    cluster: 'minato',
    kind: { group: '', version: 'v1', plural: 'pods' },
    frames: { request: (work) => void frames.push(work) },
  });
  let told = 0;
  const end = list.subscribe(() => told++);
  const draw = (): void => {
    for (const work of new Set(frames.splice(0))) work();
  };
  return { carrier, list, end, draw, told: () => told };
}

it('tells of many changes once in a frame', () => {
  const { carrier, list, draw, told } = start();
  draw();
  const before = told();
  carrier.emit('objects.watch', { type: 'list', objects: [pod('a', '1')] });
  for (let revision = 2; revision < 50; revision++)
    carrier.emit('objects.watch', { type: 'changes', changes: [{ type: 'put', object: pod('a', String(revision)) }] });
  draw();
  expect(told() - before).toBe(1);
  expect(list.list().map(({ metadata }) => metadata.resourceVersion)).toEqual(['49']);
});
it('finds objects by what they refer to, also after they have moved and gone', () => {
  const { carrier, list } = start();
  const names = (node: string): readonly string[] => list.by('node', node).map(({ metadata }) => metadata.name);
  carrier.emit('objects.watch', { type: 'list', objects: [pod('a', '1', 'n1'), pod('b', '2', 'n1'), pod('c', '3')] });
  expect(names('n1')).toEqual(['a', 'b']);
  carrier.emit('objects.watch', {
    type: 'changes',
    changes: [
      { type: 'put', object: pod('a', '4', 'n2') },
      { type: 'remove', object: pod('b', '5', 'n1') },
    ],
  });
  expect([names('n1'), names('n2')]).toEqual([[], ['a']]);
});
it('keeps what has not changed the same value when the whole list comes again', () => {
  const { carrier, list } = start();
  carrier.emit('objects.watch', { type: 'list', objects: [pod('a', '1'), pod('b', '2')] });
  const [a, b] = list.list();
  carrier.emit('objects.watch', { type: 'interrupted', error: { code: 'internal', params: {}, message: 'broken' } });
  expect([list.state, list.list().length]).toEqual(['interrupted', 2]);
  carrier.emit('objects.watch', { type: 'list', objects: [pod('a', '1'), pod('b', '3')] });
  expect(list.state).toBe('ready');
  expect(list.list()[0]).toBe(a);
  expect(list.list()[1]).not.toBe(b);
});
it('asks no second time while the last look is warm', () => {
  const { carrier, list, end } = start();
  const asked = (): number => carrier.sent.filter(({ type }) => type === 'subscribe').length;
  end();
  list.subscribe(() => undefined);
  expect(asked()).toBe(1);
  list.restart();
  expect([asked(), carrier.sent.filter(({ type }) => type === 'unsubscribe').length]).toEqual([2, 1]);
});
