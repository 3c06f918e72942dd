/** Kubernetes objects for the window: the same API that kubectl sees, as the cluster's administrator. */
import { StringDecoder } from 'node:string_decoder';
import { notFound } from '../../api/errors.ts';
import { findResource } from '../../api/find-kind.ts';
import type { KindDefinition } from '../../api/kind.ts';
import type { Client } from '../../client/client.ts';
import type { ClusterManager } from '../../cluster/cluster-manager.ts';
import type { KindRef } from '../contract.ts';
import type { ObjectsArea } from '../handler-types.ts';
import { applyYaml } from './apply-yaml.ts';
import { strictly } from './strictly.ts';
import { watchObjects } from './watch-objects.ts';

export function objectsArea(manager: ClusterManager): ObjectsArea {
  const clientOf = async (name: string): Promise<Client> => (await manager.running(name)).client;
  return {
    calls: {
      'objects.get': async ({ cluster, kind, ...key }) => (await clientOf(cluster)).get(resource(kind), key),
      'objects.list': async ({ cluster, kind, ...scope }) => (await clientOf(cluster)).list(resource(kind), defined(scope)),
      'objects.create': async ({ cluster, kind: ref, object, dryRun }) => {
        const kind = resource(ref);
        return (await clientOf(cluster)).create(kind, strictly(kind, object), { dryRun });
      },
      'objects.update': async ({ cluster, kind: ref, object, dryRun }) => {
        const kind = resource(ref);
        return (await clientOf(cluster)).update(kind, strictly(kind, object), { dryRun });
      },
      'objects.patch': async ({ cluster, kind, namespace, name, patch, dryRun }) => {
        const operations = patch.type === 'json' ? { ...patch, patch: patch.patch.map((operation) => defined(operation)) } : patch;
        return (await clientOf(cluster)).patch(resource(kind), { namespace, name }, operations, { dryRun });
      },
      'objects.delete': async ({ cluster, kind, namespace, name, ...options }) => {
        await (await clientOf(cluster)).delete(resource(kind), { namespace, name }, defined(options));
        return null;
      },
      'objects.apply': async ({ cluster, ...request }) => applyYaml(await clientOf(cluster), request),
    },
    subscriptions: {
      'objects.watch': async ({ cluster: name, kind, ...scope }, subscriber) => {
        const cluster = await manager.running(name);
        await watchObjects({
          client: cluster.client,
          kind: resource(kind),
          scope: defined(scope),
          released: cluster.released,
          ...subscriber,
        });
      },
      'pods.log': async ({ cluster: name, namespace, pod, ...options }, { emit, signal }) => {
        const cluster = await manager.running(name);
        const query = new URLSearchParams(Object.entries(defined(options)).map(([key, value]): [string, string] => [key, String(value)]));
        const decoder = new StringDecoder('utf8');
        let rest = '';
        for await (const chunk of cluster.controlPlane.podLog({ namespace, pod, query: query.toString(), signal })) {
          const lines = `${rest}${decoder.write(Buffer.from(chunk))}`.split('\n');
          rest = lines.pop() ?? '';
          if (lines.length > 0) emit({ lines });
        }
        if (rest !== '') emit({ lines: [rest] });
      },
    },
  };
}

function resource(ref: KindRef): KindDefinition {
  const kind = findResource(ref);
  if (kind) return kind;
  throw notFound({ group: ref.group, plural: ref.plural }, '');
}

type Defined<T> = { readonly [K in keyof T]: Exclude<T[K], undefined> };
/** Leaves out what is undefined: the client's options tell "absent" by absence. */
export function defined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as Defined<T>;
}
