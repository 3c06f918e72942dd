/** What the form of a new Deployment holds, the object it stands for, and the kubectl lines that make the same object. Pure. */
import type { Container, Deployment } from '../../engine/api/types.gen.ts';
import { namespaceFlag, quoted } from './shell.ts';

export interface EnvRow {
  /** For React only. */
  readonly id: number;
  readonly name: string;
  readonly value: string;
}
export interface DeploymentDraft {
  readonly name: string;
  readonly namespace: string;
  readonly image: string;
  /** NaN while it is no number. */
  readonly replicas: number;
  /** Undefined: the container declares none. */
  readonly port: number | undefined;
  readonly env: readonly EnvRow[];
}

export const emptyDeployment: DeploymentDraft = { name: '', namespace: 'default', image: '', replicas: 1, port: undefined, env: [] };

export function deploymentOf(draft: DeploymentDraft): Deployment {
  const labels = { app: draft.name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: draft.name, namespace: draft.namespace, labels },
    spec: {
      replicas: Number.isNaN(draft.replicas) ? undefined : draft.replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [containerOf(draft)] } },
    },
  };
}

function containerOf({ image, port, env }: DeploymentDraft): Container {
  const named = env.filter(({ name }) => name !== '');
  return {
    name: containerNameOf(image),
    image,
    ...(port === undefined ? {} : { ports: [{ containerPort: port }] }),
    ...(named.length === 0 ? {} : { env: named.map(({ name, value }) => ({ name, value })) }),
  };
}

/** The last part of the image's name without tag and digest, as `kubectl create deployment` names it. `redis:alpine` → `redis`. */
export function containerNameOf(image: string): string {
  const bare = bareNameOf(image);
  const allowed = bare.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  return allowed.replaceAll(/^-+|-+$/g, '').slice(0, 63) || 'app';
}
function bareNameOf(image: string): string {
  return (image.split('/').at(-1) ?? '').split(/[:@]/)[0] ?? '';
}

/**
 * What is still missing stands there as kubectl's usage names it. `kubectl create deployment` appends five random letters to a container's name that it made out of one with `_` or `.`; such an object comes from
 * a file. Environment variables are set on the way, so that the Deployment has one revision and not two.
 */
export function deploymentCommands(draft: DeploymentDraft): readonly string[] {
  if (draft.image !== '' && containerNameOf(draft.image) !== bareNameOf(draft.image))
    return [`kubectl create -f ${quoted(`${draft.name || 'deployment'}.yaml`)}`];
  const create = [
    `kubectl create deployment ${draft.name === '' ? 'NAME' : quoted(draft.name)} --image=${draft.image === '' ? 'IMAGE' : quoted(draft.image)}`,
    Number.isNaN(draft.replicas) || draft.replicas === 1 ? '' : ` --replicas=${draft.replicas}`,
    draft.port === undefined ? '' : ` --port=${Number.isNaN(draft.port) ? '' : draft.port}`,
    namespaceFlag(draft.namespace),
  ].join('');
  const env = draft.env.filter(({ name }) => name !== '');
  if (env.length === 0) return [create];
  const words = env.map(({ name, value }) => quoted(`${name}=${value}`)).join(' ');
  return [
    `${create} --dry-run=client -o yaml \\`,
    `  | kubectl set env --local -f - ${words} -o yaml \\`,
    `  | kubectl create${namespaceFlag(draft.namespace)} -f -`,
  ];
}
