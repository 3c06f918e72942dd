/**
 * Makes sure a container's image is there: pull policy, one pull per image at a time, delays after failures. Upstream: pkg/kubelet/images.
 *
 * One difference: where the policy is Always (which is also what the API fills in for `latest`, and what stays when another tag is set later), a pull
 * that fails while the engine has the image is only a warning. Images built on this computer exist in no registry, and running them is what
 * a local cluster is for.
 */
import type { Clock } from '../../api/clock.ts';
import { messageOf } from '../../api/message-of.ts';
import type { Container } from '../../api/types.gen.ts';
import { type ImageInfo, isUnavailable, type Runtime } from '../runtime/runtime.ts';
import { type BackOff, delayedUntil, nextDelay } from './back-off.ts';
import { normalizeImage } from './image-reference.ts';

export type ImageResult =
  | { readonly ok: true; readonly image: ImageInfo }
  | { readonly ok: false; readonly reason: string; readonly message: string; readonly retryAt: number };

/** Events of the container that wants the image. */
export type Emit = (type: 'Normal' | 'Warning', reason: string, message: string) => void;

interface Failure {
  readonly backOff: BackOff;
  readonly message: string;
}
/** After a failed pull the reason is shown for a moment as ErrImagePull; then it turns into ImagePullBackOff. */
const showErrorMs = 2_000;
const retryMs = 10_000;
/** How long a registry may keep silent where the image is here already: offline, names can take that long to not resolve. */
const silenceMs = 5_000;

interface Running {
  readonly image: Promise<ImageInfo>;
  /** Resolves at the registry's first answer. */
  readonly answered: Promise<void>;
}

export class Images {
  readonly #runtime: Runtime;
  readonly #clock: Clock;
  readonly #pulls = new Map<string, Running>();
  /** By pod uid and image. */
  readonly #failures = new Map<string, Failure>();
  constructor(runtime: Runtime, clock: Clock) {
    this.#runtime = runtime;
    this.#clock = clock;
  }

  async ensure(podUid: string, container: Container, emit: Emit, signal: AbortSignal): Promise<ImageResult> {
    const name = container.image ?? '';
    const reference = normalizeImage(name);
    const now = this.#clock.now();
    if (reference === undefined) {
      const message = `Failed to apply default image tag "${name}": couldn't parse image name "${name}": invalid reference format`;
      emit('Warning', 'InspectFailed', message);
      return { ok: false, reason: 'InvalidImageName', message, retryAt: now + retryMs };
    }
    const present = await this.#runtime.imageStatus(reference);
    if (container.imagePullPolicy !== 'Always' && present) {
      emit('Normal', 'Pulled', `Container image "${name}" already present on machine`);
      return { ok: true, image: present };
    }
    if (container.imagePullPolicy === 'Never') {
      const message = `Container image "${name}" is not present with pull policy of Never`;
      emit('Warning', 'ErrImageNeverPull', message);
      return { ok: false, reason: 'ErrImageNeverPull', message, retryAt: now + retryMs };
    }
    const key = `${podUid}_${name}`;
    return this.#backedOff(key, name, emit) ?? this.#pull({ key, name, reference, present, emit, signal });
  }

  /** The pod is gone: its failures are forgotten. */
  forget(podUid: string): void {
    for (const key of this.#failures.keys()) if (key.startsWith(`${podUid}_`)) this.#failures.delete(key);
  }

  #backedOff(key: string, name: string, emit: Emit): ImageResult | undefined {
    const failure = this.#failures.get(key);
    const until = failure && delayedUntil(failure.backOff, failure.backOff.updatedAt, this.#clock.now());
    if (!failure || until === undefined) return undefined;
    const message = `Back-off pulling image "${name}"`;
    emit('Normal', 'BackOff', message);
    return { ok: false, reason: 'ImagePullBackOff', message: `${message}: ErrImagePull: ${failure.message}`, retryAt: until };
  }

  async #pull(pull: Pull): Promise<ImageResult> {
    const { key, name, reference, present, emit, signal } = pull;
    const startedAt = this.#clock.now();
    emit('Normal', 'Pulling', `Pulling image "${name}"`);
    try {
      const image = await this.#pullOnce(reference, present !== undefined, signal);
      const took = goDuration(this.#clock.now() - startedAt);
      emit(
        'Normal',
        'Pulled',
        `Successfully pulled image "${name}" in ${took} (${took} including waiting). Image size: ${image.sizeBytes} bytes.`,
      );
      this.#failures.delete(key);
      return { ok: true, image };
    } catch (error) {
      if (isUnavailable(error) || signal.aborted) throw error;
      return this.#failed(pull, messageOf(error), present);
    }
  }

  #failed({ key, name, emit }: Pull, reason: string, present: ImageInfo | undefined): ImageResult {
    const failed = `Failed to pull image "${name}": ${reason}`;
    if (present) {
      emit(
        'Warning',
        'Failed',
        `${failed}. Using the image of that name on this machine; set imagePullPolicy: IfNotPresent to not ask the registry`,
      );
      return { ok: true, image: present };
    }
    const now = this.#clock.now();
    emit('Warning', 'Failed', failed);
    this.#failures.set(key, { backOff: nextDelay(this.#failures.get(key)?.backOff, now, now), message: reason });
    return { ok: false, reason: 'ErrImagePull', message: reason, retryAt: now + showErrorMs };
  }

  /** Pods that want the same image wait for the same pull; it goes on when one of them is deleted meanwhile. */
  #pullOnce(reference: string, isImpatient: boolean, signal: AbortSignal): Promise<ImageInfo> {
    const pull = this.#pulls.get(reference) ?? this.#begin(reference);
    return abortable(isImpatient ? Promise.race([pull.image, this.#silence(pull)]) : pull.image, signal);
  }

  #begin(reference: string): Running {
    const { promise: answered, resolve: onProgress } = Promise.withResolvers<void>();
    const signal = new AbortController().signal;
    const image = this.#runtime
      .pullImage(reference, { signal, onProgress: () => onProgress() })
      .finally(() => this.#pulls.delete(reference));
    // Whoever waited may have gone; the next to ask sees the failure for himself.
    image.catch(() => undefined);
    const running = { image, answered };
    this.#pulls.set(reference, running);
    return running;
  }

  /** Rejects when the registry has not answered in time; otherwise stays open for the pull to decide. */
  #silence({ image, answered }: Running): Promise<never> {
    return new Promise((_resolve, reject) => {
      const cancel = this.#clock.timer(silenceMs, () => reject(new Error(`no answer from the registry in ${silenceMs / 1000} s`)));
      void Promise.race([image, answered]).then(cancel, cancel);
    });
  }
}

interface Pull {
  readonly key: string;
  readonly name: string;
  readonly reference: string;
  readonly present: ImageInfo | undefined;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** `promise`, or the signal's reason when that comes first. */
function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** As Go prints a duration rounded to milliseconds: `830ms`, `1.661s`, `1m2.5s`. */
export function goDuration(ms: number): string {
  const rounded = Math.round(ms);
  if (rounded < 1000) return `${rounded}ms`;
  const minutes = Math.floor(rounded / 60_000);
  return `${minutes > 0 ? `${minutes}m` : ''}${(rounded % 60_000) / 1000}s`;
}

/** `docker-pullable://repo@sha256:…` where a registry knows the image, else its id on this engine. Upstream: the Docker shim's toRuntimeAPIImage. */
export function imageIdOf(image: ImageInfo): string {
  const digest = image.digests[0];
  return digest ? `docker-pullable://${digest}` : `docker://${image.id}`;
}
