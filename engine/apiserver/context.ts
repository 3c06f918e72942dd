/** What every verb works with, and how a request names its target. One `Context` lives as long as the API server. */
import type { Clock } from '../api/clock.ts';
import type { KubeObject } from '../api/object.ts';
import type { UserInfo } from '../api/types.gen.ts';
import type { Store } from '../store/store.ts';
import type { Registry } from './registry.ts';
import type { Resource } from './resource.ts';

export interface User extends UserInfo {
  readonly username: string;
  readonly groups: readonly string[];
}

export interface Target {
  readonly resource: Resource;
  /** Absent for cluster-scoped kinds, and for lists over all namespaces. */
  readonly namespace?: string | undefined;
  readonly subresource?: string | undefined;
}
export interface NamedTarget extends Target {
  readonly name: string;
}

/** Who asks, and where warnings for them go. */
export interface Caller {
  readonly user: User;
  /** The program that asks: the name in its User-Agent. */
  readonly agent: string;
  readonly warn: (message: string) => void;
}

export type AdmissionOperation = 'CREATE' | 'UPDATE' | 'DELETE';
export interface AdmissionRequest {
  readonly operation: AdmissionOperation;
  readonly target: Target;
  readonly name: string;
  readonly object: KubeObject | undefined;
  readonly old: KubeObject | undefined;
  readonly caller: Caller;
}
/** May change the object or refuse with an ApiError. */
export type Admission = (request: AdmissionRequest) => Promise<KubeObject | undefined>;

/** Looks at what is about to be written, after validation: may refuse with an ApiError, or warn. Upstream: validating admission. */
export type Approval = (request: AdmissionRequest) => Promise<void>;

/** What a write has claimed outside of its object (a cluster IP, a port): kept when the write lands, else given back. */
export interface Claim {
  readonly object: KubeObject;
  readonly keep: () => void;
  readonly giveBack: () => void;
}
/** Claims what `next` needs beyond what `old` has; throws ApiErrors. Synchronous: two writes never see the same thing free. */
export interface Allocator {
  claim(next: KubeObject, old: KubeObject | undefined, dryRun: boolean): Claim;
  release(object: KubeObject): void;
}

export interface ChargeRequest {
  readonly target: Target;
  /** As it will be written, with its name. */
  readonly next: KubeObject;
  readonly old: KubeObject | undefined;
  readonly dryRun: boolean;
}
/** Asks the namespace's quotas for room; the result gives it back when the write does not happen. Throws Forbidden. */
export type Charging = (request: ChargeRequest) => Promise<() => void>;

export interface Context {
  readonly store: Store;
  readonly clock: Clock;
  readonly registry: Registry;
  readonly newUid: () => string;
  /** In [0, 1): for generated names. */
  readonly random: () => number;
  readonly admit: Admission;
  readonly approve: Approval;
  readonly charge: Charging;
  readonly allocatorOf: (resource: Resource) => Allocator | undefined;
}
