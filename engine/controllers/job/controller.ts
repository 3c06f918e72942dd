/** Runs pods until so many have succeeded. Upstream: pkg/controller/job. */
import { isApiError } from '../../api/errors.ts';
import { isFinished, job as jobKind } from '../../api/kinds/batch/job.ts';
import { pod as podKind } from '../../api/kinds/core/pod.ts';
import { keyOf, type Live } from '../../api/object.ts';
import { type Selector, selectorOf } from '../../api/selector.ts';
import type { Job, Pod } from '../../api/types.gen.ts';
import type { Cache, CacheEvent } from '../../cache/cache.ts';
import { Controller, onChange, onObject } from '../../client/controller.ts';
import { Expectations } from '../../client/expectations.ts';
import { controllerOf } from '../../client/owner-references.ts';
import type { ControllerContext, ControllerSetup } from '../context.ts';
import { byController } from '../indexes.ts';
import { podTriggerKeys } from '../pod-trigger-keys.ts';
import { isTracked } from './job-pods.ts';
import { JobReconciler } from './reconciler.ts';
import { letGo } from './release.ts';

const component = 'job-controller';
/** Jobs of another manager are left to it. */
const ownManager = 'kubernetes.io/job-controller';

export function isManagedElsewhere({ spec }: Job): boolean {
  return spec.managedBy !== undefined && spec.managedBy !== ownManager;
}
function selector({ spec }: Job): Selector {
  return selectorOf(spec.selector);
}

export const jobController: ControllerSetup = (context) => {
  const { informers, clock, onError } = context;
  const jobs = informers.cache(jobKind);
  const pods = informers.cache(podKind, {}, byController);
  return () => {
    const expectations = new Expectations(clock);
    const reconciler = new JobReconciler({ context, jobs, pods, expectations, component });
    const podKeys = podTriggerKeys({ kind: 'Job', owners: jobs, selector, expectations });
    return new Controller({
      name: component,
      clock,
      onError,
      triggers: [
        onObject(jobs),
        onChange(pods, (event) => {
          reconciler.see(event);
          return podKeys(event);
        }),
      ],
      reconcile: async (key) => {
        const job = jobs.get(key);
        if (!job || isFinished(job)) return reconciler.forget(key);
        return isManagedElsewhere(job) ? { type: 'done' } : reconciler.reconcile(key, job);
      },
    });
  };
};

/** Pods whose Job is gone would be held forever. Upstream: syncOrphanPod. */
export const jobOrphanController: ControllerSetup = ({ client, clock, informers, onError }: ControllerContext) => {
  const jobs = informers.cache(jobKind);
  const pods = informers.cache(podKind, {}, byController);
  const isOrphan = (pod: Live<Pod>): boolean => {
    if (!isTracked(pod)) return false;
    const owner = controllerOf(pod);
    return owner === undefined || (owner.kind === 'Job' && ownerOf(jobs, pod) === undefined);
  };
  return () =>
    new Controller({
      name: 'job-orphan-pod-controller',
      clock,
      onError,
      triggers: [
        onChange(pods, ({ object }) => (isOrphan(object) ? [keyOf(object)] : [])),
        onChange(jobs, ({ type, object }) => (type === 'deleted' ? pods.byIndex('controller', object.metadata.uid).map(keyOf) : [])),
      ],
      async reconcile(key) {
        const pod = pods.get(key);
        if (pod && isOrphan(pod)) await letGo(client, pod);
        return { type: 'done' };
      },
    });
};

function ownerOf(jobs: Cache<Job>, pod: Live<Pod>): Live<Job> | undefined {
  const owner = controllerOf(pod);
  const job = owner && jobs.get(`${pod.metadata.namespace}/${owner.name}`);
  return job?.metadata.uid === owner?.uid ? job : undefined;
}

/** Jobs that ended a while ago go, where they say so. Upstream: pkg/controller/ttlafterfinished. */
export const ttlAfterFinishedController: ControllerSetup = ({ client, clock, informers, onError }) => {
  const jobs = informers.cache(jobKind);
  const leftMs = (job: Live<Job>): number | undefined => {
    const { ttlSecondsAfterFinished: ttl } = job.spec;
    const end = job.status?.conditions?.find(({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True');
    if (ttl === undefined || !end?.lastTransitionTime || job.metadata.deletionTimestamp !== undefined) return undefined;
    return Date.parse(end.lastTransitionTime) + ttl * 1000 - clock.now();
  };
  return () =>
    new Controller({
      name: 'ttl-after-finished-controller',
      clock,
      onError,
      triggers: [
        onChange(jobs, (event: CacheEvent<Job>) =>
          event.type !== 'deleted' && leftMs(event.object) !== undefined ? [keyOf(event.object)] : [],
        ),
      ],
      async reconcile(key) {
        const known = jobs.get(key);
        const left = known && leftMs(known);
        if (!known || left === undefined) return { type: 'done' };
        if (left > 0) return { type: 'after', delayMs: left };
        const { uid, resourceVersion } = known.metadata;
        try {
          await client.delete(jobKind, known.metadata, { propagationPolicy: 'Foreground', uid, resourceVersion });
        } catch (error) {
          if (!isApiError(error, 'NotFound')) throw error;
        }
        return { type: 'done' };
      },
    });
};
