import { describe, expect, it } from 'vitest';
import { deployment as deploymentKind } from '../../engine/api/kinds/apps/deployment.ts';
import { service as serviceKind } from '../../engine/api/kinds/core/service.ts';
import { toWireError } from '../../engine/host/handlers/wire-error.ts';
import { testApiServer } from '../../engine/testing/test-api-server.ts';
import { deploymentOf, emptyDeployment } from './deployment-draft.ts';
import { deploymentRules, fieldErrorsOf, serviceRules } from './field-errors.ts';
import { initialService, serviceOf } from './service-draft.ts';

/** What the API server says to the object, as the window gets it. */
async function refusal(work: Promise<unknown>) {
  try {
    await work;
  } catch (error) {
    return toWireError(error);
  }
  throw new Error('was accepted');
}
/** A refusal of these fields, in the form of upstream's Status. */
function invalid(...causes: readonly { readonly field: string; readonly message: string }[]) {
  return { code: 'api' as const, params: {}, message: 'm', status: { metadata: {}, reason: 'Invalid', details: { causes } } };
}
const paths = (fields: readonly string[]) => invalid(...fields.map((field) => ({ field, message: 'no' })));

describe('refusals of the API server', () => {
  // The paths are those of Kubernetes 1.33's validation for the objects that the forms make.
  it.each([
    ['metadata.name', 'name'],
    ['metadata.labels', 'name'],
    ['spec.selector.matchLabels', 'name'],
    ['spec.template.labels', 'name'],
    ['spec.template.metadata.labels', 'name'],
    ['metadata.namespace', 'namespace'],
    ['spec.replicas', 'replicas'],
    ['spec.template.spec.containers[0].name', 'image'],
    ['spec.template.spec.containers[0].image', 'image'],
    ['spec.template.spec.containers[0].ports[0].containerPort', 'port'],
    ['spec.template.spec.containers[0].env[1].name', 'env'],
  ])('of %s arrive at %s', (path, field) => {
    const { fields, rest } = fieldErrorsOf(paths([path]), deploymentRules);
    expect([Object.keys(fields), rest]).toEqual([[field], []]);
  });
  it.each([
    ['metadata.name', 'name'],
    ['spec.type', 'type'],
    ['spec.ports[0].port', 'port'],
    ['spec.ports[0].targetPort', 'targetPort'],
    ['spec.ports[0].nodePort', 'nodePort'],
  ])('of a Service’s %s arrive at %s', (path, field) => {
    expect(Object.keys(fieldErrorsOf(paths([path]), serviceRules).fields)).toEqual([field]);
  });

  it('name the row where a field has several, and do not repeat what follows from another', () => {
    const error = invalid(
      { field: 'spec.template.spec.containers[0].env[1].name', message: 'Invalid value: "not ok"' },
      { field: 'metadata.name', message: 'Invalid value: "A"' },
      { field: 'metadata.labels', message: 'Invalid value: "A"' },
      { field: 'spec.selector.matchLabels', message: 'Required value' },
    );
    const { fields } = fieldErrorsOf(error, deploymentRules);
    expect(fields).toEqual({ env: 'env[1].name: Invalid value: "not ok"', name: 'Invalid value: "A"' });
  });

  it('that concern no field of the form are told with their path, those that name no field stay whole', () => {
    expect(fieldErrorsOf(invalid({ field: 'spec.strategy', message: 'Unsupported value' }), deploymentRules).rest).toEqual([
      'spec.strategy: Unsupported value',
    ]);
    const gone = { code: 'disconnected' as const, params: {}, message: 'gone' };
    expect(fieldErrorsOf(gone, deploymentRules)).toEqual({ fields: {}, rest: [], general: gone });
  });

  it('come from the dry run: a bad name, a name that is taken, a nodePort out of range', async () => {
    await using api = await testApiServer();
    const manifest = deploymentOf({ ...emptyDeployment, name: 'web', image: 'nginx', port: 80 });
    const dry = { dryRun: true };
    const bad = deploymentOf({ ...emptyDeployment, name: 'Not A Name', image: 'nginx' });
    expect(fieldErrorsOf(await refusal(api.client.create(deploymentKind, bad, dry)), deploymentRules).fields.name).toContain('RFC 1123');
    await api.client.create(deploymentKind, manifest);
    const taken = fieldErrorsOf(await refusal(api.client.create(deploymentKind, manifest, dry)), deploymentRules);
    expect(taken).toEqual({ fields: { name: 'deployments.apps "web" already exists' }, rest: [], general: undefined });
    const service = serviceOf({ ...initialService(manifest), nodePort: 80 }, manifest);
    expect(fieldErrorsOf(await refusal(api.client.create(serviceKind, service, dry)), serviceRules).fields.nodePort).toContain(
      '30000-32767',
    );
  });
});
