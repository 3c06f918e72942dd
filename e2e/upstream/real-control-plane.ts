/** Upstream's own control plane on loopback, in a folder of its own, gone when it is disposed of. */
import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Endpoint, httpsEndpoint } from './endpoint.ts';
import { pathOf, type ToolName } from './tools.ts';

export interface RealControlPlane extends AsyncDisposable {
  readonly endpoint: Endpoint;
  /** A kubeconfig of a cluster administrator. */
  readonly kubeconfig: string;
  /** What the programs wrote, one file each: `kube-apiserver.log` and its like. */
  readonly folder: string;
}
export interface RealOptions {
  /** Without them only the API server runs: objects stay as they were written. */
  readonly controllers?: boolean;
  /** The level that it behaves as, `1.34`: an API server can go three minors back. */
  readonly level?: string;
}

/** Resolves when `/readyz` answers and what the API server makes at its start (namespaces, roles, priorities) is there. */
export async function realControlPlane({ controllers = false, level }: RealOptions = {}): Promise<RealControlPlane> {
  const folder = await mkdtemp(join(tmpdir(), 'minato-upstream-'));
  const children: ChildProcess[] = [];
  const start = (name: ToolName, words: readonly string[]): void => {
    const child = spawn(pathOf(name), words, { stdio: ['ignore', 'pipe', 'pipe'] });
    const log = createWriteStream(join(folder, `${name}.log`));
    for (const stream of [child.stdout, child.stderr]) stream.pipe(log, { end: false });
    children.push(child);
  };
  const dispose = async (): Promise<void> => {
    for (const child of children.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    }
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const [etcd, peer, api] = await freePorts(3);
    const token = randomBytes(16).toString('hex');
    const key = join(folder, 'service-account.key');
    await writeFile(key, generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }), {
      mode: 0o600,
    });
    const tokens = join(folder, 'tokens.csv');
    await writeFile(tokens, `${token},admin,admin,system:masters\n`, { mode: 0o600 });
    start('etcd', [
      ...[
        '--data-dir',
        join(folder, 'etcd'),
        '--listen-client-urls',
        `http://127.0.0.1:${etcd}`,
        '--advertise-client-urls',
        `http://127.0.0.1:${etcd}`,
      ],
      ...['--listen-peer-urls', `http://127.0.0.1:${peer}`, '--initial-advertise-peer-urls', `http://127.0.0.1:${peer}`],
      ...['--initial-cluster', `default=http://127.0.0.1:${peer}`],
    ]);
    start('kube-apiserver', [
      ...[`--etcd-servers=http://127.0.0.1:${etcd}`, `--secure-port=${api}`, '--bind-address=127.0.0.1', '--advertise-address=127.0.0.1'],
      ...[`--cert-dir=${join(folder, 'certificates')}`, `--token-auth-file=${tokens}`, '--authorization-mode=Node,RBAC'],
      ...[
        `--service-account-key-file=${key}`,
        `--service-account-signing-key-file=${key}`,
        '--service-account-issuer=https://kubernetes.default.svc',
      ],
      ...['--service-cluster-ip-range=10.96.0.0/16', '--endpoint-reconciler-type=none', ...(level ? [`--emulated-version=${level}`] : [])],
    ]);
    const server = `https://127.0.0.1:${api}`;
    const endpoint = httpsEndpoint(server, { token });
    await untilReady(endpoint, children);
    const kubeconfig = join(folder, 'kubeconfig');
    await writeFile(kubeconfig, kubeconfigText(server, token), { mode: 0o600 });
    if (controllers) {
      const certificate = join(folder, 'certificates', 'apiserver.crt');
      start('kube-controller-manager', [
        ...[`--kubeconfig=${kubeconfig}`, `--service-account-private-key-file=${key}`, `--root-ca-file=${certificate}`],
        ...['--use-service-account-credentials', '--leader-elect=false', '--secure-port=0'],
      ]);
      start('kube-scheduler', [`--kubeconfig=${kubeconfig}`, '--leader-elect=false', '--secure-port=0']);
    }
    return { endpoint, kubeconfig, folder, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    const log = await readFile(join(folder, 'kube-apiserver.log'), 'utf8').catch(() => '');
    await dispose();
    throw new Error(`upstream's control plane did not start; its last words:\n${log.split('\n').slice(-15).join('\n')}`, { cause: error });
  }
}

/** Asks until it is ready; rejects when one of the programs ends before. */
async function untilReady(endpoint: Endpoint, children: readonly ChildProcess[]): Promise<void> {
  for (;;) {
    const ended = children.find(({ exitCode, signalCode }) => exitCode !== null || signalCode !== null);
    if (ended) throw new Error(`${ended.spawnfile} ended`);
    const answer = await endpoint.request({ method: 'GET', path: '/readyz' }).catch(() => undefined);
    if (answer?.status === 200) return;
    // There is no event to wait for: it is a program that comes up on a port.
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function kubeconfigText(server: string, token: string): string {
  const named = (name: string, value: object): object => ({ name: 'upstream', [name]: value });
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'upstream',
    clusters: [named('cluster', { server, 'insecure-skip-tls-verify': true })],
    users: [named('user', { token })],
    contexts: [named('context', { cluster: 'upstream', user: 'upstream' })],
  });
}

/** All held at once, so that they differ. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as { readonly port: number }).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
