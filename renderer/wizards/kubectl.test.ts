/**
 * The kubectl lines that wizards show are run as they are, in a shell, by every stock kubectl from 1.31 on that is found, against an API server; the
 * object must equal the one that the wizard's manifest makes.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deployment as deploymentKind } from '../../engine/api/kinds/apps/deployment.ts';
import { service as serviceKind } from '../../engine/api/kinds/core/service.ts';
import type { Deployment, Service } from '../../engine/api/types.gen.ts';
import { stockKubectls } from '../../engine/testing/kubectl.ts';
import { type SecureApiServer, secureApiServer } from '../../engine/testing/test-api-server.ts';
import { toYaml } from '../data/yaml.ts';
import { type DeploymentDraft, deploymentCommands, deploymentOf, emptyDeployment } from './deployment-draft.ts';
import { initialService, type ServiceDraft, serviceCommands, serviceOf } from './service-draft.ts';

const run = promisify(execFile);
const kubectls = stockKubectls();
const directory = mkdtempSync(join(tmpdir(), 'minato-kubectl-'));
let api: SecureApiServer;
let kubeconfig: string;

beforeAll(async () => {
  api = await secureApiServer({ namespaces: ['demo'] });
  kubeconfig = await api.kubeconfig('admin', 'system:masters');
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

const drafts: readonly DeploymentDraft[] = [
  { ...emptyDeployment, name: 'web', image: 'nginx' },
  { ...emptyDeployment, name: 'web', image: 'nginx:1.27', replicas: 3, port: 80 },
  { ...emptyDeployment, name: 'web', image: 'localhost:5000/team/nginx-unprivileged:1.27', replicas: 0, namespace: 'demo' },
  { ...emptyDeployment, name: 'web', image: `nginx@sha256:${'a'.repeat(64)}` },
  // A name that kubectl makes random, hence from a file.
  { ...emptyDeployment, name: 'vote', image: 'dockersamples/examplevotingapp_vote', port: 80, namespace: 'demo' },
  {
    ...emptyDeployment,
    name: 'db',
    namespace: 'demo',
    image: 'postgres:15-alpine',
    port: 5432,
    env: [
      { id: 1, name: 'POSTGRES_USER', value: 'postgres' },
      { id: 2, name: 'POSTGRES_PASSWORD', value: `it's "a" $secret; \\ 港` },
      { id: 3, name: 'URL', value: 'a=b&c=d' },
      { id: 4, name: 'EMPTY', value: '' },
      { id: 5, name: '', value: 'without a name: left out' },
    ],
  },
];

const exposed = deploymentOf({ ...emptyDeployment, name: 'web', namespace: 'demo', image: 'nginx', port: 80 });
const plain = deploymentOf({ ...emptyDeployment, name: 'plain', image: 'nginx' });
const dns = withPorts(deploymentOf({ ...emptyDeployment, name: 'dns', image: 'coredns' }), [
  { containerPort: 53, protocol: 'UDP', name: 'dns' },
  { containerPort: 9153, name: 'metrics' },
]);
const exposures: readonly (readonly [Deployment, Partial<ServiceDraft>])[] = [
  [exposed, {}],
  [exposed, { type: 'ClusterIP', port: 8080 }],
  [exposed, { type: 'LoadBalancer', name: 'web-lb', port: 8080, targetPort: '80' }],
  [exposed, { nodePort: 31_000 }],
  [exposed, { name: 'other', port: 5000, targetPort: '80', nodePort: 31_001 }],
  [plain, { port: 8080, targetPort: '' }],
  [dns, {}],
  [dns, { port: 9153, targetPort: 'metrics' }],
  [dns, { type: 'ClusterIP', port: 53, targetPort: 'dns', nodePort: 31_002 }],
];

it('a stock kubectl from 1.31 on is there to be tested with', ({ skip }) => {
  if (kubectls.length === 0) skip('none is on the PATH, or beside the one that is there');
  expect(kubectls.length).toBeGreaterThan(0);
});

describe.each(kubectls)('kubectl 1.$minor', ({ path }) => {
  it.each(drafts)('creates the Deployment of $image', async (draft) => {
    const manifest = deploymentOf(draft);
    writeFileSync(join(directory, `${draft.name}.yaml`), toYaml(manifest));
    const { namespace, name } = draft;
    await shell(path, deploymentCommands(draft));
    const theirs = await api.client.get(deploymentKind, { namespace, name });
    await api.client.delete(deploymentKind, { namespace, name });
    const ours = await api.client.create(deploymentKind, manifest);
    await api.client.delete(deploymentKind, { namespace, name });
    expect(essence(ours)).toEqual(essence(theirs));
  });

  it.each(exposures)('exposes %o as %o', async (deployment, change) => {
    const draft = { ...initialService(deployment), ...change };
    const manifest = serviceOf(draft, deployment);
    const namespace = deployment.metadata.namespace ?? 'default';
    const at = { namespace, name: deployment.metadata.name ?? '' };
    await api.client.create(deploymentKind, deployment);
    await shell(path, serviceCommands(draft, deployment));
    const key = { namespace, name: draft.name };
    const theirs = await api.client.get(serviceKind, key);
    await api.client.delete(serviceKind, key);
    const ours = await api.client.create(serviceKind, manifest);
    await api.client.delete(serviceKind, key);
    await api.client.delete(deploymentKind, at);
    const isAsked = change.nodePort !== undefined;
    expect(essence(ours, isAsked)).toEqual(essence(theirs, isAsked));
  });
});

async function shell(kubectl: string, lines: readonly string[]): Promise<void> {
  await run('bash', ['-euo', 'pipefail', '-c', lines.join('\n')], {
    cwd: directory,
    env: { ...process.env, PATH: `${folderWith(kubectl)}${delimiter}${process.env.PATH}`, KUBECONFIG: kubeconfig },
  });
}

/** Without what differs between any two creations: identity, and the addresses that were free at the time. */
function essence(object: Deployment | Service, isNodePortAsked = false): unknown {
  const { uid: _uid, resourceVersion: _version, creationTimestamp: _created, managedFields: _fields, ...metadata } = object.metadata;
  const { clusterIP: _ip, clusterIPs: _ips, ports, ...spec } = object.spec as Service['spec'];
  const shown = ports?.map((port) => ({ ...port, nodePort: isNodePortAsked ? port.nodePort : port.nodePort && 'chosen' }));
  return { metadata, spec: { ...spec, ...(shown ? { ports: shown } : {}) } };
}

function withPorts(deployment: Deployment, ports: readonly { containerPort: number; protocol?: string; name?: string }[]): Deployment {
  const { template } = deployment.spec;
  const containers = (template.spec?.containers ?? []).map((container) => ({ ...container, ports }));
  return { ...deployment, spec: { ...deployment.spec, template: { ...template, spec: { ...template.spec, containers } } } };
}

/** Under the name that the lines call it by, in a folder of its own. */
function folderWith(kubectl: string): string {
  const folder = mkdtempSync(join(directory, 'bin-'));
  symlinkSync(kubectl, join(folder, 'kubectl'));
  return folder;
}
