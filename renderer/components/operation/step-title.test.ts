import { expect, it } from 'vitest';
import type { OperationKind, Step } from '../../../engine/api/steps.ts';
import { createTexts } from '../../i18n/i18n.ts';
import { stepTitle } from './step-title.ts';

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
