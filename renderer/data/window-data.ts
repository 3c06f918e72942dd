/** Everything the window knows: clusters, operations, settings, and one live list per cluster and kind. Made once, in main.tsx; handed down by context. */
import type { Operation } from '../../engine/api/steps.ts';
import type { AppInfo, ClusterSummary, KindRef, Settings } from '../../engine/host/contract.ts';
import type { Frames } from './frames.ts';
import type { HostClient } from './host-client.ts';
import { LiveList } from './live-list.ts';
import { PortsStore } from './ports-store.ts';
import { ValueStore } from './store.ts';

export class WindowData {
  readonly host: HostClient;
  readonly app = new ValueStore<AppInfo | undefined>(undefined);
  /** Undefined until the host has told. */
  readonly clusters = new ValueStore<readonly ClusterSummary[] | undefined>(undefined);
  /** The newest operation of each cluster. */
  readonly operations = new ValueStore<ReadonlyMap<string, Operation>>(new Map());
  /** Ids of operations whose outcome the user has put away. */
  readonly dismissed = new ValueStore<ReadonlySet<string>>(new Set());
  readonly settings = new ValueStore<Settings>({ language: 'system', theme: 'system' });
  /** The host has told the settings: language and look are known. */
  readonly settled: Promise<void>;
  readonly connected = new ValueStore<boolean>(true);
  readonly #frames: Frames;
  readonly #lists = new Map<string, LiveList>();
  readonly #ports = new Map<string, PortsStore>();

  constructor(host: HostClient, frames: Frames) {
    this.host = host;
    this.#frames = frames;
    host.onConnection(() => {
      this.connected.set(host.isConnected);
      // A host that was started anew knows no more of what the old one was doing; it tells what it does know right after this.
      if (host.isConnected) this.operations.set(new Map());
    });
    const settled = Promise.withResolvers<void>();
    this.settled = settled.promise;
    host.subscribe(
      'settings.watch',
      {},
      {
        onEvent: (settings) => {
          this.settings.set(settings);
          settled.resolve();
        },
      },
    );
    host.subscribe('clusters.watch', {}, { onEvent: (clusters) => this.#setClusters(clusters) });
    host.subscribe('operations.watch', {}, { onEvent: (operation) => this.#setOperation(operation) });
    // Only a line in Settings depends on it; a lost connection is shown by the whole window.
    host.call('app.info', {}).then(
      (info) => this.app.set(info),
      () => undefined,
    );
  }

  list(cluster: string, kind: KindRef): LiveList {
    const id = `${cluster}\0${kind.group}\0${kind.version}\0${kind.plural}`;
    const known = this.#lists.get(id) ?? new LiveList({ host: this.host, cluster, kind, frames: this.#frames });
    this.#lists.set(id, known);
    return known;
  }
  ports(cluster: string): PortsStore {
    const known = this.#ports.get(cluster) ?? new PortsStore(this.host, cluster);
    this.#ports.set(cluster, known);
    return known;
  }

  /** Holds at once, and is taken back when the host refuses. */
  async changeSettings(change: Partial<Settings>): Promise<void> {
    const before = this.settings.get();
    this.settings.set({ ...before, ...change });
    try {
      await this.host.call('settings.set', change);
    } catch (error) {
      this.settings.set(before);
      throw error;
    }
  }

  /** A process that was killed tells nobody that its clusters stopped: asked when the user comes back to the window, and at a press. */
  readonly refresh = (): void => {
    this.host.call('clusters.list', {}).then(
      (clusters) => this.#setClusters(clusters),
      // A lost connection is shown by the whole window, and what was known stays.
      () => undefined,
    );
  };

  #setOperation(operation: Operation): void {
    this.operations.set(new Map(this.operations.get()).set(operation.cluster, operation));
  }
  /** A cluster that has come up is asked anew; one that is gone is forgotten. */
  #setClusters(clusters: readonly ClusterSummary[]): void {
    const before = this.clusters.get();
    this.clusters.set(clusters);
    const running = (all: readonly ClusterSummary[] | undefined): ReadonlySet<string> =>
      new Set(all?.filter(({ phase }) => phase === 'running').map(({ name }) => name));
    const [ran, runs] = [running(before), running(clusters)];
    for (const [id, list] of this.#lists) {
      const cluster = id.slice(0, id.indexOf('\0'));
      if (runs.has(cluster) && !ran.has(cluster)) list.restart();
      if (!clusters.some(({ name }) => name === cluster)) this.#lists.delete(id);
    }
    for (const [cluster, ports] of this.#ports) if (runs.has(cluster) && !ran.has(cluster)) ports.restart();
  }
}
