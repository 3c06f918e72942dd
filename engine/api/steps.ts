/**
 * Long work (create, start, stop, delete, deploy a sample) is a list of steps that is known before it begins. Window, command line and
 * tray draw the same stream of `Operation` values; each value is complete, so a late listener has missed nothing.
 */
export type StepState = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'skipped';

export interface StepFailure {
  /** A `HostErrorCode`, or `internal`. */
  readonly code: string;
  readonly params: Readonly<Record<string, string | number>>;
  /** English, for logs and the command line. */
  readonly message: string;
}

export interface Step {
  /** Stable, e.g. `network`, `node:worker-1`; the window's text is found under `step.<id up to the colon>`. */
  readonly id: string;
  /** English title, as the command line prints it. */
  readonly title: string;
  readonly state: StepState;
  /** Milliseconds since the epoch. */
  readonly startedAt?: number;
  readonly elapsedMs?: number;
  readonly deadlineMs: number;
  /** What it is doing right now, or what came out: in English, or data. */
  readonly detail?: string;
  /** The same as a `DetailCode` with what fills it, where it is a sentence: the window says it in the user's language. */
  readonly said?: { readonly code: string; readonly params: Readonly<Record<string, string | number>> } | undefined;
  /** The last lines of raw output, oldest first. */
  readonly log: readonly string[];
  readonly failure?: StepFailure;
}

export type OperationKind = 'create' | 'start' | 'stop' | 'delete' | 'deploy-sample' | 'remove-sample';
export interface Operation {
  readonly id: string;
  readonly kind: OperationKind;
  readonly cluster: string;
  readonly state: 'running' | 'done' | 'failed' | 'cancelled';
  readonly startedAt: number;
  readonly elapsedMs: number;
  readonly steps: readonly Step[];
}
