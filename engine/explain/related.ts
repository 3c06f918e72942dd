/** What `explain` may look at besides the object itself. All of it is optional: the more is given, the more precise the verdict. */
import type { CoreEvent, EndpointSlice, Pod } from '../api/types.gen.ts';

export interface Related {
  /** Events about the object (for workloads: about its pods too). */
  readonly events?: readonly CoreEvent[];
  /** For workloads: its pods. For Services: all pods of the namespace. */
  readonly pods?: readonly Pod[];
  /** The last lines of the (previous) run of the pod's container. */
  readonly log?: readonly string[];
  /** For Services. */
  readonly endpointSlices?: readonly EndpointSlice[];
  readonly workloads?: readonly Selectable[];
  readonly hostPorts?: readonly HostPortState[];
}

/** A workload that could stand behind a Service. */
export interface Selectable {
  readonly name: string;
  readonly replicas: number;
  /** Labels of its pod template. */
  readonly labels: Readonly<Record<string, string>>;
}

/** A port of this computer that leads to the Service, and what came back from it. */
export interface HostPortState {
  readonly nodePort: number;
  readonly preferredHostPort: number;
  readonly hostPort?: number | undefined;
  readonly state: 'listening' | 'substituted' | 'unsupported' | 'failed';
  readonly reason?: string | undefined;
  readonly probe?: { readonly ok: boolean; readonly message?: string | undefined } | undefined;
}
