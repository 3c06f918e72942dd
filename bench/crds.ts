/** CustomResourceDefinitions: how soon one is served, and what three hundred cost. */
import { type ApiConnection, connectApi } from './api-connection.ts';
import { benchCluster } from './minato.ts';
import { rssMiB, usageOver } from './process-usage.ts';
import type { Row } from './row.ts';
import { quantile, timed } from './statistics.ts';

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const count = 300;
/** Each of about 150 KiB, as those of real operators are. */
const fields = 600;
const description =
  'What this field is for, in the words of whoever wrote the operator, at some length so that it is as in real ones. '.repeat(2);
const settleMs = 5000;

function definition(index: number): string {
  const field = (name: number): readonly [string, object] => [`field${name}`, { type: 'string', maxLength: 100, description }];
  const schema = {
    type: 'object',
    properties: { spec: { type: 'object', properties: Object.fromEntries(Array.from({ length: fields }, (_, name) => field(name))) } },
  };
  const plural = `things${index}`;
  return JSON.stringify({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.bench.test` },
    spec: {
      group: 'bench.test',
      scope: 'Namespaced',
      names: { plural, kind: `Thing${index}` },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
    },
  });
}

export async function benchCrds(): Promise<readonly Row[]> {
  await using cluster = await benchCluster('bench-crds', ['--driver', 'simulated']);
  using api = connectApi(cluster.kubeconfig, 4);
  await usageOver(cluster.pid, settleMs);
  const before = await rssMiB(cluster.pid);
  const served: number[] = [];
  const all = await timed(async () => {
    for (let index = 0; index < count; index++) served.push(await timed(() => createAndUse(api, index)));
  });
  const idle = await usageOver(cluster.pid, settleMs);
  const discovery = await timed(() =>
    api.call('GET', '/apis', { accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList' }),
  );
  await cluster.down();
  const restart = await cluster.up();
  await usageOver(cluster.pid, settleMs);
  return [
    { name: 'CRD created to served: p50', value: quantile(served, 0.5), unit: 'ms', target: '≤ 1000' },
    { name: 'CRD created to served: p99', value: quantile(served, 0.99), unit: 'ms' },
    { name: `${count} CRDs of 170 KiB, one after the other`, value: all / 1000, unit: 's' },
    { name: 'control plane with no CRD: memory', value: before, unit: 'MiB' },
    { name: `control plane after creating ${count} CRDs: memory`, value: idle.rssMiB, unit: 'MiB' },
    { name: `control plane idle with ${count} CRDs: CPU`, value: idle.cpuPercent, unit: '%' },
    { name: `discovery with ${count} CRDs`, value: discovery, unit: 'ms' },
    { name: `start with ${count} CRDs`, value: restart / 1000, unit: 's' },
    { name: `control plane started with ${count} CRDs: memory`, value: await rssMiB(cluster.pid), unit: 'MiB' },
  ];
}

/** Until its objects can be listed. */
async function createAndUse(api: ApiConnection, index: number): Promise<void> {
  await api.call('POST', definitions, definition(index));
  for (let isServed = false; !isServed; ) {
    try {
      await api.call('GET', `/apis/bench.test/v1/things${index}`);
      isServed = true;
    } catch (error) {
      if (!String(error).includes(': 404 ')) throw error;
    }
  }
}
