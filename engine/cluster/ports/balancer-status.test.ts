/** What `kubectl get service` shows as EXTERNAL-IP follows from the ports that this computer carries. */
import { describe, expect, it } from 'vitest';
import type { Service } from '../../api/types.gen.ts';
import { balancerChanges } from './balancer-status.ts';
import { desiredForwards } from './desired-forwards.ts';
import type { Forward } from './port-forwarder.ts';

const web = (status: Service['status'] = { loadBalancer: {} }, spec: object = {}): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'default' },
  spec: { type: 'LoadBalancer', ports: [{ port: 80, nodePort: 31000, protocol: 'TCP' }], ...spec },
  status,
});
const open = (service: Service, over: Partial<Forward> = {}): readonly Forward[] =>
  desiredForwards([service]).map((desired) => ({
    ...desired,
    state: 'listening',
    hostPort: desired.preferredHostPort,
    ...(desired.preferredHostPort === 80 ? over : {}),
  }));
const here = { loadBalancer: { ingress: [{ ip: '127.0.0.1', ipMode: 'Proxy' }] } };

describe('the address of a LoadBalancer Service', () => {
  it('is 127.0.0.1 when its port is open there', () => {
    expect(balancerChanges([web()], open(web()))).toEqual([{ service: web(), ingress: here.loadBalancer.ingress }]);
  });

  it('is written once', () => {
    expect(balancerChanges([web(here)], open(web()))).toEqual([]);
  });

  it('waits until the ports are decided', () => {
    expect(balancerChanges([web()], [])).toEqual([]);
  });

  it('goes when the port cannot be had, and the event says why', () => {
    const taken = open(web(), { state: 'substituted', hostPort: 40_123, reason: 'EADDRINUSE' });
    expect(balancerChanges([web(here)], taken)).toEqual([
      {
        service: web(here),
        ingress: [],
        problem: 'port 80 of this computer cannot be opened (EADDRINUSE); localhost:40123 leads there instead',
      },
    ]);
  });

  it("is not given to Services of another type, nor to those of another class's load balancer", () => {
    const others = [web(undefined, { type: 'NodePort' }), web(undefined, { loadBalancerClass: 'example.com/lb' })];
    expect(others.flatMap((service) => balancerChanges([service], open(service)))).toEqual([]);
  });
});
