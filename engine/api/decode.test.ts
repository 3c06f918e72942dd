import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAs } from './decode.ts';
import { decodeBody, decodePatched } from './decode-body.ts';
import { isApiError } from './errors.ts';
import { nearest } from './nearest.ts';
import type { Json } from './object.ts';
import { typeNames } from './schema.ts';
import type { Deployment, Pod } from './types.gen.ts';

const pods = { group: '', version: 'v1', kind: 'Pod', schema: 'Pod' } as const;
const deployments = { group: 'apps', version: 'v1', kind: 'Deployment', schema: 'Deployment' } as const;
const strict = { fieldValidation: 'Strict' } as const;

const deploy = (spec: object) => JSON.stringify({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a' }, spec });
const podSpec = (container: object) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec: { containers: [container] } });

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (isApiError(error, 'BadRequest')) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('strict decoding', () => {
  it('names the misspelt field of the manifest in the notes, and nothing below it', () => {
    const manifest = {
      apiVersion: 'v1',
      kind: 'Pod',
      metaData: { name: 'myapp-pod', labls: { app: 'myapp', type: 'front-end' } },
      spec: { containers: [{ name: 'nginx-container', image: 'nginx' }] },
    };
    expect(refusal(() => decodeBody<Pod>(pods, JSON.stringify(manifest), strict))).toBe(
      'Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "metaData"',
    );
  });
  it('says which fields were probably meant, for clients that show causes', () => {
    try {
      decodeBody<Pod>(pods, '{"metadata":{"labls":{}},"spec":{"containers":[]}}', strict);
      expect.unreachable();
    } catch (error) {
      expect(isApiError(error) && error.details?.causes).toEqual([
        { reason: 'FieldValueNotSupported', field: 'metadata.labls', message: 'unknown field "metadata.labls": did you mean "labels"?' },
      ]);
    }
  });
  it('warns, or is silent, and prunes', () => {
    const body = deploy({ selector: {}, foo: 1, template: { spec: { containers: [{ name: 'a', imagee: 'b' }] } } });
    const warned = decodeBody<Deployment>(deployments, body, { fieldValidation: 'Warn' });
    expect(warned.warnings).toEqual(['unknown field "spec.foo"', 'unknown field "spec.template.spec.containers[0].imagee"']);
    expect(decodeBody<Deployment>(deployments, body, { fieldValidation: 'Ignore' })).toEqual({ object: warned.object, warnings: [] });
    expect(warned.object.spec).toEqual({ selector: {}, template: { spec: { containers: [{ name: 'a' }] } } });
  });
  it('finds keys that are given twice, but not inside what is unknown anyway', () => {
    const body =
      '{"metadata":{"name":"a","labels":{"a":"1","a":"2"}},"what":{"x":1,"x":2},"spec":{"containers":[{"name":"a"},{"name":"b","name":"\\"c"}]}}';
    expect(decodeBody<Pod>(pods, body, { fieldValidation: 'Warn' }).warnings).toEqual([
      'unknown field "what"',
      'duplicate field "metadata.labels.a"',
      'duplicate field "spec.containers[1].name"',
    ]);
  });
});

describe('the outcome of a patch', () => {
  const patch = '{"spec":{"foo":1}}';
  it.each([
    [{ spec: { foo: 1 } }, 'strict decoding error: unknown field "spec.foo"'],
    [{ spec: { replicas: 'x' } }, 'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32'],
  ])('%j is refused as invalid, showing the patch', (value, problem) => {
    try {
      decodePatched<Deployment>(deployments, value, { ...strict, patch });
      expect.unreachable();
    } catch (error) {
      expect(isApiError(error, 'Invalid') && error.message).toContain(
        ' "" is invalid: patch: Invalid value: "{\\"spec\\":{\\"foo\\":1}}": ',
      );
      expect(isApiError(error, 'Invalid') && error.message).toContain(problem);
    }
  });
  it('warns where it may', () => {
    expect(decodePatched<Deployment>(deployments, { spec: { foo: 1 } }, { fieldValidation: 'Warn', patch }).warnings).toEqual([
      'unknown field "spec.foo"',
    ]);
  });
});

describe('a value of the wrong type', () => {
  it.each([
    [{ replicas: '3' }, 'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32'],
    [{ replicas: 1.5 }, 'json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32'],
    [{ replicas: 2 ** 31 }, 'json: cannot unmarshal number 2147483648 into Go struct field DeploymentSpec.spec.replicas of type int32'],
    [{ paused: 'yes' }, 'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.paused of type bool'],
    [{ template: [] }, 'json: cannot unmarshal array into Go struct field DeploymentSpec.spec.template of type v1.PodTemplateSpec'],
    [
      { template: { metadata: { labels: { a: 1 } } } },
      'json: cannot unmarshal number into Go struct field ObjectMeta.spec.template.metadata.labels of type string',
    ],
    [
      { template: { spec: { containers: [{ env: [{ name: 'A', value: 1 }] }] } } },
      'json: cannot unmarshal number into Go struct field EnvVar.spec.template.spec.containers.env.value of type string',
    ],
    [
      { template: { spec: { containers: {} } } },
      'json: cannot unmarshal object into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container',
    ],
    [
      { template: { spec: { containers: ['a'] } } },
      'json: cannot unmarshal string into Go struct field PodSpec.spec.template.spec.containers of type v1.Container',
    ],
    [
      { strategy: { rollingUpdate: { maxSurge: true } } },
      'json: cannot unmarshal bool into Go struct field RollingUpdateDeployment.spec.strategy.rollingUpdate.maxSurge of type int32',
    ],
  ])('%j is refused in the words of Go', (spec, problem) => {
    expect(refusal(() => decodeBody<Deployment>(deployments, deploy(spec), strict))).toBe(
      `Deployment in version "v1" cannot be handled as a Deployment: ${problem}`,
    );
  });
  it.each([
    [{ resources: { limits: { cpu: 'a' } } }, 'quantities must match the regular expression'],
    [{ resources: { limits: { cpu: {} } } }, 'quantities must match the regular expression'],
    [
      { resources: { limits: [] } },
      'json: cannot unmarshal array into Go struct field ResourceRequirements.spec.containers.resources.limits',
    ],
  ])('%j in a container is refused', (container, problem) => {
    expect(refusal(() => decodeBody<Pod>(pods, JSON.stringify(podSpec(container)), strict))).toContain(
      `Pod in version "v1" cannot be handled as a Pod: ${problem}`,
    );
  });
  it('times and base64 are checked', () => {
    expect(() => decodeAs('Secret', { data: { a: '%' } })).toThrow('illegal base64 data at input byte 0');
    expect(() => decodeAs('ObjectMeta', { creationTimestamp: 'x' })).toThrow('parsing time "x" as "2006-01-02T15:04:05Z07:00"');
    expect(() => decodeAs('ObjectMeta', { creationTimestamp: 1 })).toThrow(
      'json: cannot unmarshal number into Go struct field ObjectMeta.creationTimestamp of type string',
    );
  });
});

describe('a body that is not the kind', () => {
  it.each([
    [
      '',
      `the object provided is unrecognized (must be of type Pod): couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)`,
    ],
    [
      '{',
      `the object provided is unrecognized (must be of type Pod): couldn't get version/kind; json parse error: unexpected end of JSON input ({)`,
    ],
    ['{"kind":"Po', `couldn't get version/kind; json parse error: unexpected end of JSON input ({"kind":"Po)`],
    ['hello', `couldn't get version/kind; json parse error: invalid character 'h' looking for beginning of value (68656c6c6f)`],
    ['{"kind":"Pod"}x', "invalid character 'x' after top-level value"],
    ['[]', 'json: cannot unmarshal array into Go value of type struct'],
    ['{"kind":1}', 'json: cannot unmarshal number into Go struct field .kind of type string'],
    [
      '{"apiVersion":"v1","kind":"Foo"}',
      'Foo in version "v1" cannot be handled as a Pod: no kind "Foo" is registered for version "v1" in scheme',
    ],
    [
      '{"apiVersion":"v1","kind":"Service"}',
      'Service in version "v1" cannot be handled as a Pod: converting (v1.Service) to (core.Pod): unknown conversion',
    ],
    ['{"apiVersion":"a/b/c","kind":"Pod"}', 'unexpected GroupVersion string: a/b/c'],
    [`{"spec":${'['.repeat(5000)}`, 'exceeded max depth'],
  ])('%j is refused', (text, problem) => {
    expect(refusal(() => decodeBody<Pod>(pods, text, { ...strict, isKnown: (_, kind) => kind === 'Service' }))).toContain(problem);
  });
  it('apiVersion and kind may be left to the URL', () => {
    expect(decodeBody<Pod>(pods, '{}', strict).object).toEqual({ apiVersion: 'v1', kind: 'Pod', metadata: {}, spec: { containers: [] } });
  });
});

describe('what is accepted', () => {
  it('comes out canonical: nulls and empty optional values gone, quantities and times written as Kubernetes writes them', () => {
    const { object } = decodeBody<Pod>(
      pods,
      JSON.stringify({
        metadata: {
          name: 'a',
          namespace: '',
          labels: {},
          creationTimestamp: '2024-05-01T09:00:00.5+09:00',
          finalizers: [],
          annotations: null,
        },
        spec: {
          volumes: null,
          securityContext: {},
          containers: [
            {
              name: 'a',
              args: [null, 'x'],
              env: [{ name: 'E', value: '' }],
              ports: [{ containerPort: 80 }],
              resources: { limits: { cpu: 0.5, memory: '1024Mi' }, requests: { cpu: null } },
            },
          ],
        },
      }),
      strict,
    );
    expect(object).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'a', creationTimestamp: '2024-05-01T00:00:00Z' },
      spec: {
        securityContext: {},
        containers: [
          {
            name: 'a',
            args: ['', 'x'],
            env: [{ name: 'E' }],
            ports: [{ containerPort: 80 }],
            resources: { limits: { cpu: '500m', memory: '1Gi' }, requests: { cpu: '0' } },
          },
        ],
      },
    });
  });
  it('keeps an empty string where that differs from none', () => {
    expect(decodeAs('PersistentVolumeClaimSpec', { storageClassName: '' }).value).toEqual({ storageClassName: '' });
  });
  it('zero of what is no pointer in Go is nothing; that of pointers and of statuses is kept', () => {
    const spec = { replicas: 0, minReadySeconds: 0, paused: false, revisionHistoryLimit: 0 };
    const { value } = decodeAs('Deployment', { spec, status: { replicas: 0 } });
    expect(value.status).toEqual({ replicas: 0 });
    expect(value.spec).toMatchObject({ replicas: 0, revisionHistoryLimit: 0 });
    expect(Object.keys(value.spec as object).filter((name) => name === 'minReadySeconds' || name === 'paused')).toEqual([]);
    expect(decodeAs('NFSVolumeSource', { server: '', path: '/', readOnly: false }).value).toEqual({ server: '', path: '/' });
    expect(decodeAs('LocalVolumeSource', { path: '', fsType: '' }).value).toEqual({ path: '', fsType: '' });
    expect(decodeAs('SecurityContext', { privileged: false, runAsUser: 0 }).value).toEqual({ privileged: false, runAsUser: 0 });
  });
  it('treats __proto__ as any other key of a map', () => {
    const { value } = decodeAs('ConfigMap', JSON.parse('{"data":{"__proto__":"x"}}') as Json);
    expect(JSON.stringify(value)).toBe('{"data":{"__proto__":"x"},"metadata":{}}');
  });
  it('microseconds are kept where the field has them', () => {
    expect(decodeAs('LeaseSpec', { renewTime: '2024-05-01T00:00:00.123456Z', acquireTime: '2024-05-01T00:00:00Z' }).value).toEqual({
      renewTime: '2024-05-01T00:00:00.123456Z',
      acquireTime: '2024-05-01T00:00:00.000000Z',
    });
  });
});

it('guesses what a misspelt name stands for', () => {
  const names = ['metadata', 'labels', 'spec', 'image'];
  expect(['metaData', 'labls', 'spce', 'Spec', 'imagee', 'x', 'constructor'].map((name) => nearest(name, names))).toEqual([
    'metadata',
    'labels',
    undefined,
    'spec',
    'image',
    undefined,
    undefined,
  ]);
});

describe('for any JSON', () => {
  it('every type decodes it or refuses it with a message, and decoding again changes nothing', () => {
    fc.assert(
      fc.property(fc.constantFrom(...typeNames()), fc.jsonValue({ maxDepth: 4 }), (type, value) => {
        try {
          const once = decodeAs(type, value as Json).value;
          expect(decodeAs(type, once).value).toEqual(once);
        } catch (error) {
          expect((error as Error).name).toBe('DecodeError');
        }
      }),
      { numRuns: 500 },
    );
  });
  it('no text makes the decoder fail in another way', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(typeof refusal(() => decodeBody<Pod>(pods, text, strict))).toBe('string');
      }),
      { numRuns: 500 },
    );
  });
});
