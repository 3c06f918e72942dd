import { readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { Deployment, Service } from '../../api/types.gen.ts';
import { readSample, type SampleObject } from './sample.ts';

const ofKind = (objects: readonly SampleObject[], kind: string) => objects.filter((item) => item.kind.kind === kind);

test('the voting app is five Deployments and four Services with the images and ports that its users know', async () => {
  const { objects } = await readSample('voting-app');
  const deployments = ofKind(objects, 'Deployment').map(({ object }) => {
    const { metadata, spec } = object as Deployment;
    const [container] = spec.template.spec?.containers ?? [];
    return [metadata.name, container?.image, container?.ports?.[0]?.containerPort];
  });
  const services = ofKind(objects, 'Service').map(({ object }) => {
    const { metadata, spec } = object as Service;
    const [port] = spec.ports ?? [];
    return [metadata.name, spec.type, port?.port, port?.targetPort, port?.nodePort];
  });
  expect(objects).toHaveLength(9);
  expect(deployments).toEqual([
    ['db', 'postgres:15-alpine', 5432],
    ['redis', 'redis:alpine', 6379],
    ['result', 'dockersamples/examplevotingapp_result', 80],
    ['vote', 'dockersamples/examplevotingapp_vote', 80],
    ['worker', 'dockersamples/examplevotingapp_worker', undefined],
  ]);
  expect(services).toEqual([
    ['db', 'ClusterIP', 5432, 5432, undefined],
    ['redis', 'ClusterIP', 6379, 6379, undefined],
    ['result', 'NodePort', 8081, 80, 31001],
    ['vote', 'NodePort', 8080, 80, 31000],
  ]);
});

test('the database of the voting app keeps its files on an emptyDir and is opened with the well-known password', async () => {
  const { objects } = await readSample('voting-app');
  const db = objects.find(({ title }) => title === 'deployment/db')?.object as Deployment;
  const { containers, volumes } = db.spec.template.spec ?? { containers: [] };
  expect(containers[0]?.env).toEqual([
    { name: 'POSTGRES_USER', value: 'postgres' },
    { name: 'POSTGRES_PASSWORD', value: 'postgres' },
  ]);
  expect(containers[0]?.volumeMounts).toEqual([{ name: 'db-data', mountPath: '/var/lib/postgresql/data' }]);
  expect(volumes).toEqual([{ name: 'db-data', emptyDir: {} }]);
});

test('every selector of a sample finds the pods of its own Deployment', async () => {
  const { objects } = await readSample('voting-app');
  const labelsOf = new Map(
    ofKind(objects, 'Deployment').map(({ object }) => [object.metadata.name, (object as Deployment).spec.template.metadata?.labels]),
  );
  for (const { object } of ofKind(objects, 'Service'))
    expect(labelsOf.get(object.metadata.name)).toMatchObject((object as Service).spec.selector ?? {});
});

test('every image of a sample has a folder with a Dockerfile that can stand in for it', async () => {
  const { images } = await readSample('voting-app');
  expect(images).toHaveLength(5);
  for (const { directory } of images) expect(await readdir(directory)).toContain('Dockerfile');
});

test('an unknown sample is refused by name', async () => {
  await expect(readSample('toString')).rejects.toMatchObject({ code: 'invalid-input', params: { field: 'sample', value: 'toString' } });
});
