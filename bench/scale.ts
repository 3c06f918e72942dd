/** A thousand simulated nodes and one Deployment of ten thousand replicas, until all are Running. */
import { connectApi } from './api-connection.ts';
import { benchCluster } from './minato.ts';
import { rssMiB } from './process-usage.ts';
import type { Row } from './row.ts';

const nodes = 1000;
const replicas = 10_000;

export async function benchScale(): Promise<readonly Row[]> {
  await using cluster = await benchCluster('bench-scale', ['--driver', 'simulated', '--nodes', String(nodes)]);
  using api = connectApi(cluster.kubeconfig, 2);
  const labels = { app: 'many' };
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'many' },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'nginx' }] } },
    },
  };
  const watch = await api.stream('/apis/apps/v1/namespaces/default/deployments?watch=1&resourceVersion=0');
  const began = performance.now();
  await api.call('POST', '/apis/apps/v1/namespaces/default/deployments', JSON.stringify(deployment));
  let rest = '';
  for await (const chunk of watch) {
    rest += String(chunk);
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    if (lines.some(isAllAvailable)) break;
  }
  const ms = performance.now() - began;
  const metrics = (await api.call('GET', '/metrics')).toString();
  const delay = Number(/^minato_event_loop_delay_seconds\{quantile="0\.99"\} (\S+)/m.exec(metrics)?.[1] ?? Number.NaN) * 1000;
  return [
    { name: `${nodes} simulated nodes: start to all Ready`, value: cluster.startMs, unit: 'ms' },
    { name: `${replicas} replicas of one Deployment until all are available`, value: ms, unit: 'ms' },
    { name: `pods a second`, value: (replicas * 1000) / ms, unit: '/s' },
    { name: 'control plane memory after it', value: await rssMiB(cluster.pid), unit: 'MiB' },
    { name: 'event loop delay, p99 since start', value: delay, unit: 'ms' },
  ];
}

function isAllAvailable(line: string): boolean {
  const { object } = JSON.parse(line) as { object: { status?: { availableReplicas?: number } } };
  return object.status?.availableReplicas === replicas;
}
