/**
 * Holds Pods to the level that their namespace's labels ask for: refuses, or warns. There is no audit log to write violations of `audit` to.
 * Upstream: plugin/pkg/admission/security/podsecurity, k8s.io/pod-security-admission/admission.
 */
import { forbidden, invalid } from '../../api/errors.ts';
import type { FieldError } from '../../api/field-error.ts';
import type { KubeObject } from '../../api/object.ts';
import { printDetails, printReasons, violations } from '../../api/pod-security/evaluate.ts';
import { compareLevels, isFree, isSameLevel, type LevelVersion, type Policy, policyOf, printLevel } from '../../api/pod-security/policy.ts';
import type { Namespace, Pod, PodTemplateSpec } from '../../api/types.gen.ts';
import { isSame } from '../../api/validation/fields.ts';
import type { Store } from '../../store/store.ts';
import type { AdmissionRequest, Approval } from '../context.ts';
import type { Registry } from '../registry.ts';

export interface PodSecurityOptions {
  readonly store: Store;
  readonly registry: Registry;
}

/** At most so many of a namespace's Pods are looked at when its level rises. */
const maxPods = 3000;

export function podSecurity(options: PodSecurityOptions): Approval {
  return async (request) => {
    const { kind } = request.target.resource;
    if (request.operation === 'DELETE') return;
    if (kind.group === '' && kind.plural === 'namespaces') return approveNamespace(options, request);
    if (kind.group === '' && kind.plural === 'pods') return approvePod(options, request);
    const template = request.target.subresource === undefined ? templateOf(request) : undefined;
    if (template) await approve(options, request, template);
  };
}

/** Pod controllers are only warned of: their Pods are refused. */
async function approve(options: PodSecurityOptions, request: AdmissionRequest, { metadata = {}, spec }: PodTemplateSpec): Promise<void> {
  const { warn } = await policyIn(options, request.target.namespace);
  if (spec) warnOf(request, warn, { metadata, spec });
}

async function approvePod(options: PodSecurityOptions, request: AdmissionRequest): Promise<void> {
  const { target, operation, name } = request;
  if (target.subresource !== undefined) return;
  // The kind was just looked at.
  const pod = request.object as Pod;
  const policy = await policyIn(options, target.namespace);
  if (isFree(policy) || (operation === 'UPDATE' && !isSignificant(pod, request.old as Pod))) return;
  const found = violations(pod, policy.enforce);
  if (found.length > 0)
    throw forbidden(
      target.resource.kind,
      name,
      `violates PodSecurity ${JSON.stringify(printLevel(policy.enforce))}: ${printDetails(found)}`,
    );
  warnOf(request, policy.warn, pod);
}

function warnOf({ caller }: AdmissionRequest, level: LevelVersion, pod: Pick<Pod, 'metadata' | 'spec'>): void {
  const found = violations(pod, level);
  if (found.length > 0) caller.warn(`would violate PodSecurity ${JSON.stringify(printLevel(level))}: ${printDetails(found)}`);
}

/** Images are all of a Pod that changes and matters here; containers may be added. */
function isSignificant({ spec }: Pod, { spec: old }: Pod): boolean {
  const images = (list: readonly { readonly name: string; readonly image?: string | undefined }[] = []) =>
    list.map(({ name, image }) => [name, image]);
  return (['initContainers', 'containers', 'ephemeralContainers'] as const).some(
    (field) => !isSame(images(spec[field]), images(old[field])),
  );
}

async function policyIn({ store, registry }: PodSecurityOptions, namespace: string | undefined): Promise<Policy> {
  const namespaces = registry.need('', 'namespaces');
  const entry = await store.get(namespaces.key(undefined, namespace ?? ''));
  return policyOf(entry && namespaces.live(entry).metadata.labels).policy;
}

async function approveNamespace(
  options: PodSecurityOptions,
  { target, operation, object, old, name, caller }: AdmissionRequest,
): Promise<void> {
  if (target.subresource !== undefined) return;
  const next = policyOf(object?.metadata.labels);
  const before = operation === 'UPDATE' ? policyOf(old?.metadata.labels) : undefined;
  if (next.errors.length > 0 && !isSame(texts(next.errors), texts(before?.errors ?? [])))
    throw invalid(target.resource.kind, name, next.errors);
  if (!before) return;
  const [to, from] = [next.policy.enforce, before.policy.enforce];
  if (to.level === 'privileged' || isSameLevel(to, from)) return;
  if (to.minor === from.minor && compareLevels(to.level, from.level) < 1) return;
  for (const warning of await existing(options, object as Namespace, to)) caller.warn(warning);
}
const texts = (errors: readonly FieldError[]): readonly string[] => errors.map((error) => JSON.stringify(error));

/** What a namespace's Pods would violate, those that violate the same together. */
async function existing({ store, registry }: PodSecurityOptions, { metadata }: Namespace, level: LevelVersion): Promise<readonly string[]> {
  const pods = registry.need('', 'pods');
  const { entries, remaining } = await store.list(pods.prefixOf(metadata.name), { limit: maxPods });
  const byReasons = new Map<string, string[]>();
  for (const entry of entries) {
    // Everything under the prefix is a Pod; their order is that of their names.
    const pod = pods.live(entry) as KubeObject as Pod;
    const reasons = printReasons(violations(pod, level));
    if (reasons !== '') byReasons.set(reasons, [...(byReasons.get(reasons) ?? []), pod.metadata.name ?? '']);
  }
  const total = entries.length + remaining;
  const head = [
    ...(remaining > 0 ? [`new PodSecurity enforce level only checked against the first ${entries.length} of ${total} existing pods`] : []),
    ...(byReasons.size > 0
      ? [
          `existing pods in namespace ${JSON.stringify(metadata.name)} violate the new PodSecurity enforce level ${JSON.stringify(printLevel(level))}`,
        ]
      : []),
  ];
  return [...head, ...[...byReasons].map(([reasons, names]) => `${firstOf(names)}: ${reasons}`).toSorted()];
}

function firstOf([first = '', ...others]: readonly string[]): string {
  if (others.length === 0) return first;
  return others.length === 1 ? `${first} (and 1 other pod)` : `${first} (and ${others.length} other pods)`;
}

const templated = new Set(['replicationcontrollers', 'replicasets', 'deployments', 'statefulsets', 'daemonsets', 'jobs']);

function templateOf({ target, object }: AdmissionRequest): PodTemplateSpec | undefined {
  const { plural } = target.resource.kind;
  // Read as what the kinds with Pods in them look like.
  const { spec, template } = object as {
    readonly spec?: {
      readonly template?: PodTemplateSpec;
      readonly jobTemplate?: { readonly spec?: { readonly template?: PodTemplateSpec } };
    };
    readonly template?: PodTemplateSpec;
  };
  if (plural === 'podtemplates') return template;
  if (plural === 'cronjobs') return spec?.jobTemplate?.spec?.template;
  return templated.has(plural) ? spec?.template : undefined;
}
