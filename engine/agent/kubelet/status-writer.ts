/**
 * Writes pods' statuses: only what changed, one write at a time per pod, the newest wins. What other components put into a status stays.
 * Upstream: pkg/kubelet/status/status_manager.go.
 */
import type { Clock } from '../../api/clock.ts';
import { isApiError } from '../../api/errors.ts';
import type { Pod, PodStatus } from '../../api/types.gen.ts';
import type { Client } from '../../client/client.ts';
import { wait } from '../../client/wait.ts';
import type { Log } from '../context.ts';
import { pods } from '../kinds.ts';
import { uidOf } from './pod-view.ts';

/** The fields a kubelet owns: absent in a new status means removed. */
const owned = [
  'phase',
  'conditions',
  'message',
  'reason',
  'hostIP',
  'hostIPs',
  'podIP',
  'podIPs',
  'startTime',
  'initContainerStatuses',
  'containerStatuses',
] as const satisfies readonly (keyof PodStatus)[];

interface Entry {
  pod: Pod;
  status: PodStatus;
  /** What the server has from us, as text. */
  written: string | undefined;
  writing: Promise<void> | undefined;
}
const retryMs = 1_000;
const maxRetryMs = 30_000;

export class StatusWriter {
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #entries = new Map<string, Entry>();
  readonly #ending = new AbortController();
  constructor({ client, clock, log }: { readonly client: Client; readonly clock: Clock; readonly log: Log }) {
    this.#client = client;
    this.#clock = clock;
    this.#log = log;
  }

  set(pod: Pod, status: PodStatus): void {
    const uid = uidOf(pod);
    const entry = this.#entries.get(uid) ?? { pod, status, written: fingerprint(pod.status ?? {}), writing: undefined };
    entry.pod = pod;
    entry.status = status;
    this.#entries.set(uid, entry);
    if (!entry.writing && fingerprint(status) !== entry.written) entry.writing = this.#write(entry);
  }

  /** The newest status, written or not. */
  newest(uid: string): PodStatus | undefined {
    return this.#entries.get(uid)?.status;
  }

  /** Resolves when the newest status has been written, or the pod is gone. */
  async flush(uid: string): Promise<void> {
    await this.#entries.get(uid)?.writing;
  }

  /** Gives up what could not be written yet. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    await Promise.all([...this.#entries.values()].map(({ writing }) => writing));
  }

  forget(uid: string): void {
    this.#entries.delete(uid);
  }

  async #write(entry: Entry): Promise<void> {
    const uid = uidOf(entry.pod);
    let delayMs = retryMs;
    while (!this.#ending.signal.aborted && this.#entries.get(uid) === entry && fingerprint(entry.status) !== entry.written) {
      const next = entry.status;
      try {
        await this.#client.patch(pods, keyOfPod(entry.pod), { type: 'merge', patch: patchOf(entry.pod, next) }, { subresource: 'status' });
        entry.written = fingerprint(next);
        delayMs = retryMs;
      } catch (error) {
        // Gone, or another pod of the same name: there is nobody to tell.
        if (isApiError(error, 'NotFound') || isApiError(error, 'Conflict')) break;
        this.#log.warn(`status of pod ${entry.pod.metadata.namespace}/${entry.pod.metadata.name} could not be written`, error);
        await wait(this.#clock, delayMs, this.#ending.signal);
        delayMs = Math.min(delayMs * 2, maxRetryMs);
      }
    }
    entry.writing = undefined;
  }
}

function keyOfPod({ metadata }: Pod): { readonly namespace: string; readonly name: string } {
  return { namespace: metadata.namespace ?? '', name: metadata.name ?? '' };
}

function patchOf(pod: Pod, status: PodStatus): object {
  return { metadata: { uid: pod.metadata.uid }, status: Object.fromEntries(owned.map((field) => [field, status[field] ?? null])) };
}

/** Equal texts mean equal statuses, whatever the order of keys. */
function fingerprint(status: PodStatus): string {
  return JSON.stringify(owned.map((field) => sorted(status[field])));
}
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined && item !== null)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}
