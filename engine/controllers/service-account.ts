/** Every namespace has a ServiceAccount `default`. Upstream: pkg/controller/serviceaccount/serviceaccounts_controller.go. */
import { isApiError } from '../api/errors.ts';
import { namespace as namespaceKind } from '../api/kinds/core/namespace.ts';
import { serviceAccount as serviceAccountKind } from '../api/kinds/core/service-account.ts';
import { keyString } from '../api/object.ts';
import { Controller, done, onChange, onObject } from '../client/controller.ts';
import type { ControllerSetup } from './context.ts';
import { isNamespaceTerminating } from './namespace-terminating.ts';

export const serviceAccountController: ControllerSetup = ({ client, clock, informers, onError }) => {
  const namespaces = informers.cache(namespaceKind);
  const accounts = informers.cache(serviceAccountKind);
  return () =>
    new Controller({
      name: 'service-account-controller',
      clock,
      onError,
      triggers: [
        onObject(namespaces),
        onChange(accounts, ({ type, object }) => (type === 'deleted' ? [object.metadata.namespace ?? ''] : [])),
      ],
      async reconcile(name) {
        const namespace = namespaces.get(name);
        const isGoing = !namespace || namespace.metadata.deletionTimestamp !== undefined || namespace.status?.phase === 'Terminating';
        if (isGoing || accounts.get(keyString({ namespace: name, name: 'default' }))) return done;
        try {
          await client.create(serviceAccountKind, { metadata: { name: 'default', namespace: name } });
        } catch (error) {
          if (!isApiError(error, 'AlreadyExists') && !isNamespaceTerminating(error)) throw error;
        }
        return done;
      },
    });
};
