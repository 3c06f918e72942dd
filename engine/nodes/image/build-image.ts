/** Building an image on the engine from a context that is made in memory; what the engine says while it builds goes to the step's log. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type Docker from 'dockerode';
import type { Pack } from 'tar-stream';
import { HostError } from '../../api/host-error.ts';
import { labels } from '../labels.ts';
import type { NodeCall } from '../node-provider.ts';
import { EngineSaid, streamProgress } from './stream-progress.ts';

export interface ImageBuild {
  readonly context: Pack;
  /** Resolves when everything is in the context. */
  readonly filled: Promise<void>;
  readonly tag: string;
  /** Value of the label `io.minato.image`. */
  readonly role: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly buildArguments?: Readonly<Record<string, string>>;
}

/** Throws HostError image-build-failed with what the engine said. */
export async function buildImage(docker: Docker, build: ImageBuild, call: NodeCall): Promise<void> {
  try {
    const stream = await docker.buildImage(Readable.from(build.context), {
      t: build.tag,
      buildargs: build.buildArguments ?? {},
      labels: { ...build.labels, [labels.image]: build.role },
      rm: true,
      forcerm: true,
      abortSignal: call.signal,
    });
    await Promise.all([build.filled, streamProgress(stream, call)]);
  } catch (cause) {
    call.signal.throwIfAborted();
    if (!(cause instanceof EngineSaid)) throw cause;
    throw new HostError('image-build-failed', `The image ${build.tag} could not be built: ${cause.message}`, {
      params: { image: build.tag, reason: cause.message },
      cause,
    });
  }
}

/** Scripts are executable, other files are not. */
export async function fillContext(context: Pack, files: Readonly<Record<string, Uint8Array>>): Promise<void> {
  for (const [name, content] of Object.entries(files))
    context.entry({ name, mode: name.endsWith('.sh') ? 0o755 : 0o644 }, Buffer.from(content));
  context.finalize();
}

/** Of everything that goes into an image: the same digest, the same image. */
export function digest(parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(String(part.length)).update(':').update(part);
  return hash.digest('hex').slice(0, 16);
}
