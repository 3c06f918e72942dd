import { describe, expect, it } from 'vitest';
import type { Operation } from '../../engine/api/steps.ts';
import type { ClusterSummary } from '../../engine/host/contract.ts';
import { HostCallError, HostClient } from './host-client.ts';
import { MemoryCarrier } from './memory-carrier.suite.ts';
import { WindowData } from './window-data.ts';

function start(): { readonly carrier: MemoryCarrier; readonly data: WindowData } {
  const carrier = new MemoryCarrier();
  const data = new WindowData(new HostClient(carrier), { request: (work) => work() });
  carrier.setOpen(true);
  return { carrier, data };
}
const operation: Operation = { id: 'o1', kind: 'create', cluster: 'minato', state: 'running', startedAt: 0, elapsedMs: 0, steps: [] };
const cluster: ClusterSummary = {
  name: 'minato',
  driver: 'simulated',
  phase: 'running',
  nodes: ['minato'],
  createdAt: '2026-01-01T00:00:00Z',
  server: 'https://127.0.0.1:6443',
  version: 'v1.33.0',
};

describe('the host client', () => {
  it('sends what was asked before the carrier opened', () => {
    const carrier = new MemoryCarrier();
    const host = new HostClient(carrier);
    void host.call('app.info', {});
    expect(carrier.sent).toEqual([]);
    carrier.setOpen(true);
    expect(carrier.sent.map((message) => message.type)).toEqual(['call']);
    expect(host.isConnected).toBe(true);
  });
  it('lets calls fail when the carrier breaks, and asks for every subscription again when it is back', async () => {
    const { carrier, data } = start();
    const call = data.host.call('clusters.list', {});
    carrier.setOpen(false);
    await expect(call).rejects.toSatisfy((error) => error instanceof HostCallError && error.wire.code === 'disconnected');
    expect(data.connected.get()).toBe(false);
    carrier.sent.length = 0;
    carrier.setOpen(true);
    expect(carrier.sent.map((message) => (message.type === 'subscribe' ? message.name : message.type))).toEqual([
      'settings.watch',
      'clusters.watch',
      'operations.watch',
    ]);
    expect(data.connected.get()).toBe(true);
  });
});

describe('what the window knows', () => {
  it('forgets operations of a host that is gone: a new one does not know them', () => {
    const { carrier, data } = start();
    carrier.emit('operations.watch', operation);
    expect(data.operations.get().get('minato')).toEqual(operation);
    carrier.setOpen(false);
    expect(data.operations.get().size).toBe(1);
    carrier.setOpen(true);
    expect(data.operations.get().size).toBe(0);
  });
  it('takes settings on at once, and back when the host refuses them', async () => {
    const { carrier, data } = start();
    carrier.emit('settings.watch', { language: 'en', theme: 'light' });
    await data.settled;
    const change = data.changeSettings({ theme: 'dark' });
    expect(data.settings.get()).toEqual({ language: 'en', theme: 'dark' });
    carrier.refuse('settings.set', 'read-only');
    await expect(change).rejects.toThrow('read-only');
    expect(data.settings.get()).toEqual({ language: 'en', theme: 'light' });
  });
  it('asks lists of a cluster anew when it has come up again, and forgets those of one that is gone', () => {
    const { carrier, data } = start();
    const pods = { group: '', version: 'v1', plural: 'pods' };
    carrier.emit('clusters.watch', [cluster]);
    const list = data.list('minato', pods);
    list.subscribe(() => undefined);
    carrier.emit('objects.watch', { type: 'list', objects: [] });
    carrier.end('objects.watch', 'cluster-not-running');
    expect([list.state, list.error?.code]).toEqual(['failed', 'cluster-not-running']);
    carrier.emit('clusters.watch', [{ ...cluster, phase: 'stopped' }]);
    carrier.emit('clusters.watch', [cluster]);
    expect(list.state).toBe('loading');
    expect(data.list('minato', pods)).toBe(list);
    carrier.emit('clusters.watch', []);
    expect(data.list('minato', pods)).not.toBe(list);
  });
});
