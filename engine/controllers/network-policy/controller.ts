/** Keeps what the nodes need to know of NetworkPolicies: see `network-rules.ts`. */
import { isApiError } from '../../api/errors.ts';
import { configMap as configMapKind } from '../../api/kinds/core/config-map.ts';
import { namespace as namespaceKind } from '../../api/kinds/core/namespace.ts';
import { pod as podKind } from '../../api/kinds/core/pod.ts';
import { networkPolicy as policyKind } from '../../api/kinds/networking/network-policy.ts';
import { networkRulesKey } from '../../api/network-rules.ts';
import { keyString, type Live } from '../../api/object.ts';
import type { ConfigMap, Pod } from '../../api/types.gen.ts';
import type { CacheEvent } from '../../cache/cache.ts';
import { Controller, onChange, type Result } from '../../client/controller.ts';
import type { ControllerSetup } from '../context.ts';
import { pauseAfter } from '../pause-after.ts';
import { hasAddress, resolvePolicies } from './resolve.ts';

/** All are kept together. */
const all = ['all'];

export const networkPolicyController: ControllerSetup = ({ client, clock, informers, onError }) => {
  const policies = informers.cache(policyKind);
  const namespaces = informers.cache(namespaceKind);
  const pods = informers.cache(podKind);
  const maps = informers.cache(configMapKind);
  const mapKey = keyString(networkRulesKey);
  const ifNeeded = (isNews: boolean): readonly string[] => (isNews && policies.list().length > 0 ? all : []);

  async function reconcile(): Promise<Result> {
    const current = maps.get(mapKey);
    if (policies.list().length === 0) {
      if (current) await remove(current);
      return pauseAfter(0);
    }
    const known = pods.list();
    const rules = JSON.stringify(resolvePolicies({ policies: policies.list(), namespaces: namespaces.list(), pods: known }));
    if (current?.data?.rules !== rules) await write(current, rules);
    return pauseAfter(known.length);
  }
  async function write(current: Live<ConfigMap> | undefined, rules: string): Promise<void> {
    if (current) await client.update(configMapKind, { ...current, data: { rules } });
    else await client.create(configMapKind, { metadata: { ...networkRulesKey, annotations: { description } }, data: { rules } });
  }
  async function remove({ metadata: { uid } }: Live<ConfigMap>): Promise<void> {
    try {
      await client.delete(configMapKind, networkRulesKey, { uid });
    } catch (error) {
      if (!isApiError(error, 'NotFound')) throw error;
    }
  }

  return () =>
    new Controller({
      name: 'network-policy-controller',
      clock,
      onError,
      workers: 1,
      triggers: [
        onChange(policies, () => all),
        onChange(namespaces, () => ifNeeded(true)),
        onChange(pods, (event) => ifNeeded(isNews(event))),
        onChange(maps, ({ object: { metadata } }) =>
          metadata.name === networkRulesKey.name && metadata.namespace === networkRulesKey.namespace ? all : [],
        ),
      ],
      reconcile,
    });
};
const description =
  'What the NetworkPolicies of this cluster mean at present, for its nodes. Kept by the control plane; changes are undone.';

function isNews(event: CacheEvent<Pod>): boolean {
  if (event.type !== 'updated') return hasAddress(event.object);
  const { object, previous } = event;
  if (hasAddress(object) !== hasAddress(previous)) return true;
  const facts = ({ metadata, status }: Pod): string => JSON.stringify([metadata.labels, status?.podIP]);
  return hasAddress(object) && facts(object) !== facts(previous);
}
