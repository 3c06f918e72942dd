/** Every namespace has the cluster's CA in the ConfigMap `kube-root-ca.crt`, for its pods. Upstream: pkg/controller/certificates/rootcacertpublisher. */
import { isApiError } from '../api/errors.ts';
import { configMap as configMapKind } from '../api/kinds/core/config-map.ts';
import { namespace as namespaceKind } from '../api/kinds/core/namespace.ts';
import { keyString } from '../api/object.ts';
import type { ConfigMap } from '../api/types.gen.ts';
import { Controller, done, onChange, onObject } from '../client/controller.ts';
import type { ControllerSetup } from './context.ts';
import { isNamespaceTerminating } from './namespace-terminating.ts';

const mapName = 'kube-root-ca.crt';
const description =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or ' +
  'kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.';

export const rootCaController: ControllerSetup = ({ client, clock, informers, onError, rootCaPem }) => {
  const namespaces = informers.cache(namespaceKind);
  // The garbage collector watches all of them anyway: a watch of our own would be one more.
  const maps = informers.cache(configMapKind);
  const wanted = (namespace: string): ConfigMap => ({
    metadata: { name: mapName, namespace, annotations: { 'kubernetes.io/description': description } },
    data: { 'ca.crt': rootCaPem },
  });
  return () =>
    new Controller({
      name: 'root-ca-certificate-publisher-controller',
      clock,
      onError,
      triggers: [
        onObject(namespaces),
        onChange(maps, ({ object: { metadata } }) => (metadata.name === mapName ? [metadata.namespace ?? ''] : [])),
      ],
      async reconcile(name) {
        const namespace = namespaces.get(name);
        if (!namespace || namespace.metadata.deletionTimestamp !== undefined || namespace.status?.phase === 'Terminating') return done;
        const current = maps.get(keyString({ namespace: name, name: mapName }));
        const { data, metadata } = wanted(name);
        const isAnnotated = current?.metadata.annotations?.['kubernetes.io/description'] !== undefined;
        if (current?.data?.['ca.crt'] === rootCaPem && Object.keys(current.data).length === 1 && isAnnotated) return done;
        const annotations = { ...current?.metadata.annotations, ...metadata.annotations };
        try {
          if (current) await client.update(configMapKind, { ...current, metadata: { ...current.metadata, annotations }, data });
          else await client.create(configMapKind, wanted(name));
        } catch (error) {
          if (!isApiError(error, 'AlreadyExists') && !isNamespaceTerminating(error)) throw error;
        }
        return done;
      },
    });
};
