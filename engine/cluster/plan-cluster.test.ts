import { once } from 'node:events';
import { createServer } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clusterCidrs, kubernetesServiceIp, maxNodes, networkPlan, nodeAddresses, nodeName } from './addresses.ts';
import { isPortFree, pickPort } from './free-port.ts';
import { checkRequest, damagedCluster, isDamaged, planCluster, provisionalCluster, withNodes } from './plan-cluster.ts';

const docker = { driver: 'docker' as const, isSubnetFree: async () => true };
const simulated = { ...docker, driver: 'simulated' as const };
const plan = (name: string, more: Partial<Parameters<typeof planCluster>[1]> = {}, nodes = 1) =>
  planCluster({ name, nodes }, { provider: docker, now: 0, others: [], ...more });

/** Holds a port of this computer. */
async function held(port = 0) {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: own } = server.address() as { port: number };
  return { port: own, [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())) };
}

describe('the addresses of a cluster', () => {
  it('lie where kubeadm and minikube put them', () => {
    expect([
      networkPlan('shop', '10.244.0.0/16', '10.96.0.0/16'),
      nodeAddresses({ clusterCidr: '10.244.0.0/16' }, 1),
      kubernetesServiceIp('10.96.0.0/16'),
    ]).toEqual([
      {
        networkName: 'minato-shop',
        clusterCidr: '10.244.0.0/16',
        gatewayIp: '10.244.255.254',
        serviceCidr: '10.96.0.0/16',
        dnsIp: '10.96.0.10',
      },
      { ip: '10.244.255.11', podCidr: '10.244.1.0/24' },
      '10.96.0.1',
    ]);
  });

  it('never meet: no node has the address of another, of the bridge, or one among pods', () => {
    const { gatewayIp, clusterCidr } = networkPlan('x', clusterCidrs[0] ?? '', '10.96.0.0/16');
    const all = Array.from({ length: maxNodes }, (_, index) => nodeAddresses({ clusterCidr }, index));
    const ips = new Set([gatewayIp, ...all.map(({ ip }) => ip)]);
    const podNetworks = new Set(all.map(({ podCidr }) => podCidr));
    expect([ips.size, podNetworks.size]).toEqual([maxNodes + 1, maxNodes]);
    expect([...ips].filter((ip) => podNetworks.has(`${ip.split('.').slice(0, 3).join('.')}.0/24`))).toEqual([]);
    expect([...ips].filter((ip) => Number(ip.split('.')[3]) > 254)).toEqual([]);
  });

  it.each(['10.244.0.0/24', '10.244.0.0', 'fd00::/16', 'nonsense', ''])('are not made of %j', (cidr) => {
    expect(() => nodeAddresses({ clusterCidr: cidr }, 0)).toThrow('expected an IPv4 /16');
  });

  it('give nodes the names minikube gives them', () => {
    expect([0, 1, 9, 99].map((index) => nodeName('minato', index))).toEqual(['minato', 'minato-m02', 'minato-m10', 'minato-m100']);
  });
});

describe('the plan of a cluster', () => {
  it('asks for what kubectl’s users know, where it is free', async () => {
    const taken = await isPortFree(6443).then((free) => !free);
    const { apiPort, network, nodes, ...rest } = await plan('minato');
    expect(rest).toEqual({ version: 1, name: 'minato', driver: 'docker', createdAt: '1970-01-01T00:00:00Z', stopped: false });
    expect([network.clusterCidr, network.serviceCidr, taken || apiPort === 6443]).toEqual(['10.244.0.0/16', '10.96.0.0/16', true]);
    expect(nodes).toEqual([{ name: 'minato', ip: '10.244.255.10', podCidr: '10.244.0.0/24', kubeletPort: expect.any(Number) }]);
  });

  it('takes the next range and another port when they are taken, by the computer or by a cluster that is stopped', async () => {
    const provider = { ...docker, isSubnetFree: async (cidr: string) => cidr !== '10.244.0.0/16' && cidr !== '10.96.0.0/16' };
    const other = await plan('other', { provider });
    const mine = await plan('mine', { provider, others: [other] });
    expect([other, mine].map(({ network }) => [network.clusterCidr, network.serviceCidr])).toEqual([
      ['10.245.0.0/16', '10.97.0.0/16'],
      ['10.246.0.0/16', '10.97.0.0/16'],
    ]);
    expect(new Set([other, mine].flatMap(({ apiPort, nodes }) => [apiPort, ...nodes.map(({ kubeletPort }) => kubeletPort)])).size).toBe(4);
  });

  it('says so when every range is taken', async () => {
    await expect(plan('minato', { provider: { ...docker, isSubnetFree: async () => false } })).rejects.toMatchObject({
      code: 'subnet-taken',
      params: { cidr: expect.stringContaining('10.244.0.0/16, 10.245.0.0/16') },
      message: expect.stringContaining('docker network prune'),
    });
  });

  it('keeps what nodes have when more are asked for, and refuses fewer', async () => {
    const one = await plan('minato');
    const three = await withNodes(one, 3);
    expect([three.nodes[0], three.nodes.map(({ name }) => name)]).toEqual([one.nodes[0], ['minato', 'minato-m02', 'minato-m03']]);
    expect(new Set([three.apiPort, ...three.nodes.map(({ kubeletPort }) => kubeletPort)]).size).toBe(4);
    await expect(withNodes(three, 2)).rejects.toMatchObject({ code: 'invalid-input', params: { field: 'nodes', value: '2' } });
  });

  it('gives thousands of simulated nodes addresses of their own, and no ports', async () => {
    const { nodes } = await planCluster({ name: 'big', nodes: 5000 }, { provider: simulated, now: 0, others: [] });
    const distinct = (values: readonly unknown[]): number => new Set(values).size;
    expect([
      distinct(nodes.map(({ ip }) => ip)),
      distinct(nodes.map(({ podCidr }) => podCidr)),
      distinct(nodes.map(({ kubeletPort }) => kubeletPort)),
    ]).toEqual([5000, 5000, 1]);
  });

  it.each([
    [{ nodes: 0 }, 240],
    [{ nodes: 241 }, 240],
    [{ nodes: 1.5 }, 240],
    [{ nodes: Number.NaN }, 240],
    [{ nodes: 5001, driver: 'simulated' }, 5000],
  ] as const)('refuses %j', (request, max) => {
    expect(() => checkRequest({ name: 'x', ...request })).toThrow(`Use a whole number from 1 to ${max}.`);
  });

  it.each([{}, { nodes: 1 }, { nodes: 240 }, { nodes: 5000, driver: 'simulated' }] as const)('takes %j', (request) => {
    expect(() => checkRequest({ name: 'x', ...request })).not.toThrow();
  });

  it('is provisional before the engine was asked, and empty for what cannot be read', () => {
    const waiting = provisionalCluster({ name: 'a', nodes: 2 }, 0);
    expect([waiting.nodes.map(({ name }) => name), isDamaged(waiting), isDamaged(damagedCluster('a', '/config'))]).toEqual([
      ['a', 'a-m02'],
      false,
      true,
    ]);
  });
});

describe('a free port', () => {
  it('is the preferred one, unless somebody has it or was promised it', async () => {
    await using holder = await held();
    const { port } = await held().then(async (free) => {
      await free[Symbol.asyncDispose]();
      return free;
    });
    expect(await pickPort(port)).toBe(port);
    expect([
      await isPortFree(holder.port),
      (await pickPort(holder.port)) === holder.port,
      (await pickPort(port, new Set([port]))) === port,
    ]).toEqual([false, false, false]);
  });

  it('is never one that was promised', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5 }), async (count) => {
        const promised = new Set<number>();
        for (let index = 0; index < count; index++) promised.add(await pickPort(undefined, promised));
        expect(promised.size).toBe(count);
      }),
      { numRuns: 10 },
    );
  });
});
