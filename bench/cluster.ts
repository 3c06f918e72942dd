/** Start, restart, pod start and idle cost of a real one-node cluster on Docker. */
import { createInterface } from 'node:readline';
import { type ApiConnection, connectApi } from './api-connection.ts';
import { type BenchCluster, benchCluster, docker } from './minato.ts';
import { usageOver } from './process-usage.ts';
import type { Row } from './row.ts';
import { median, timed } from './statistics.ts';

const image = 'nginx';

export async function benchClusterStart(): Promise<readonly Row[]> {
  const starts: number[] = [];
  const restarts: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < 3; round++) {
    bare.push(await timed(() => bareRun(`minato-bench-bare-${round}`)));
    await using cluster = await benchCluster('bench');
    starts.push(cluster.startMs);
    await cluster.down();
    restarts.push(await cluster.up());
  }
  const [start, restart] = [median(starts), median(restarts)];
  return [
    {
      name: 'cluster start, command to Ready and DNS (1 node)',
      value: start,
      unit: 'ms',
      target: '≤ 3000',
      ratio: start / median(bare),
      beside: 'one bare docker run',
    },
    { name: 'control plane restart, pods kept', value: restart, unit: 'ms', ratio: restart / start, beside: 'first start' },
  ];
}

export async function benchPods(): Promise<readonly Row[]> {
  await using cluster = await benchCluster('bench');
  using api = connectApi(cluster.kubeconfig, 2);
  const pods: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < 7; round++) {
    bare.push(
      await timed(async () => {
        await bareRun(`minato-bench-a-${round}`);
        await bareRun(`minato-bench-b-${round}`, ['--network', `container:minato-bench-a-${round}`]);
      }),
    );
    pods.push(await timeUntilRunning(cluster, api, `p${round}`));
    await docker('rm', '-f', `minato-bench-a-${round}`, `minato-bench-b-${round}`);
  }
  const [pod, two] = [median(pods), median(bare)];
  const first = {
    name: 'kubectl run to Running, image present',
    value: pod,
    unit: 'ms',
    target: '≤ 1.5 ×',
    ratio: pod / two,
    beside: 'two bare docker run',
  };
  return [first, ...(await idle(cluster))];
}

async function idle(cluster: BenchCluster): Promise<readonly Row[]> {
  await cluster.kubectl('create', 'deployment', 'idle', `--image=${image}`, '--replicas=10');
  await cluster.kubectl('rollout', 'status', 'deployment/idle', '--timeout=120s');
  const agent = Number(await docker('inspect', '--format', '{{.State.Pid}}', 'minato-bench-bench'));
  const agentPid = await nodeProcess(agent);
  const [control, node] = await Promise.all([usageOver(cluster.pid, 60_000), usageOver(agentPid, 60_000)]);
  return [
    { name: 'control plane idle, 10 pods: memory', value: control.rssMiB, unit: 'MiB', target: '≤ 200' },
    { name: 'control plane idle, 10 pods: CPU', value: control.cpuPercent, unit: '% of a core', target: '≤ 1' },
    { name: 'agent idle, 10 pods: memory', value: node.rssMiB, unit: 'MiB', target: '≤ 80' },
    { name: 'agent idle, 10 pods: CPU', value: node.cpuPercent, unit: '% of a core', target: '≤ 1' },
  ];
}

/** The agent itself, should the container's first process be its launcher. */
async function nodeProcess(pid: number): Promise<number> {
  const { readFile } = await import('node:fs/promises');
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')).trim().split(' ').filter(Boolean);
  for (const child of children) if ((await readFile(`/proc/${child}/comm`, 'utf8')).startsWith('node')) return Number(child);
  return pid;
}

async function bareRun(name: string, words: readonly string[] = []): Promise<void> {
  await docker('run', '-d', '--name', name, ...words, '--entrypoint', 'sleep', image, '60');
  if (words.length === 0 && !name.includes('-a-')) await docker('rm', '-f', name);
}

/** From before `kubectl run` to the watch event that says Running. The watch is open before the clock starts: a second kubectl would be measured with it. */
async function timeUntilRunning(cluster: BenchCluster, api: ApiConnection, name: string): Promise<number> {
  const watch = await api.stream(`/api/v1/namespaces/default/pods?watch=1&fieldSelector=metadata.name%3D${name}`);
  const seen = (async () => {
    for await (const line of createInterface({ input: watch })) {
      const { object } = JSON.parse(line) as { readonly object: { readonly status?: { readonly phase?: string } } };
      if (object.status?.phase === 'Running') return;
    }
  })();
  const ms = await timed(async () => {
    await cluster.kubectl('run', name, `--image=${image}`, '--image-pull-policy=IfNotPresent');
    await seen;
  });
  watch.destroy();
  return ms;
}
