/** Which node a connection from this computer goes through, and that ports follow Services. Tunnels have their own test, beside the agent's server. */
import { EventEmitter, once } from 'node:events';
import { connect, createServer } from 'node:net';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Pod, Service } from '../../api/types.gen.ts';
import type { Forward } from './port-forwarder.ts';
import { dialNodePort, type PortsOf, servePorts } from './serve-ports.ts';

const signal = new AbortController().signal;

/** The parts of a cluster that are asked: three nodes and their tunnels, and Services that a test changes. */
function parts({ ready, answering }: { readonly ready: readonly string[]; readonly answering: readonly string[] }) {
  const dialled: string[] = [];
  const services: Service[] = [];
  const pods: Pod[] = [];
  const podChanges = new EventEmitter();
  const changes = new EventEmitter();
  const cluster = {
    state: { nodes: ['a', 'b', 'c'].map((name, index) => ({ name, ip: `10.244.255.${10 + index}` })) },
    controlPlane: {
      nodes: {
        get: (name: string) => ({ status: { conditions: [{ type: 'Ready', status: ready.includes(name) ? 'True' : 'Unknown' }] } }),
      },
      pods: {
        list: () => pods,
        subscribe: (listener: (event: unknown) => void) => {
          podChanges.on('change', listener);
          return () => podChanges.off('change', listener);
        },
      },
      services: {
        list: () => services,
        subscribe: (listener: () => void) => {
          changes.on('change', listener);
          return () => changes.off('change', listener);
        },
      },
    },
    tunnels: {
      dial: async (name: string, target: string) => {
        dialled.push(`${name} ${target}`);
        if (!answering.includes(name)) throw new Error(`${name} does not answer`);
        return new PassThrough();
      },
    },
  };
  // Only what is asked is there.
  return { cluster: cluster as unknown as PortsOf, dialled, services, changes, podChanges };
}

describe('a connection to a nodePort', () => {
  it('goes through the first node that is Ready', async () => {
    const { cluster, dialled } = parts({ ready: ['b', 'c'], answering: ['a', 'b', 'c'] });
    await dialNodePort(cluster, 31000, signal);
    expect(dialled).toEqual(['b 10.244.255.11:31000']);
  });

  it('goes through the next when that one does not answer', async () => {
    const { cluster, dialled } = parts({ ready: ['a', 'b', 'c'], answering: ['c'] });
    await dialNodePort(cluster, 31000, signal);
    expect(dialled.map((line) => line.split(' ')[0])).toEqual(['a', 'b', 'c']);
  });

  it('fails with the last reason when none answers, and says so when none is Ready', async () => {
    const silent = parts({ ready: ['a', 'b'], answering: [] });
    const gone = parts({ ready: [], answering: ['a'] });
    await expect(dialNodePort(silent.cluster, 31000, signal)).rejects.toThrow('b does not answer');
    await expect(dialNodePort(gone.cluster, 31000, signal)).rejects.toThrow('no node is Ready');
    expect(gone.dialled).toEqual([]);
  });
});

describe('the ports of this computer', () => {
  async function freePort(): Promise<number> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => server.close(resolve));
    return port;
  }

  it('open and close with the Services, once for a burst of changes', async () => {
    const { cluster, services, changes } = parts({ ready: ['a'], answering: ['a'] });
    const told = new EventEmitter();
    const seen: (readonly Forward[])[] = [];
    const port = await freePort();
    const serving = servePorts(cluster, (forwards) => {
      seen.push(forwards);
      told.emit('told');
    });
    services.push({ metadata: { name: 'vote', namespace: 'default' }, spec: { type: 'NodePort', ports: [{ port: 80, nodePort: port }] } });
    for (let count = 0; count < 20; count++) changes.emit('change');
    while (seen.at(-1)?.[0]?.state !== 'listening') await once(told, 'told');
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const closed = once(socket, 'close');
    services.pop();
    changes.emit('change');
    while (seen.at(-1)?.length !== 0) await once(told, 'told');
    await closed;
    await serving[Symbol.asyncDispose]();
    expect([seen.filter((forwards) => forwards.length > 0).length <= 2, changes.listenerCount('change')]).toEqual([true, 0]);
  });

  it('lead to the pods that have a hostPort, those that are Ready first, and go with the last of them', async () => {
    const { cluster, podChanges, dialled } = parts({ ready: [], answering: ['b'] });
    const told = new EventEmitter();
    const seen: (readonly Forward[])[] = [];
    const hostPort = await freePort();
    await using _serving = servePorts(cluster, (forwards) => {
      seen.push(forwards);
      told.emit('told');
    });
    const pod = (name: string, nodeName: string, isReady: boolean, hostIP?: string): Pod => ({
      metadata: { name, namespace: 'default', uid: name },
      spec: { nodeName, containers: [{ name: 'main', ports: [{ containerPort: 80, hostPort, ...(hostIP ? { hostIP } : {}) }] }] },
      status: { podIP: `10.244.0.${name.length}`, conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }] },
    });
    const change = (type: string, object: Pod): boolean => podChanges.emit('change', { type, object });
    change('added', pod('other', 'c', true, '192.0.2.1'));
    change('added', pod('a', 'a', false));
    while (seen.at(-1)?.[0]?.state !== 'listening') await once(told, 'told');
    expect(seen.at(-1)).toMatchObject([
      { service: '', hostPort, port: 80, nodePort: hostPort, pods: [{ name: 'a', address: '10.244.0.1:80' }] },
    ]);
    change('added', pod('bb', 'b', true));
    while (seen.at(-1)?.[0]?.pods?.length !== 2) await once(told, 'told');
    const socket = connect(hostPort, '127.0.0.1');
    await once(socket, 'connect');
    // Echoed: the tunnel is open.
    socket.write('hello');
    expect(String((await once(socket, 'data'))[0])).toBe('hello');
    expect(dialled).toEqual(['b 10.244.0.2:80']);
    const closed = once(socket, 'close');
    change('deleted', pod('a', 'a', false));
    change('deleted', pod('bb', 'b', true));
    while (seen.at(-1)?.length !== 0) await once(told, 'told');
    await closed;
  });
});
