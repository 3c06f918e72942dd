/** All admission plugins, in the order of upstream's recommended ones. Adding one is its file and a line here. */
import type { Clock } from '../../api/clock.ts';
import type { Store } from '../../store/store.ts';
import type { Rbac } from '../authz/rbac.ts';
import type { Admission } from '../context.ts';
import { nameSuffix } from '../generated-name.ts';
import type { Mirrors } from '../mirrors.ts';
import type { Registry } from '../registry.ts';
import { admissionChain } from './chain.ts';
import { defaultTolerations } from './default-tolerations.ts';
import { rbacEscalation } from './escalation.ts';
import { limitRanger } from './limit-ranger.ts';
import { namespaceLifecycle } from './namespace-lifecycle.ts';
import { nodeRestriction } from './node-restriction.ts';
import { nodeTaint } from './node-taint.ts';
import { priority } from './priority.ts';
import { runtimeClass } from './runtime-class.ts';
import { serviceAccount } from './service-account.ts';
import { claimResize, defaultStorageClass, storageProtection } from './storage.ts';

interface AdmissionOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly registry: Registry;
  readonly rbac: Rbac;
  readonly mirrors: Mirrors;
  readonly random: () => number;
}

export function admission({ store, clock, registry, rbac, mirrors, random }: AdmissionOptions): Admission {
  const accounts = registry.need('', 'serviceaccounts');
  return admissionChain([
    namespaceLifecycle({ store, namespaces: registry.need('', 'namespaces') }),
    limitRanger(mirrors.limitRanges),
    serviceAccount({ store, clock, accounts, suffix: () => nameSuffix(random) }),
    nodeRestriction({ store, registry }),
    nodeTaint,
    priority(mirrors.priorityClasses),
    defaultTolerations,
    defaultStorageClass(mirrors.storageClasses),
    storageProtection,
    claimResize(mirrors.storageClasses),
    runtimeClass,
    rbacEscalation(rbac),
  ]);
}
