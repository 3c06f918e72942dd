/** What is the matter with a pod. Order of troubles: what the containers say, then the pod's phase, then its place, then its readiness. */
import type { ContainerStatus, CoreEvent, Pod } from '../api/types.gen.ts';
import { recognise } from './catalogue.ts';
import type { Params } from './cause.ts';
import type { Related } from './related.ts';
import { type Evidence, type Verdict, verdict } from './verdict.ts';

const imageReasons = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'ImageInspectError',
  'RegistryUnavailable',
]);
/** Events that say why a pod's containers are not even begun. */
const placeReasons = new Set(['FailedMount', 'FailedAttachVolume', 'FailedCreatePodSandBox']);
const calmReasons = new Set(['ContainerCreating', 'PodInitializing', '']);

export function explainPod(pod: Pod, related: Related): Verdict {
  if (pod.metadata?.deletionTimestamp !== undefined) return verdict('pod-terminating');
  if (pod.status?.phase === 'Succeeded') return verdict('pod-completed');
  // What ended the whole pod (Evicted, DeadlineExceeded) explains its containers' ends too.
  if (pod.status?.phase === 'Failed' && pod.status.reason) return explainFailedPod(pod);
  if (isNodeLost(pod, related)) return verdict('pod-node-lost', { params: podParams(pod), evidence: lostEvidence(pod, related) });
  const container = troubledContainer(pod);
  if (container) return explainContainer(pod, container, related);
  if (pod.status?.phase === 'Failed') return explainFailedPod(pod);
  if (!pod.spec?.nodeName) return explainUnscheduled(pod, related);
  if (pod.status?.phase !== 'Running') return explainCreating(pod, related);
  return isReady(pod) ? verdict('pod-running') : explainUnready(pod, related);
}

/** The node has stopped reporting: what the pod's status says is old. Upstream's node lifecycle controller leaves an event and takes Ready away. */
function isNodeLost(pod: Pod, related: Related): boolean {
  if (pod.status?.reason === 'NodeLost' || pod.status?.phase === 'Unknown') return true;
  return pod.status?.phase === 'Running' && !isReady(pod) && newest(related.events)?.reason === 'NodeNotReady';
}
function lostEvidence(pod: Pod, related: Related): readonly Evidence[] {
  return [...statusEvidence(pod), ...warnings(related, 1)];
}

/** Nothing is wrong unless the latest news is that a volume or the sandbox could not be made. */
function explainCreating(pod: Pod, related: Related): Verdict {
  const evidence = warnings(related, 3);
  const last = newest(related.events);
  const waiting = pod.status?.containerStatuses?.[0];
  if (last?.type !== 'Warning' || !placeReasons.has(last.reason ?? '')) return verdict('pod-creating', { evidence });
  const known = recognise('container', [last.message ?? '']);
  const name = waiting?.name ?? pod.spec.containers?.[0]?.name ?? '';
  const params = { ...podParams(pod), container: name, image: specImage(pod, name), ...known?.params };
  return verdict(known?.id ?? 'container-start-failed', { params, evidence });
}

export function isReady(pod: Pod): boolean {
  return pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}

/** The container that is worst off; init containers come first because the others wait for them. */
function troubledContainer(pod: Pod): ContainerStatus | undefined {
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  const crashed = statuses.find(({ state }) => state?.waiting?.reason === 'CrashLoopBackOff');
  const waiting = statuses.find(({ state }) => state?.waiting !== undefined && !calmReasons.has(state.waiting.reason ?? ''));
  return crashed ?? waiting ?? statuses.find(({ state }) => (state?.terminated?.exitCode ?? 0) !== 0);
}

function explainContainer(pod: Pod, status: ContainerStatus, related: Related): Verdict {
  const waiting = status.state?.waiting;
  if (waiting && imageReasons.has(waiting.reason ?? '')) return explainImage(pod, status, related);
  const ended = status.state?.terminated ?? status.lastState?.terminated;
  if (waiting?.reason === 'CrashLoopBackOff' || !waiting) return explainCrash(pod, status, related);
  const texts = [waiting.message ?? '', ended?.message ?? '', ...messagesOf(related.events)];
  const known = recognise('container', texts);
  return verdict(known?.id ?? 'container-start-failed', {
    params: { ...containerParams(pod, status), ...known?.params },
    evidence: [statusText(waiting.reason, waiting.message), ...warnings(related, 2)],
  });
}

function explainImage(pod: Pod, status: ContainerStatus, related: Related): Verdict {
  const waiting = status.state?.waiting;
  const image = status.image || specImage(pod, status.name);
  const events = (related.events ?? []).filter(({ message }) => message?.includes(image));
  const known = recognise('image', [waiting?.message ?? '', ...messagesOf(events), waiting?.reason ?? '']);
  return verdict(known?.id ?? 'image-pull-failed', {
    params: { ...containerParams(pod, status), ...imageParts(image), ...known?.params },
    evidence: [statusText(waiting?.reason, waiting?.message), ...warnings({ events }, 2)],
  });
}

function explainCrash(pod: Pod, status: ContainerStatus, related: Related): Verdict {
  const ended = status.state?.terminated ?? status.lastState?.terminated;
  const log = (related.log ?? []).slice(-40);
  const params = { ...containerParams(pod, status), exitCode: ended?.exitCode ?? '?', restarts: status.restartCount };
  const evidence: readonly Evidence[] = [
    ...(ended
      ? [
          {
            source: 'exit' as const,
            text: `exit code ${ended.exitCode}${ended.reason ? ` (${ended.reason})` : ''}`,
            time: ended.finishedAt,
          },
        ]
      : []),
    ...(ended?.message ? [statusText(ended.reason, ended.message)] : []),
    ...log.slice(-5).map((text) => ({ source: 'log' as const, text })),
    ...warnings(related, 1),
  ];
  if (ended?.reason === 'OOMKilled') return verdict('container-out-of-memory', { params, evidence });
  const lastWords = log.toReversed();
  // Since runc 1.1 what keeps a command from running is said in the container's own log: `exec /start.sh: exec format error`.
  const known =
    recognise('container', [ended?.message ?? '', ...lastWords.filter((line) => line.startsWith('exec '))]) ?? recognise('log', lastWords);
  const looping = status.state?.waiting !== undefined;
  return verdict(known?.id ?? (looping ? 'container-crash-loop' : 'container-exited'), {
    params: { ...params, ...known?.params },
    evidence,
  });
}

function explainFailedPod(pod: Pod): Verdict {
  return verdict(pod.status?.reason === 'Evicted' ? 'pod-evicted' : 'pod-failed', {
    params: podParams(pod),
    evidence: statusEvidence(pod),
  });
}

function explainUnscheduled(pod: Pod, related: Related): Verdict {
  const condition = pod.status?.conditions?.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  if (!condition) return verdict('pod-waiting-for-node', { params: podParams(pod) });
  const known = recognise('schedule', [condition.message ?? '', ...messagesOf(related.events)]);
  return verdict(known?.id ?? 'schedule-failed', {
    params: { ...podParams(pod), ...known?.params },
    evidence: [{ source: 'condition', text: condition.message ?? condition.reason ?? '', time: condition.lastTransitionTime }],
  });
}

function explainUnready(pod: Pod, related: Related): Verdict {
  const condition = pod.status?.conditions?.find(({ type }) => type === 'Ready' || type === 'ContainersReady');
  const evidence: readonly Evidence[] = condition?.message
    ? [{ source: 'condition', text: condition.message, time: condition.lastTransitionTime }]
    : [];
  return verdict('pod-not-ready', { params: podParams(pod), evidence: [...evidence, ...warnings(related, 3)] });
}

// --- small readers --------------------------------------------------------------------------------------------------------------------

function podParams(pod: Pod): Params {
  return { pod: pod.metadata?.name ?? '', node: pod.spec?.nodeName ?? '' };
}
function containerParams(pod: Pod, status: ContainerStatus): Params {
  return { ...podParams(pod), container: status.name, image: status.image || specImage(pod, status.name) };
}
function specImage(pod: Pod, container: string): string {
  return [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])].find(({ name }) => name === container)?.image ?? '';
}
/** `redis:alpine` → repository and tag, for the texts. */
function imageParts(image: string): Params {
  const colon = image.lastIndexOf(':');
  const hasTag = colon > image.lastIndexOf('/');
  return { repository: hasTag ? image.slice(0, colon) : image, tag: hasTag ? image.slice(colon + 1) : 'latest' };
}
function messagesOf(events: readonly CoreEvent[] | undefined): readonly string[] {
  return newestFirst(events ?? []).map(({ message }) => message ?? '');
}
function newest(events: readonly CoreEvent[] | undefined): CoreEvent | undefined {
  return newestFirst(events ?? [])[0];
}
function newestFirst(events: readonly CoreEvent[]): readonly CoreEvent[] {
  return events.toSorted((one, other) => timeOf(other).localeCompare(timeOf(one)));
}
function timeOf({ lastTimestamp, eventTime }: CoreEvent): string {
  return lastTimestamp ?? eventTime ?? '';
}
function statusText(reason: string | undefined, message: string | undefined): Evidence {
  return { source: 'status', text: [reason, message].filter(Boolean).join(': ') };
}
function statusEvidence({ status }: Pod): readonly Evidence[] {
  return status?.message || status?.reason ? [statusText(status.reason, status.message)] : [];
}
/** The newest warnings, newest first. */
export function warnings({ events = [] }: Pick<Related, 'events'>, count: number): readonly Evidence[] {
  return newestFirst(events)
    .filter(({ type }) => type === 'Warning')
    .slice(0, count)
    .map((event) => ({
      source: 'event' as const,
      text: event.message ?? event.reason ?? '',
      time: event.lastTimestamp ?? event.eventTime,
      count: event.count,
    }));
}
