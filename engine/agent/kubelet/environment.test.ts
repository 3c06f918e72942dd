/** What a container finds in its environment. */
import { describe, expect, test } from 'vitest';
import type { Container, Pod, Service } from '../../api/types.gen.ts';
import { environmentOf, type ObjectReader } from './environment.ts';
import { expand } from './expand.ts';
import { resourceValue } from './field-values.ts';
import { serviceEnvironment } from './service-environment.ts';

const pod: Pod = {
  metadata: { name: 'web', namespace: 'shop', uid: 'u1', labels: { tier: 'front' }, annotations: { note: 'a "b"' } },
  spec: { nodeName: 'n1', serviceAccountName: 'robot', containers: [{ name: 'a', image: 'x' }] },
};
const objects: ObjectReader = {
  configMap: async (_, name) => (name === 'settings' ? { metadata: {}, data: { color: 'blue', size: 'L' } } : undefined),
  secret: async (_, name) => (name === 'keys' ? { metadata: {}, data: { token: Buffer.from('s3cret').toString('base64') } } : undefined),
};
const node = { hostIp: '10.244.255.10', cpuMilli: 2000, memoryBytes: 1024 ** 3, ephemeralStorageBytes: 0 };
const environment = async (container: Partial<Container>): Promise<Readonly<Record<string, string>>> => {
  const services = new Map([['WEB_PORT', 'tcp://10.96.0.20:80']]);
  return Object.fromEntries(
    await environmentOf({ pod, container: { name: 'a', image: 'x', ...container }, podIp: '10.244.0.5', node, services, objects }),
  );
};

describe('the environment', () => {
  test.each([
    ['plain values', { env: [{ name: 'A', value: '1' }] }, { A: '1' }],
    [
      'values that name others',
      {
        env: [
          { name: 'A', value: '1' },
          { name: 'B', value: '$(A)-$(WEB_PORT)-$(NO)-$$(A)' },
        ],
      },
      { B: '1-tcp://10.96.0.20:80-$(NO)-$(A)' },
    ],
    ['a key of a ConfigMap', { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: 'color' } } }] }, { A: 'blue' }],
    ['a key of a Secret', { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'keys', key: 'token' } } }] }, { A: 's3cret' }],
    [
      'a whole ConfigMap with a prefix',
      { envFrom: [{ prefix: 'S_', configMapRef: { name: 'settings' } }] },
      { S_color: 'blue', S_size: 'L' },
    ],
    [
      'what is set by hand before what comes along',
      { envFrom: [{ configMapRef: { name: 'settings' } }], env: [{ name: 'color', value: 'red' }] },
      { color: 'red' },
    ],
    ['a field of the pod', { env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: "metadata.labels['tier']" } } }] }, { A: 'front' }],
    ['the pod’s address', { env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }] }, { A: '10.244.0.5' }],
    ['Services, unless their name is taken', { env: [{ name: 'WEB_PORT', value: 'mine' }] }, { WEB_PORT: 'mine' }],
  ])('has %s', async (_, container, expected) => {
    expect(await environment(container)).toMatchObject(expected);
  });

  test.each([
    [{ env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'no', key: 'k' } } }] }, 'configmap "no" not found'],
    [
      { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: 'k' } } }] },
      "couldn't find key k in ConfigMap shop/settings",
    ],
    [{ env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'keys', key: 'k' } } }] }, "couldn't find key k in Secret shop/keys"],
    [{ envFrom: [{ secretRef: { name: 'no' } }] }, 'secret "no" not found'],
  ])('cannot be made (%#): %s', async (container, message) => {
    await expect(environment(container)).rejects.toThrow(message);
  });

  test('does without what is optional', async () => {
    const optional = { configMapKeyRef: { name: 'no', key: 'k', optional: true } };
    expect(
      await environment({ env: [{ name: 'A', valueFrom: optional }], envFrom: [{ secretRef: { name: 'no', optional: true } }] }),
    ).toEqual({
      WEB_PORT: 'tcp://10.96.0.20:80',
    });
  });
});

test.each([
  ['limits.cpu', undefined, '2'],
  ['requests.cpu', undefined, '1'],
  ['requests.cpu', '1m', '250'],
  ['limits.memory', undefined, '1073741824'],
  ['requests.memory', '1Mi', '64'],
])('%s in units of %s is %s', (resource, divisor, expected) => {
  const container = { name: 'a', image: 'x', resources: { requests: { cpu: '250m', memory: '64Mi' } } };
  expect(resourceValue(pod, { resource, ...(divisor ? { divisor } : {}) }, container, node)).toBe(expected);
});

test('expansion leaves what it does not know', () => {
  expect(expand('$(A) $$(A) $(B) $A $', (name) => (name === 'A' ? '1' : undefined))).toBe('1 $(A) $(B) $A $');
});

describe('variables for Services', () => {
  const service = (namespace: string, name: string, clusterIP = '10.96.0.20'): Service => ({
    metadata: { name, namespace },
    spec: {
      clusterIP,
      ports: [
        { name: 'http', port: 80 },
        { name: 'dns', port: 53, protocol: 'UDP' },
      ],
    },
  });
  test('are the ones of Docker’s links', () => {
    expect(Object.fromEntries(serviceEnvironment(pod, [service('shop', 'my-web')]))).toEqual({
      MY_WEB_SERVICE_HOST: '10.96.0.20',
      MY_WEB_SERVICE_PORT: '80',
      MY_WEB_SERVICE_PORT_HTTP: '80',
      MY_WEB_SERVICE_PORT_DNS: '53',
      MY_WEB_PORT: 'tcp://10.96.0.20:80',
      MY_WEB_PORT_80_TCP: 'tcp://10.96.0.20:80',
      MY_WEB_PORT_80_TCP_PROTO: 'tcp',
      MY_WEB_PORT_80_TCP_PORT: '80',
      MY_WEB_PORT_80_TCP_ADDR: '10.96.0.20',
      MY_WEB_PORT_53_UDP: 'udp://10.96.0.20:53',
      MY_WEB_PORT_53_UDP_PROTO: 'udp',
      MY_WEB_PORT_53_UDP_PORT: '53',
      MY_WEB_PORT_53_UDP_ADDR: '10.96.0.20',
    });
  });
  test('are of the own namespace and of the API; on request of the API alone; never of headless ones', () => {
    const all = [
      service('shop', 'web'),
      service('other', 'far'),
      service('default', 'kubernetes', '10.96.0.1'),
      service('shop', 'bare', 'None'),
    ];
    const hosts = (each: Pod): readonly string[] => [...serviceEnvironment(each, all).keys()].filter((key) => key.endsWith('_HOST'));
    expect(hosts(pod)).toEqual(['WEB_SERVICE_HOST', 'KUBERNETES_SERVICE_HOST']);
    expect(hosts({ ...pod, spec: { ...pod.spec, enableServiceLinks: false } })).toEqual(['KUBERNETES_SERVICE_HOST']);
  });
});
