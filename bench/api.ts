/** The API server over TLS: creates at 1, 16 and 64 clients, updates and applies, a large list, and one write seen by a hundred watchers. */
import { connectApi } from './api-connection.ts';
import { benchCluster } from './minato.ts';
import type { Row } from './row.ts';
import { median, quantile, timed } from './statistics.ts';

const configMaps = '/api/v1/namespaces/default/configmaps';
const kilobyte = 'x'.repeat(1024);

export async function benchApi(): Promise<readonly Row[]> {
  await using cluster = await benchCluster('bench-api', ['--driver', 'simulated']);
  const rows: Row[] = [];
  for (const clients of [1, 16, 64]) rows.push(...(await creates(cluster.kubeconfig, clients)));
  rows.push(...(await applies(cluster.kubeconfig)), ...(await largeList(cluster.kubeconfig)), await fanOut(cluster.kubeconfig));
  return rows;
}

async function creates(kubeconfig: string, clients: number): Promise<readonly Row[]> {
  using api = connectApi(kubeconfig, clients);
  const each = Math.max(200, Math.ceil(3000 / clients));
  const latencies: number[] = [];
  const total = await timed(() =>
    Promise.all(
      Array.from({ length: clients }, async (_, client) => {
        for (let index = 0; index < each; index++) {
          const body = JSON.stringify({
            apiVersion: 'v1',
            kind: 'ConfigMap',
            metadata: { name: `c${clients}-${client}-${index}` },
            data: { value: kilobyte },
          });
          latencies.push(await timed(() => api.call('POST', configMaps, body)));
        }
      }),
    ),
  );
  const name = `create 1 KiB ConfigMaps, ${clients} client${clients === 1 ? '' : 's'}`;
  return [
    { name, value: (clients * each * 1000) / total, unit: '/s' },
    { name: `${name}: p50`, value: quantile(latencies, 0.5), unit: 'ms' },
    { name: `${name}: p99`, value: quantile(latencies, 0.99), unit: 'ms' },
  ];
}

/** One Deployment, changed in turn by an update and by a server-side apply, and applied as it is. */
async function applies(kubeconfig: string): Promise<readonly Row[]> {
  using api = connectApi(kubeconfig, 1);
  const path = '/apis/apps/v1/namespaces/default/deployments/applied';
  const manifest = (change: number): object => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'applied', annotations: { change: String(change) } },
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: 'applied' } },
      template: {
        metadata: { labels: { app: 'applied' } },
        spec: { containers: [{ name: 'main', image: 'nginx', ports: [{ containerPort: 80 }], env: [{ name: 'A', value: 'b' }] }] },
      },
    },
  });
  const apply = (change: number): Promise<Buffer> =>
    api.call('PATCH', `${path}?fieldManager=bench&force=true`, {
      contentType: 'application/apply-patch+yaml',
      body: JSON.stringify(manifest(change)),
    });
  await apply(0);
  const times = { update: [] as number[], apply: [] as number[], same: [] as number[] };
  for (let round = 1; round <= 500; round++) {
    times.update.push(await timed(() => api.call('PUT', path, JSON.stringify(manifest(2 * round)))));
    times.apply.push(await timed(() => apply(2 * round + 1)));
    times.same.push(await timed(() => apply(2 * round + 1)));
  }
  const update = median(times.update);
  const beside = (value: number) => ({ value, unit: 'ms', ratio: value / update, beside: 'the update', target: '≤ 2 × the update' });
  return [
    { name: 'update a Deployment: p50', value: update, unit: 'ms' },
    { name: 'apply it on the server: p50', ...beside(median(times.apply)) },
    { name: 'apply the same again: p50', ...beside(median(times.same)) },
  ];
}

async function largeList(kubeconfig: string): Promise<readonly Row[]> {
  using api = connectApi(kubeconfig, 32);
  const wanted = 5000;
  let next = 0;
  await api.call('POST', '/api/v1/namespaces', JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'many' } }));
  const create = async (): Promise<void> => {
    // Unschedulable on purpose: pods at rest.
    for (let index = next++; index < wanted; index = next++) {
      const spec = {
        nodeSelector: { 'bench/none': 'x' },
        automountServiceAccountToken: false,
        containers: [{ name: 'c', image: 'nginx', resources: { requests: { cpu: '10m' } } }],
      };
      await api.call(
        'POST',
        '/api/v1/namespaces/many/pods',
        JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: `p${index}`, labels: { app: 'many' } }, spec }),
      );
    }
  };
  await Promise.all(Array.from({ length: 32 }, create));
  const times: number[] = [];
  let bytes = 0;
  for (let round = 0; round < 9; round++)
    times.push(await timed(async () => (bytes = (await api.call('GET', '/api/v1/namespaces/many/pods')).length)));
  return [
    { name: 'list 5,000 pods', value: median(times), unit: 'ms' },
    { name: 'list 5,000 pods: size', value: bytes / 2 ** 20, unit: 'MiB' },
  ];
}

async function fanOut(kubeconfig: string): Promise<Row> {
  const watchers = 100;
  using api = connectApi(kubeconfig, watchers + 1);
  const { metadata } = JSON.parse((await api.call('GET', `${configMaps}?limit=1`)).toString()) as { metadata: { resourceVersion: string } };
  const streams = await Promise.all(
    Array.from({ length: watchers }, () => api.stream(`${configMaps}?watch=1&resourceVersion=${metadata.resourceVersion}`)),
  );
  const times: number[] = [];
  for (let round = 0; round < 20; round++) {
    const mark = `fan-${round}"`;
    const seen = Promise.all(streams.map((stream) => untilSeen(stream, mark)));
    times.push(
      await timed(async () => {
        await api.call(
          'POST',
          configMaps,
          JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `fan-${round}` }, data: { value: kilobyte } }),
        );
        await seen;
      }),
    );
  }
  for (const stream of streams) stream.destroy();
  return { name: 'one create until 100 watchers have it', value: median(times), unit: 'ms' };
}

function untilSeen(stream: NodeJS.ReadableStream, mark: string): Promise<void> {
  return new Promise((resolve) => {
    let text = '';
    const look = (chunk: Buffer): void => {
      text = (text + chunk.toString()).slice(-8192);
      if (!text.includes(mark)) return;
      stream.off('data', look);
      resolve();
    };
    stream.on('data', look);
  });
}
