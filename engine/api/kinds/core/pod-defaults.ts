/** What Kubernetes fills into Pods and pod templates. Upstream: k8s.io/kubernetes/pkg/apis/core/v1/defaults.go. */
import type {
  Container,
  EnvVar,
  EphemeralContainer,
  Lifecycle,
  Pod,
  PodSpec,
  PodTemplateSpec,
  Probe,
  ResourceRequirements,
} from '../../types.gen.ts';
import { each, fill, inField } from '../fill.ts';
import { defaultPullPolicy } from './image-name.ts';
import { volumeDefaults } from './volume-defaults.ts';

const httpGetDefaults = <T extends { readonly path?: string | undefined; readonly scheme?: string | undefined }>(action: T): T =>
  fill<{ readonly path?: string | undefined; readonly scheme?: string | undefined }>(action, { path: '/', scheme: 'HTTP' }) as T;

function probeDefaults(probe: Probe): Probe {
  const handled = inField(inField(probe, 'httpGet', httpGetDefaults), 'grpc', (grpc) =>
    grpc.service === undefined ? { ...grpc, service: '' } : grpc,
  );
  // Zero means "not said" for these four.
  const counts = {
    timeoutSeconds: probe.timeoutSeconds || 1,
    periodSeconds: probe.periodSeconds || 10,
    successThreshold: probe.successThreshold || 1,
    failureThreshold: probe.failureThreshold || 3,
  };
  const isComplete =
    probe.timeoutSeconds === counts.timeoutSeconds &&
    probe.periodSeconds === counts.periodSeconds &&
    probe.successThreshold === counts.successThreshold &&
    probe.failureThreshold === counts.failureThreshold;
  return isComplete ? handled : { ...handled, ...counts };
}

function lifecycleDefaults(lifecycle: Lifecycle): Lifecycle {
  const started = inField(lifecycle, 'postStart', (handler) => inField(handler, 'httpGet', httpGetDefaults));
  return inField(started, 'preStop', (handler) => inField(handler, 'httpGet', httpGetDefaults));
}

function envDefaults(variable: EnvVar): EnvVar {
  return inField(variable, 'valueFrom', (source) =>
    inField(
      inField(source, 'fieldRef', (ref) => fill(ref, { apiVersion: 'v1' })),
      'resourceFieldRef',
      (ref) => fill(ref, { divisor: '0' }),
    ),
  );
}

/** Shared by containers, init containers and ephemeral ones: they differ in no defaulted field. */
function containerDefaults<T extends Container | EphemeralContainer>(container: T): T {
  let done: Container | EphemeralContainer = fill<Container | EphemeralContainer>(container, {
    imagePullPolicy: container.imagePullPolicy || defaultPullPolicy(container.image),
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    resources: {},
  });
  done = inField(
    done,
    'ports',
    each((port) => fill(port, { protocol: 'TCP' })),
  );
  done = inField(done, 'env', each(envDefaults));
  done = inField(done, 'livenessProbe', probeDefaults);
  done = inField(done, 'readinessProbe', probeDefaults);
  done = inField(done, 'startupProbe', probeDefaults);
  done = inField(done, 'lifecycle', lifecycleDefaults);
  // Only fields that both types share were filled in.
  return done as T;
}

const specDefaults: Partial<PodSpec> = {
  dnsPolicy: 'ClusterFirst',
  restartPolicy: 'Always',
  securityContext: {},
  terminationGracePeriodSeconds: 30,
  schedulerName: 'default-scheduler',
};

/** `serviceAccount` is the old name of `serviceAccountName`; both are always shown. */
function serviceAccountAlias(spec: PodSpec): PodSpec {
  const name = spec.serviceAccountName || spec.serviceAccount;
  if (!name || (spec.serviceAccountName === name && spec.serviceAccount === name)) return spec;
  return { ...spec, serviceAccountName: name, serviceAccount: name };
}

/** What templates and Pods have in common. */
export function podSpecDefaults(spec: PodSpec): PodSpec {
  let done = serviceAccountAlias(fill(spec, specDefaults));
  done = inField(done, 'containers', each(containerDefaults));
  done = inField(done, 'initContainers', each(containerDefaults));
  done = inField(done, 'ephemeralContainers', each(containerDefaults));
  return inField(done, 'volumes', each(volumeDefaults));
}

export function podTemplateDefaults(template: PodTemplateSpec): PodTemplateSpec {
  return inField(template.spec === undefined ? { ...template, spec: { containers: [] } } : template, 'spec', podSpecDefaults);
}

/** A container that has limits requests them, where it does not say otherwise. */
function requestsFromLimits(resources: ResourceRequirements): ResourceRequirements {
  const missing = Object.keys(resources.limits ?? {}).some((name) => resources.requests?.[name] === undefined);
  return missing ? { ...resources, requests: { ...resources.limits, ...resources.requests } } : resources;
}

const hostPorts = (container: Container): Container =>
  inField(
    container,
    'ports',
    each((port) => (port.hostPort ? port : { ...port, hostPort: port.containerPort })),
  );
const withRequests = (container: Container): Container => inField(container, 'resources', requestsFromLimits);

/** Pods get more than their templates: requests out of limits, service links, host ports. */
export function podDefaults(pod: Pod): Pod {
  const filled = inField(pod, 'spec', (before) => {
    let spec = inField(podSpecDefaults(before), 'containers', each(withRequests));
    spec = inField(spec, 'initContainers', each(withRequests));
    spec = fill(spec, { enableServiceLinks: true });
    if (!spec.hostNetwork) return spec;
    return inField(inField(spec, 'containers', each(hostPorts)), 'initContainers', each(hostPorts));
  });
  const status = filled.status;
  if (!status?.podIP || status.podIPs !== undefined) return filled;
  return { ...filled, status: { ...status, podIPs: [{ ip: status.podIP }] } };
}
