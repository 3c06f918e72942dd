/**
 * List and watch as states and one pure step: whoever follows a kind (informers, agent, window) does what the state says and hands back what came of it.
 * Upstream: client-go's Reflector; the states are those of kube-rs' watcher.
 */
import { isApiError } from '../api/errors.ts';
import type { KubeObject, Live } from '../api/object.ts';

export type WatchState<T extends KubeObject> =
  /** Ask for the first page. Ends with a page or an error. */
  | { readonly at: 'start'; readonly failures: number }
  /** Ask for the page behind `continue`. The pages so far are kept back: readers get the whole list or none of it. */
  | { readonly at: 'paging'; readonly continue: string; readonly objects: readonly Live<T>[]; readonly failures: number }
  /** Watch from `resourceVersion`. Ends when the server closes, or with an error. */
  | { readonly at: 'watching'; readonly resourceVersion: string; readonly failures: number };

export type Outcome<T extends KubeObject> =
  | { readonly type: 'page'; readonly items: readonly Live<T>[]; readonly resourceVersion: string; readonly continue?: string }
  /** The watch is over, by the server's wish or by `error`; everything up to `reached` was delivered in the `lastedMs` it was open. */
  | { readonly type: 'ended'; readonly reached: string; readonly lastedMs: number; readonly error?: unknown }
  /** A page could not be had. */
  | { readonly type: 'failed'; readonly error: unknown };

export interface Step<T extends KubeObject> {
  readonly state: WatchState<T>;
  /** Set when a list is complete: it replaces everything that was known. */
  readonly list?: readonly Live<T>[];
  /** How long to wait before acting on `state`; whoever waits may add up to as much again, so that not all come back at once. */
  readonly delayMs: number;
}

/** client-go's reflector: 800 ms doubling to 30 s; the first retry comes at once, because a closed connection is the usual cause. */
const firstDelayMs = 800;
/** Upstream waits up to 30 s. Here the server is a program on the same computer that its user ends and starts: being back must be seen soon. */
const maxDelayMs = 5_000;
/** A watch that lasted this long was a good one even if nothing happened (client-go's "very short watch"). */
const shortWatchMs = 1000;

export function firstState<T extends KubeObject>(): WatchState<T> {
  return { at: 'start', failures: 0 };
}

export function step<T extends KubeObject>(state: WatchState<T>, outcome: Outcome<T>): Step<T> {
  switch (outcome.type) {
    case 'page':
      return takePage(state, outcome);
    case 'ended':
      return afterWatch(state, outcome);
    case 'failed':
      return retry(state, state.failures + 1, outcome.error);
  }
}

function takePage<T extends KubeObject>(state: WatchState<T>, page: Outcome<T> & { readonly type: 'page' }): Step<T> {
  const objects = state.at === 'paging' ? [...state.objects, ...page.items] : page.items;
  // Failures are forgotten only by a watch that works: a list that succeeds and a watch that is refused must not alternate without a pause.
  const { failures } = state;
  if (page.continue) return { state: { at: 'paging', continue: page.continue, objects, failures }, delayMs: 0 };
  return { state: { at: 'watching', resourceVersion: page.resourceVersion, failures }, list: objects, delayMs: 0 };
}

function afterWatch<T extends KubeObject>(
  state: WatchState<T>,
  { reached, lastedMs, error }: Outcome<T> & { readonly type: 'ended' },
): Step<T> {
  const worked = lastedMs >= shortWatchMs || (state.at === 'watching' && state.resourceVersion !== reached);
  const failures = worked ? 0 : state.failures + 1;
  return retry({ at: 'watching', resourceVersion: reached, failures }, failures, error);
}

function retry<T extends KubeObject>(state: WatchState<T>, failures: number, error: unknown): Step<T> {
  // Too old: only a new list tells what was missed.
  const tooOld = isApiError(error, 'Expired') || isApiError(error, 'Gone');
  return { state: tooOld ? { at: 'start', failures } : { ...state, failures }, delayMs: delayAfter(failures) };
}

function delayAfter(failures: number): number {
  return failures <= 1 ? 0 : Math.min(firstDelayMs * 2 ** (failures - 2), maxDelayMs);
}
