/** One known state or failure, as data. The idea of a table of known issues with stable ids is minikube's (pkg/minikube/reason). */
export type Topic = 'image' | 'container' | 'schedule' | 'log' | 'host' | 'state';

export type Level = 'ok' | 'info' | 'warning' | 'error';
/** Fill the texts of a cause and its fixes. */
export type Params = Readonly<Record<string, string | number>>;

export interface Cause {
  /** Stable; the texts are found under it. */
  readonly id: string;
  readonly topic: Topic;
  readonly level: Level;
  /** Ids of what a user can do, the most promising first. */
  readonly fixes: readonly string[];
  /** What the engine or the cluster says when this is the cause; named groups become parameters of the text. The first entry that matches wins. */
  readonly pattern?: RegExp;
}
