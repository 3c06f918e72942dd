/** Five thousand simulated nodes with fifty thousand pods: their start, the lists that kubectl asks for, and a rollout of all of them. */
import { setTimeout as delay } from 'node:timers/promises';
import { type ApiConnection, connectApi } from './api-connection.ts';
import { type BenchCluster, benchCluster } from './minato.ts';
import { rssMiB } from './process-usage.ts';
import type { Row } from './row.ts';
import { timed } from './statistics.ts';

const nodes = 5000;
const replicas = 50_000;
const deployments = '/apis/apps/v1/namespaces/default/deployments';

export async function benchLarge(): Promise<readonly Row[]> {
  await using cluster = await benchCluster('bench-large', ['--driver', 'simulated', '--nodes', String(nodes)]);
  using api = connectApi(cluster.kubeconfig, 4);
  const labels = { app: 'large' };
  const start = await watched(cluster, async () => {
    const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'nginx:1' }] } };
    const spec = { replicas, selector: { matchLabels: labels }, template };
    await api.call('POST', deployments, JSON.stringify({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'large' }, spec }));
    await untilRolledOut(api);
  });
  const paged = await timed(() => listPages(api));
  const whole = await timed(() => api.call('GET', '/api/v1/pods'));
  const rollout = await watched(cluster, async () => {
    const spec = { template: { spec: { containers: [{ name: 'c', image: 'nginx:2' }] } } };
    await api.call('PATCH', `${deployments}/large`, JSON.stringify({ spec }));
    await untilRolledOut(api);
  });
  return [
    { name: `${replicas} pods on ${nodes} nodes: until available`, value: start.ms, unit: 'ms' },
    { name: 'peak memory while they start', value: start.peakMiB, unit: 'MiB' },
    { name: 'kubectl get pods -A: what the server takes for its pages', value: paged, unit: 'ms', target: '≤ 5000' },
    { name: 'all pods in one list', value: whole, unit: 'ms' },
    { name: 'rollout of all', value: rollout.ms, unit: 'ms' },
    { name: 'peak memory in the rollout', value: rollout.peakMiB, unit: 'MiB', target: '≤ 1500' },
  ];
}

/** As kubectl does: tables of 500. */
async function listPages(api: ApiConnection): Promise<void> {
  let token = '';
  do {
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
    const bytes = await api.call('GET', `/api/v1/pods?limit=500&continue=${encodeURIComponent(token)}`, { accept });
    // Only the head is read: what kubectl does with the rest is its own time.
    token = /"continue":"([^"]*)"/.exec(bytes.subarray(0, 4096).toString())?.[1] ?? '';
  } while (token);
}

async function untilRolledOut(api: ApiConnection): Promise<void> {
  interface Deployment {
    readonly metadata: { readonly generation: number };
    readonly status?: {
      readonly observedGeneration?: number;
      readonly updatedReplicas?: number;
      readonly availableReplicas?: number;
      readonly replicas?: number;
    };
  }
  while (true) {
    const { metadata, status } = JSON.parse((await api.call('GET', `${deployments}/large`)).toString()) as Deployment;
    const counts = [status?.updatedReplicas, status?.availableReplicas, status?.replicas];
    if (status?.observedGeneration === metadata.generation && counts.every((count) => count === replicas)) return;
    await delay(250);
  }
}

async function watched(cluster: BenchCluster, work: () => Promise<void>): Promise<{ readonly ms: number; readonly peakMiB: number }> {
  let peakMiB = 0;
  let isOver = false;
  const watching = (async () => {
    for (; !isOver; await delay(200)) peakMiB = Math.max(peakMiB, await rssMiB(cluster.pid));
  })();
  const ms = await timed(work);
  isOver = true;
  await watching;
  return { ms, peakMiB };
}
