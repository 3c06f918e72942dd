/** The endpoints of a Service that have names: the ready ones (all of them, where the Service publishes those that are not: its slices say so). */
import { isIPv4 } from 'node:net';
import type { Endpoint, EndpointSlice } from '../../api/types.gen.ts';

export interface EndpointName {
  readonly ip: string;
  /** Its host name, or its address with dashes. */
  readonly host: string;
  readonly ports: NonNullable<EndpointSlice['ports']>;
}

export function endpointsOf(slices: readonly EndpointSlice[]): readonly EndpointName[] {
  return slices
    .filter(({ addressType }) => addressType === 'IPv4')
    .flatMap(({ endpoints, ports }) =>
      (endpoints ?? [])
        .filter(isReady)
        .flatMap((endpoint) =>
          endpoint.addresses.filter((ip) => isIPv4(ip)).map((ip) => ({ ip, host: hostOf(endpoint, ip), ports: ports ?? [] })),
        ),
    );
}

/** Unknown counts as ready (discovery/v1). */
export function isReady({ conditions }: Endpoint): boolean {
  return conditions?.ready ?? true;
}
export function hostOf({ hostname }: Endpoint, ip: string): string {
  return (hostname || ip.replaceAll('.', '-')).toLowerCase();
}
