/**
 * Refuses writes for which a namespace's ResourceQuotas have no room. The last question before a write, after validation.
 * Upstream: apiserver's admission/plugin/resourcequota, which counts in the quota's status; here the server counts the objects themselves, and the status,
 * kept by a controller, is for people.
 */
import { forbidden } from '../../api/errors.ts';
import type { KubeObject } from '../../api/object.ts';
import { compareQuantity, quantityOf } from '../../api/quantity.ts';
import { type Amounts, addAmounts, noAmounts, parseAmounts, printAmounts } from '../../api/quota/amounts.ts';
import { podConstraint } from '../../api/quota/pod-usage.ts';
import { isInScope, quotaUsage, trackedNames, traitsOf } from '../../api/quota/usage.ts';
import type { Pod, ResourceQuota } from '../../api/types.gen.ts';
import type { ChargeRequest, Charging } from '../context.ts';
import type { Resource } from '../resource.ts';
import { Ledgers, type LedgersOptions } from './ledgers.ts';
import { added } from './usage-ledger.ts';

const nothing = (): void => {};

/** Resolves with what gives the room back when the write does not happen. Throws Forbidden. */
export function quotaCharging(options: LedgersOptions): Charging {
  const { clock, quotas } = options;
  const ledgers = new Ledgers(options);
  return async (request) => {
    const { target, next, old, dryRun } = request;
    const { resource, namespace, subresource } = target;
    if (quotas.objects.size === 0 || subresource !== undefined || !namespace) return nothing;
    const traits = traitsOf(resource.kind, next);
    const concerned = [...quotas.objects.values()].filter(
      (quota) => quota.metadata.namespace === namespace && isInScope(quota, traits) && namesOf(resource, quota).length > 0,
    );
    if (concerned.length === 0) return nothing;
    if (!old) checkConstraints(request, concerned);
    else if (isSameUsage(resource, { next, old }, clock.now())) return nothing;
    const ledger = await ledgers.of(resource, namespace);
    // From here to the reservation nothing waits: two writes never see the same room.
    const counted = { next: ledger.count(next), ...(old ? { old: ledger.count(old) } : {}) };
    for (const quota of concerned) {
      const requested = mask(added(quota, counted.next, counted.old), namesOf(resource, quota));
      const problem = exceeded(quota, requested, ledger.used(quota));
      if (problem !== undefined) throw forbidden(resource.kind, next.metadata.name ?? '', problem);
    }
    if (dryRun) return nothing;
    const { name = '', uid = '' } = next.metadata;
    return ledger.reserve({ key: resource.key(namespace, name), uid, ...counted });
  };
}

function namesOf({ kind }: Resource, { spec }: ResourceQuota): readonly string[] {
  return trackedNames(kind, Object.keys(spec?.hard ?? {}));
}

function checkConstraints({ target, next }: ChargeRequest, quotas: readonly ResourceQuota[]): void {
  const { kind } = target.resource;
  if (kind.group !== '' || kind.plural !== 'pods') return;
  for (const quota of quotas) {
    // The kind was just looked at.
    const problem = podConstraint(next as Pod, namesOf(target.resource, quota));
    if (problem !== undefined) throw forbidden(kind, next.metadata.name ?? '', `failed quota: ${quota.metadata.name ?? ''}: ${problem}`);
  }
}

function isSameUsage({ kind }: Resource, { next, old }: { readonly next: KubeObject; readonly old: KubeObject }, now: number): boolean {
  if (printAmounts(quotaUsage(kind, next, now)) !== printAmounts(quotaUsage(kind, old, now))) return false;
  return JSON.stringify(traitsOf(kind, next)) === JSON.stringify(traitsOf(kind, old));
}

/** `exceeded quota: q, requested: pods=1, used: pods=3, limited: pods=3`: only what is short. */
function exceeded(quota: ResourceQuota, requested: Amounts, used: Amounts): string | undefined {
  const hard = parseAmounts(quota.spec?.hard);
  const after = addAmounts(used, requested);
  const short = [...requested.keys()].filter((name) => {
    const [limit, total] = [hard.get(name), after.get(name)];
    return limit !== undefined && total !== undefined && compareQuantity(total, limit) > 0;
  });
  if (short.length === 0) return undefined;
  const print = (amounts: Amounts): string => printAmounts(new Map(short.map((name) => [name, amounts.get(name) ?? quantityOf(0)])));
  return `exceeded quota: ${quota.metadata.name ?? ''}, requested: ${print(requested)}, used: ${print(used)}, limited: ${print(hard)}`;
}

function mask(amounts: Amounts, names: readonly string[]): Amounts {
  return amounts.size === 0 ? noAmounts : new Map([...amounts].filter(([name]) => names.includes(name)));
}
