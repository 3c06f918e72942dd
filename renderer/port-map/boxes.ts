/** What a port map is made of: boxes in four columns, rows in boxes, and lines between rows; first without places, then with them. */
import type { Hop } from '../../engine/explain/service.ts';
import type { HostPort } from '../../engine/host/contract.ts';
import type { Backend } from './backends.ts';

/** A number with its Kubernetes name. */
export interface PortNumber {
  readonly name: 'nodePort' | 'port' | 'targetPort' | 'containerPort';
  /** Absent where Kubernetes knows none: an undeclared containerPort. */
  readonly value: string | undefined;
}
export interface MapRow {
  readonly id: string;
  readonly numbers: readonly PortNumber[];
  /** `TCP`, and the port's own name. */
  readonly note?: string | undefined;
}
export type MapBox = { readonly id: string; readonly hop: Hop; readonly rows: readonly MapRow[] } & (
  | { readonly kind: 'hostPort'; readonly hostPort: HostPort }
  | { readonly kind: 'node'; readonly name: string; readonly address: string | undefined; readonly isReady: boolean }
  | {
      readonly kind: 'service';
      readonly name: string;
      readonly type: string;
      readonly address: string;
      readonly external: string | undefined;
    }
  | { readonly kind: 'backend'; readonly backend: Backend }
  /** Stands for what is not shown one by one. */
  | { readonly kind: 'more'; readonly count: number }
  /** The column is empty, and why. */
  | { readonly kind: 'none'; readonly why: 'not-exposed' | 'no-host-port' | 'no-pods' | 'no-endpoints' | 'external' | 'skipped' }
);
export type Placed<B = MapBox> = B & { readonly top: number; readonly height: number };

export interface MapLine {
  readonly id: string;
  /** Between which columns: 0 computer and node, 1 node and Service, 2 Service and pods. */
  readonly gap: 0 | 1 | 2;
  readonly fromY: number;
  readonly toY: number;
  /** `idle`: leads there, but nothing comes through now. */
  readonly state: 'carries' | 'idle' | 'broken';
}
export interface PortMap {
  readonly height: number;
  readonly columns: Readonly<Record<Hop, readonly Placed[]>>;
  readonly lines: readonly MapLine[];
}

/** A line before it has a place: from and to are ids of rows, or of boxes without rows. */
export interface Joint {
  readonly gap: 0 | 1 | 2;
  readonly from: string;
  readonly to: string;
  readonly state: MapLine['state'];
}
export type Boxes = Readonly<Record<Hop, readonly MapBox[]>>;
