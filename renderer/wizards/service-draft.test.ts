import { describe, expect, it } from 'vitest';
import { deploymentOf, emptyDeployment } from './deployment-draft.ts';
import { freeName, initialService, isComplete, targetPortOf } from './service-draft.ts';

const web = deploymentOf({ ...emptyDeployment, name: 'web', image: 'nginx', port: 80 });

describe('a new Service', () => {
  it('starts with the port that the container declares', () => {
    expect(initialService(web)).toMatchObject({ name: 'web', type: 'NodePort', port: 80, targetPort: '80' });
    const silent = initialService(deploymentOf({ ...emptyDeployment, name: 'x', image: 'busybox' }));
    expect([silent.targetPort, isComplete(silent)]).toEqual(['', false]);
  });
  it.each([
    [[], 'web'],
    [['web'], 'web-2'],
    [['web', 'web-2', 'other'], 'web-3'],
    [['web-2'], 'web'],
  ])('takes a name that is free beside %o', (taken, name) => {
    expect(freeName('web', taken)).toBe(name);
  });
  it.each([
    ['8080', 8080],
    ['http', 'http'],
    [' ', 80],
  ])('leads to the targetPort %j', (targetPort, expected) => {
    expect(targetPortOf({ ...initialService(web), targetPort })).toBe(expected);
  });
  it('is asked about only when it is whole', () => {
    const whole = initialService(web);
    expect(
      [
        whole,
        { ...whole, name: '' },
        { ...whole, port: Number.NaN },
        { ...whole, nodePort: Number.NaN },
        { ...whole, nodePort: 31_000 },
      ].map(isComplete),
    ).toEqual([true, false, false, false, true]);
  });
});
