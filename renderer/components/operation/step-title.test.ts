import { expect, it } from 'vitest';
import type { OperationKind, Step } from '../../../engine/api/steps.ts';
import { createTexts } from '../../i18n/i18n.ts';
import { stepDetail, stepTitle } from './step-title.ts';

const { t } = createTexts('en');
const title = (kind: OperationKind, id: string): string => {
  const step: Step = { id, title: 'As the command line says', state: 'waiting', deadlineMs: 1, log: [] };
  return stepTitle(t, kind, step);
};

it.each<[OperationKind, string, string]>([
  ['create', 'network', 'Creating the cluster network'],
  ['create', 'node:minato-m02', 'Starting node “minato-m02”'],
  ['deploy-sample', 'deployment:vote', 'deployment/vote'],
  ['remove-sample', 'service:vote', 'Removing service/vote'],
  ['deploy-sample', 'sample-image:redis:alpine', 'Preparing the image redis:alpine'],
  ['create', 'something-new', 'As the command line says'],
])('%s, %s: %s', (kind, id, expected) => {
  expect(title(kind, id)).toBe(expected);
});

it('says what is a sentence in the language of the window, and data as it is', () => {
  const japanese = createTexts('ja').t;
  const step: Step = { id: 'image', title: '', state: 'running', deadlineMs: 1, log: [] };
  const pulling = { ...step, detail: 'pulling redis:alpine', said: { code: 'pulling', params: { image: 'redis:alpine' } } };
  expect(stepDetail(t, pulling)).toBe('Pulling redis:alpine');
  expect(stepDetail(japanese, pulling)).toBe('redis:alpine を取得しています');
  expect(stepDetail(japanese, { ...pulling, said: { code: 'new-in-the-engine', params: {} } })).toBe('pulling redis:alpine');
  expect(stepDetail(japanese, { ...step, detail: '10.244.0.0/16' })).toBe('10.244.0.0/16');
  expect([stepDetail(t, step), stepDetail(t, { ...step, detail: '' })]).toEqual([undefined, undefined]);
});
