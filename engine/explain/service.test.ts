/** A Service from this computer to its pods: which hop is the first that does not lead on, and why. */
import { describe, expect, it } from 'vitest';
import type { Service } from '../api/types.gen.ts';
import { node, podWith, runningPod, slice, waiting } from './fixtures/builders.ts';
import { service } from './fixtures/state.ts';
import type { HostPortState, Related, Selectable } from './related.ts';
import { explainService, formatLabels, matches, selectedPods, targetPortOf } from './service.ts';

const listening: HostPortState = { nodePort: 31000, preferredHostPort: 31000, hostPort: 31000, state: 'listening' };
const web = runningPod({ ports: [{ name: 'http', containerPort: 8080 }] });
const ready: Related = { pods: [web], endpointSlices: [slice(['10.244.1.7'])], hostPorts: [{ ...listening, probe: { ok: true } }] };
const workload = (labels: Record<string, string>, replicas = 1): Selectable => ({ name: 'web', replicas, labels });
const nothing = (...workloads: Selectable[]): Related => ({ pods: [], workloads });

type Row = readonly [what: string, service: Service, related: Related, cause: string, hop: string | undefined];
const table: readonly Row[] = [
  ['leads to a ready pod', service(), ready, 'service-serving', undefined],
  ['nothing is known about', service(), {}, 'service-serving', undefined],
  ['selects nothing', service(), nothing(), 'service-selects-nothing', 'pods'],
  ['nothing like it runs', service(), nothing(workload({ tier: 'db' })), 'service-selects-nothing', 'pods'],
  [
    'misses by a typing error in the value',
    service({ selector: { app: 'we' } }),
    nothing(workload({ app: 'web' })),
    'service-selector-near-miss',
    'pods',
  ],
  ['misses by the key', service({ selector: { name: 'web' } }), nothing(workload({ app: 'web' })), 'service-selector-near-miss', 'pods'],
  [
    'misses by one label of two',
    service({ selector: { app: 'web', track: 'x' } }),
    nothing(workload({ app: 'web' })),
    'service-selector-near-miss',
    'pods',
  ],
  ['its workload is scaled to zero', service(), nothing(workload({ app: 'web' }, 0)), 'service-scaled-to-zero', 'pods'],
  ['only finished pods match', service(), { pods: [runningPod({ status: { phase: 'Succeeded' } })] }, 'service-selects-nothing', 'pods'],
  ['targetPort names no port', service({ ports: [{ port: 80, targetPort: 'www' }] }), ready, 'service-target-port-unnamed', 'pods'],
  ['targetPort names a port', service({ ports: [{ port: 80, targetPort: 'http' }] }), ready, 'service-serving', undefined],
  ['pods are not ready', service(), { pods: [podWith(waiting('ContainerCreating'))] }, 'service-not-ready', 'pods'],
  ['endpoints say not ready', service(), { pods: [web], endpointSlices: [slice(['10.244.1.7'], false)] }, 'service-not-ready', 'pods'],
  [
    'nobody listens on targetPort',
    service(),
    { ...ready, hostPorts: [{ ...listening, probe: { ok: false, message: 'socket hang up' } }] },
    'service-target-port-closed',
    'pods',
  ],
  [
    'the port here is another',
    service(),
    { ...ready, hostPorts: [{ ...listening, hostPort: 31001, state: 'substituted' }] },
    'service-host-port-taken',
    undefined,
  ],
  [
    'the port here is another and silent',
    service(),
    { ...ready, hostPorts: [{ ...listening, hostPort: 31001, state: 'substituted', probe: { ok: false } }] },
    'service-target-port-closed',
    'pods',
  ],
  [
    'the port here cannot be opened',
    service(),
    { ...ready, hostPorts: [{ ...listening, state: 'failed', reason: 'EACCES' }] },
    'service-host-port-failed',
    'computer',
  ],
  ['UDP', service(), { ...ready, hostPorts: [{ ...listening, state: 'unsupported' }] }, 'service-protocol-not-carried', undefined],
  ['endpoints given by hand', service({ selector: {} }), { endpointSlices: [slice(['192.0.2.1'])] }, 'service-serving', undefined],
  [
    'endpoints given by hand are silent',
    service({ selector: {} }),
    { endpointSlices: [slice(['192.0.2.1'])], hostPorts: [{ ...listening, probe: { ok: false } }] },
    'service-unreachable',
    'node',
  ],
  ['no selector, no endpoints', service({ selector: {} }), {}, 'service-no-selector', 'pods'],
  ['another name', service({ type: 'ExternalName', externalName: 'db.example' }), {}, 'service-external-name', undefined],
];

describe('a Service', () => {
  it.each(table)('%s', (_what, object, related, ...expected) => {
    const verdict = explainService(object, related);
    expect([verdict.cause, verdict.brokenHop]).toEqual(expected);
  });

  it('that misses its pods names those that were probably meant', () => {
    const related = nothing(workload({ tier: 'db' }), workload({ app: 'web', track: 'blue' }));
    expect(explainService(service({ selector: { app: 'web', track: 'green' } }), related).params).toEqual({
      selector: 'app=web,track=green',
      workload: 'web',
      labels: 'app=web,track=blue',
    });
  });

  it('takes a port of a sidecar by its name', () => {
    const sidecar = { name: 'proxy', restartPolicy: 'Always', ports: [{ name: 'mesh', containerPort: 15001 }] };
    const pods = [{ ...web, spec: { ...web.spec, initContainers: [sidecar] } }];
    const named = (targetPort: string) => explainService(service({ ports: [{ port: 80, targetPort }] }), { ...ready, pods }).cause;
    expect([named('mesh'), named('none')]).toEqual(['service-serving', 'service-target-port-unnamed']);
  });

  it('on whose targetPort nobody listens says what the pods declare', () => {
    const hostPorts = [{ ...listening, probe: { ok: false, message: 'socket hang up' } }];
    const { params, evidence } = explainService(service({ ports: [{ port: 80, nodePort: 31000 }] }), { ...ready, hostPorts });
    expect({ params, evidence }).toEqual({
      params: { targetPort: 80, ports: 'http (8080)' },
      evidence: [{ source: 'probe', text: 'localhost:31000: socket hang up' }],
    });
  });

  it('whose pods are not ready passes on what the worst of them says', () => {
    const pods = [
      podWith(waiting('ContainerCreating'), {}, { name: 'a' }),
      podWith(waiting('ErrImagePull', 'manifest unknown'), {}, { name: 'b' }),
    ];
    expect(explainService(service(), { pods })).toMatchObject({
      params: { count: 2, pod: 'b' },
      evidence: [{ text: '0 of 2 pods ready' }, { text: 'ErrImagePull: manifest unknown' }],
    });
  });
});

describe('small readers', () => {
  it('know that an empty selector selects nothing', () => {
    expect([selectedPods({}, [web]), selectedPods({ app: 'web' }, [web, node([]) as never])]).toEqual([[], [web]]);
    expect([matches({ a: '1' }, { a: '1', b: '2' }), matches({ a: '1' }, undefined)]).toEqual([true, false]);
  });
  it('fill targetPort in as the API does', () => {
    expect(
      [{ port: 80 }, { port: 80, targetPort: 0 }, { port: 80, targetPort: '' }, { port: 80, targetPort: 'x' }].map(targetPortOf),
    ).toEqual([80, 80, 80, 'x']);
    expect(formatLabels({ app: 'web', tier: 'x' })).toBe('app=web,tier=x');
  });
});
