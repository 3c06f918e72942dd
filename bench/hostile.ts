/** What clients that ask for much, and do not read, cost the server in memory and others in time. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { type ApiConnection, connectApi } from './api-connection.ts';
import { type BenchCluster, benchCluster } from './minato.ts';
import type { Row } from './row.ts';
import type { SlowClients } from './slow-clients.ts';
import { quantile, timed } from './statistics.ts';

const namespace = '/api/v1/namespaces/default';
const maps = `${namespace}/configmaps`;

export async function benchHostile(): Promise<readonly Row[]> {
  await using cluster = await benchCluster('bench-hostile', ['--driver', 'simulated', '--nodes', '3']);
  using api = connectApi(cluster.kubeconfig, 8);
  const rows: Row[] = [{ name: 'hostile: memory at start', value: await memory(cluster), unit: 'MiB' }];
  await fill(api, { count: 200, bytes: 100_000, prefix: 'large' });
  rows.push(
    ...(await measure(cluster, { name: '200 lists of 20 MB that nobody reads', clients: { path: maps, count: 200, isReading: false } })),
  );
  rows.push(
    ...(await measure(cluster, { name: '50 clients that list 20 MB for ever', clients: { path: maps, count: 50, isReading: true } })),
  );
  const { metadata } = JSON.parse((await api.call('GET', `${maps}?limit=1`)).toString()) as { metadata: { resourceVersion: string } };
  const path = `${maps}?watch=1&resourceVersion=${metadata.resourceVersion}`;
  const during = (): Promise<void> => fill(api, { count: 600, bytes: 100_000, prefix: 'passing' });
  rows.push(
    ...(await measure(cluster, {
      name: '1,000 unread watches while 60 MB pass',
      clients: { path, count: 1000, isReading: false },
      during,
    })),
  );
  return rows;
}

interface Case {
  readonly name: string;
  readonly clients: Omit<SlowClients, 'kubeconfig'>;
  readonly during?: () => Promise<void>;
}

async function measure(cluster: BenchCluster, { name, clients, during }: Case): Promise<readonly Row[]> {
  using good = connectApi(cluster.kubeconfig, 1);
  await good.call('GET', `${namespace}/configmaps/large-0`);
  const latencies: number[] = [];
  let peak = 0;
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      latencies.push(await timed(() => good.call('GET', namespace)));
      peak = Math.max(peak, await memory(cluster));
      await delay(10);
    }
  })();
  const worker = new Worker(new URL('./slow-clients.ts', import.meta.url), { workerData: { ...clients, kubeconfig: cluster.kubeconfig } });
  await once(worker, 'message');
  await during?.();
  await delay(10_000);
  isOver = true;
  await watching;
  await worker.terminate();
  await delay(10_000);
  return [
    { name: `${name}: peak memory`, value: peak, unit: 'MiB', target: '≤ 400' },
    { name: `${name}: 10 s later`, value: await memory(cluster), unit: 'MiB' },
    { name: `${name}: good client p99`, value: quantile(latencies, 0.99), unit: 'ms', target: '≤ 100' },
    { name: `${name}: good client's longest wait`, value: Math.max(...latencies), unit: 'ms' },
  ];
}

async function fill(
  api: ApiConnection,
  { count, bytes, prefix }: { readonly count: number; readonly bytes: number; readonly prefix: string },
): Promise<void> {
  const value = 'x'.repeat(bytes);
  for (let index = 0; index < count; index++)
    await api.call('POST', maps, JSON.stringify({ metadata: { name: `${prefix}-${index}` }, data: { value } }));
}

async function memory({ pid }: BenchCluster): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
}
