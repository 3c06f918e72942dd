/** What containers left at their terminationMessagePath when they ended. Upstream: getTerminationMessage in pkg/kubelet/kuberuntime. */
import { open } from 'node:fs/promises';
import type { Pod } from '../../api/types.gen.ts';
import type { RuntimeContainer } from '../runtime/runtime.ts';
import type { KubeletParts } from './kubelet-parts.ts';
import { initContainers } from './pod-view.ts';

const maxBytes = 4096;
const maxLogBytes = 2048;
const maxLogLines = 80;

export class TerminationMessages {
  readonly #parts: KubeletParts;
  readonly #messages = new Map<string, string>();
  constructor(parts: KubeletParts) {
    this.#parts = parts;
  }
  /** By container id. */
  get known(): ReadonlyMap<string, string> {
    return this.#messages;
  }

  /** Reads those of the containers that have ended since. */
  async read(pod: Pod, containers: readonly RuntimeContainer[]): Promise<void> {
    const ids = new Set(containers.map(({ id }) => id));
    for (const id of this.#messages.keys()) if (!ids.has(id)) this.#messages.delete(id);
    for (const container of containers) {
      if (container.phase === 'exited' && !this.#messages.has(container.id))
        this.#messages.set(container.id, await this.#messageOf(pod, container));
    }
  }

  async #messageOf(pod: Pod, container: RuntimeContainer): Promise<string> {
    const path = this.#parts.volumes.terminationLogPath(container.pod.uid, container.name, container.attempt);
    const left = await beginningOf(path);
    if (left.length > 0) return left.toString('utf8');
    const spec = [...pod.spec.containers, ...initContainers(pod)].find(({ name }) => name === container.name);
    const wantsLogs = spec?.terminationMessagePolicy === 'FallbackToLogsOnError' && container.exitCode !== 0;
    return wantsLogs ? this.#lastLines(container.id) : '';
  }

  async #lastLines(id: string): Promise<string> {
    const query = { follow: false, timestamps: false, tailLines: maxLogLines, stdout: true, stderr: true };
    const chunks: Buffer[] = [];
    for await (const chunk of await this.#parts.runtime.logs(id, query, new AbortController().signal)) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).subarray(-maxLogBytes).toString('utf8');
  }
}

/** However much the container wrote there; empty when there is no such file. */
async function beginningOf(path: string): Promise<Buffer> {
  try {
    await using file = await open(path);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(maxBytes), 0, maxBytes, 0);
    return buffer.subarray(0, bytesRead);
  } catch {
    // The volume was cleared behind our back: then there are no last words.
    return Buffer.alloc(0);
  }
}
