import { expect, it } from 'vitest';
import { paths } from './paths.ts';
import { sectionOf } from './section-of.ts';

it.each([
  [paths.home(), 'home'],
  [paths.settings(), 'settings'],
  [paths.cluster('minato'), 'overview'],
  [paths.nodes('minato'), 'nodes'],
  [paths.workloads('minato', 'pods'), 'workloads'],
  [paths.services('minato'), 'services'],
  [paths.events('minato'), 'events'],
  [paths.kinds('minato', 'secrets'), 'kinds'],
  [paths.samples('minato'), 'samples'],
  [paths.createDeployment('minato'), 'workloads'],
  [paths.expose('minato', 'default', 'web'), 'services'],
  [paths.object('minato', { plural: 'pods', namespace: 'default', name: 'web-1' }), 'workloads'],
  [paths.object('minato', { plural: 'nodes', name: 'minato' }, 'yaml'), 'nodes'],
  [paths.object('minato', { plural: 'configmaps', namespace: 'default', name: 'x' }), 'kinds'],
  ['/nowhere', undefined],
])('%s lies at %s', (path, section) => {
  expect(sectionOf(path)).toBe(section);
});
