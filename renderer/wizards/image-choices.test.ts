import { describe, expect, it } from 'vitest';
import { containerNameOf, emptyDeployment } from './deployment-draft.ts';
import { imageChoices, knownPortOf, withImage } from './image-choices.ts';

describe('images to choose from', () => {
  it('are each offered once, running ones first, without digests', () => {
    const choices = imageChoices({
      running: ['nginx', 'nginx', 'a:1'],
      present: ['b:2', 'minato/node:00', 'nginx', 'nginx@sha256:00', '<none>:<none>'],
    });
    expect(choices.slice(0, 3)).toEqual([
      { image: 'a:1', source: 'running' },
      { image: 'nginx', source: 'running' },
      { image: 'b:2', source: 'present' },
    ]);
    expect(choices.filter(({ image }) => image === 'nginx')).toHaveLength(1);
  });
  it.each([
    ['nginx', 80],
    ['nginx:1.27', 80],
    ['docker.io/library/nginx@sha256:00', 80],
    ['kicbase/echo-server:2', 8080],
    ['localhost:5000/nginx', undefined],
    ['busybox', undefined],
  ])('%s listens on %s', (image, port) => {
    expect(knownPortOf(image)).toBe(port);
  });
});

describe('a new image', () => {
  it('brings its name and port along', () => {
    expect(withImage(emptyDeployment, 'redis:alpine', containerNameOf)).toMatchObject({ name: 'redis', port: 6379 });
  });
  it('leaves alone what was typed', () => {
    const typed = { ...emptyDeployment, image: 'nginx', name: 'front', port: 8080 };
    expect(withImage(typed, 'httpd:2.4', containerNameOf)).toMatchObject({ name: 'front', port: 8080 });
  });
  it('takes its suggestions back when it is deleted', () => {
    const suggested = withImage(emptyDeployment, 'nginx', containerNameOf);
    expect(withImage(suggested, '', containerNameOf)).toEqual(emptyDeployment);
  });
});
