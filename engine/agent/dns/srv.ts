/** SRV records: where a Service's ports are. Asked for without a port, as peer finders do, all of them are told. */
import type { Answer, SrvAnswer } from 'dns-packet';
import type { Service } from '../../api/types.gen.ts';
import type { EndpointName } from './endpoints.ts';
import { address, ttl } from './zone.ts';

export interface SrvInput {
  readonly service: Service;
  readonly endpoints: readonly EndpointName[];
  readonly fqdn: string;
}
interface Port {
  readonly name?: string | undefined;
  readonly protocol?: string | undefined;
}
const priority = 0;
/** Shared out evenly (RFC 2782); CoreDNS does the same. */
const allWeight = 100;

export function srvRecords(
  which: { readonly port?: string; readonly protocol?: string },
  { service, endpoints, fqdn }: SrvInput,
  name: string,
): { readonly answers: readonly Answer[]; readonly additionals: readonly Answer[] } {
  const wanted = ({ name: portName = '', protocol = 'TCP' }: Port): boolean =>
    (which.port === undefined || portName.toLowerCase() === which.port) &&
    (which.protocol === undefined || protocol.toLowerCase() === which.protocol);
  const targets =
    service.spec.clusterIP === 'None'
      ? endpoints.flatMap(({ ip, host, ports }) => ports.filter(wanted).map(({ port }) => ({ ip, target: `${host}.${fqdn}`, port })))
      : (service.spec.ports ?? []).filter(wanted).map(({ port }) => ({ ip: service.spec.clusterIP ?? '', target: fqdn, port }));
  const weight = Math.max(1, Math.floor(allWeight / Math.max(1, targets.length)));
  const addresses = new Map(targets.map(({ target, ip }): [string, string] => [target, ip]));
  return {
    answers: targets.map(({ target, port = 0 }): SrvAnswer => ({ type: 'SRV', name, ttl, data: { priority, weight, port, target } })),
    additionals: [...addresses].map(([target, ip]) => address(target, ip)),
  };
}
