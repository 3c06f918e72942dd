/** All controllers, in one process over shared caches. Adding one is its file and a line here. Upstream: cmd/kube-controller-manager. */
import { accountTokensController } from './account-tokens.ts';
import type { ControllerContext, ControllerSetup } from './context.ts';
import { cronJobController } from './cron-job/controller.ts';
import { daemonSetController } from './daemon-set/controller.ts';
import { deploymentController } from './deployment/controller.ts';
import { endpointSliceController } from './endpoint-slice/controller.ts';
import { endpointSliceMirroringController } from './endpoint-slice-mirroring/controller.ts';
import { endpointsController } from './endpoints/controller.ts';
import { garbageCollector } from './garbage-collector/controller.ts';
import { jobController, jobOrphanController, ttlAfterFinishedController } from './job/controller.ts';
import { namespaceController } from './namespace.ts';
import { networkPolicyController } from './network-policy/controller.ts';
import { nodeLifecycleController } from './node-lifecycle/controller.ts';
import { EvictionHold } from './node-lifecycle/eviction-hold.ts';
import { taintEvictionController } from './node-lifecycle/taint-eviction.ts';
import { podGcController } from './pod-gc.ts';
import { replicaSetController, replicationControllerController } from './replica-set/controller.ts';
import { resourceQuotaController } from './resource-quota.ts';
import { rootCaController } from './root-ca.ts';
import { serviceAccountController } from './service-account.ts';
import { statefulSetController } from './stateful-set/controller.ts';
import { volumeBinderController } from './volumes/binder.ts';
import { ephemeralVolumeController } from './volumes/ephemeral.ts';
import { claimProtectionController, volumeProtectionController } from './volumes/protection.ts';

export interface Controllers extends AsyncDisposable {
  /** Evicts nobody for a while, and counts the silence of nodes from now: call it when the computer or the engine wakes up. */
  holdEviction(): void;
}
/** Long enough for agents to come back and renew their leases. */
const holdMs = 60_000;

function allControllers(hold: EvictionHold): readonly ControllerSetup[] {
  return [
    serviceAccountController,
    accountTokensController,
    rootCaController,
    namespaceController,
    replicaSetController,
    replicationControllerController,
    deploymentController,
    daemonSetController,
    statefulSetController,
    jobController,
    jobOrphanController,
    cronJobController,
    ttlAfterFinishedController,
    endpointSliceController,
    endpointSliceMirroringController,
    endpointsController,
    networkPolicyController,
    nodeLifecycleController(hold),
    taintEvictionController(hold),
    podGcController,
    resourceQuotaController,
    volumeBinderController,
    ephemeralVolumeController,
    claimProtectionController,
    volumeProtectionController,
    garbageCollector,
  ];
}

/** Resolves when all caches are complete and the controllers run. The informers and the events stay the caller's, who disposes them afterwards. */
export async function startControllers(context: ControllerContext): Promise<Controllers> {
  const hold = new EvictionHold(context.clock);
  const starts = allControllers(hold).map((setUp) => setUp(context));
  await context.informers.synced();
  const running = starts.map((start) => start());
  return {
    holdEviction: () => hold.hold(holdMs),
    async [Symbol.asyncDispose]() {
      await Promise.all(running.map((controller) => controller[Symbol.asyncDispose]()));
    },
  };
}
