/**
 * Keeps in each ResourceQuota's status how much of it is used. The API server counts for itself when it refuses; this is what people see.
 * Upstream: pkg/controller/resourcequota; it counts anew every five minutes and when something goes, here whenever something that is counted changes.
 */

import type { KindDefinition } from '../api/kind.ts';
import { resourceQuota as quotaKind } from '../api/kinds/core/resource-quota.ts';
import { type KubeObject, keyOf, type Live } from '../api/object.ts';
import { type Amounts, addAmounts, amountsRecord, noAmounts } from '../api/quota/amounts.ts';
import { isInScope, quotaUsage, trackedNames, traitsOf } from '../api/quota/usage.ts';
import type { ResourceQuota } from '../api/types.gen.ts';
import type { Cache } from '../cache/cache.ts';
import { Controller, done, onChange, onObject, pause, type Trigger } from '../client/controller.ts';
import type { ControllerSetup } from './context.ts';
import { type CustomKind, customKindsOf } from './custom-kinds.ts';
import { isNamespaceTerminating } from './namespace-terminating.ts';
import { ownKinds } from './own-kinds.ts';

interface CountedKind {
  readonly kind: KindDefinition;
  readonly cache: Cache<KubeObject>;
}

/** Many objects that come at once are counted together. */
const pauseMs = 200;

export const resourceQuotaController: ControllerSetup = (context) => {
  const { client, clock, informers, kinds, onError } = context;
  const quotas = informers.cache(quotaKind);
  // The garbage collector watches all of them anyway.
  const counted: readonly CountedKind[] = ownKinds(kinds)
    .filter(({ namespaced }) => namespaced)
    .map((kind) => ({ kind, cache: informers.cache(kind) }));
  const followCustom = customKindsOf(context);
  const keysIn = (namespace: string | undefined): readonly string[] => (namespace ? quotas.list(namespace).map(keyOf) : []);
  return () => {
    const all = new Set(counted);
    const triggerOf = ({ cache }: CountedKind): Trigger => onChange(cache, ({ object: { metadata } }) => keysIn(metadata.namespace));
    const controller = new Controller({
      name: 'resource-quota-controller',
      clock,
      onError,
      triggers: [onObject(quotas), ...counted.map(triggerOf)],
      async reconcile(key) {
        const quota = quotas.get(key);
        if (!quota || quota.metadata.deletionTimestamp !== undefined) return done;
        const hard = quota.spec?.hard ?? {};
        const used = usedOf(quota, [...all], clock.now());
        if (isSameList(quota.status?.hard, hard) && isSameList(quota.status?.used, used)) return done;
        try {
          await client.update(quotaKind, { ...quota, status: { hard, used } }, { subresource: 'status' });
        } catch (error) {
          if (!isNamespaceTerminating(error)) throw error;
        }
        return pause(pauseMs);
      },
    });
    const ends = new Map<CustomKind, () => void>();
    const recount = (): void => {
      for (const quota of quotas.list()) controller.add(keyOf(quota));
    };
    const endCustom = followCustom({
      added(custom) {
        if (!custom.kind.namespaced) return;
        all.add(custom);
        ends.set(custom, controller.follow(triggerOf(custom)));
        recount();
      },
      removed(custom) {
        if (!all.delete(custom)) return;
        ends.get(custom)?.();
        ends.delete(custom);
        recount();
      },
    });
    return {
      async [Symbol.asyncDispose]() {
        endCustom();
        await controller[Symbol.asyncDispose]();
      },
    };
  };
};

function usedOf(quota: Live<ResourceQuota>, kinds: readonly CountedKind[], nowMs: number): Readonly<Record<string, string>> {
  const hard = Object.keys(quota.spec?.hard ?? {});
  const { namespace } = quota.metadata;
  const used = kinds.flatMap(({ kind, cache }) => {
    const names = trackedNames(kind, hard);
    if (names.length === 0) return [];
    const total = cache
      .list(namespace)
      .filter((object) => isInScope(quota, traitsOf(kind, object)))
      .reduce((sum: Amounts, object) => addAmounts(sum, quotaUsage(kind, object, nowMs)), noAmounts);
    const record = amountsRecord(total);
    return names.map((name) => [name, record[name] ?? '0'] as const);
  });
  return Object.fromEntries(used);
}

function isSameList(a: Readonly<Record<string, string>> = {}, b: Readonly<Record<string, string>> = {}): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
