/** PriorityClasses. Upstream: pkg/registry/scheduling/priorityclass, pkg/apis/scheduling/v1/defaults.go, printPriorityClass in pkg/printers. */
import { kind } from '../../kind.ts';
import type { PriorityClass } from '../../types.gen.ts';
import { validatePriorityClass, validatePriorityClassUpdate } from '../../validation/priority-class.ts';
import { age, integer, text } from '../columns.ts';

export const priorityClass = kind<PriorityClass>({
  group: 'scheduling.k8s.io',
  kind: 'PriorityClass',
  plural: 'priorityclasses',
  shortNames: ['pc'],
  namespaced: false,
  hasGeneration: true,
  defaults: (given) => (given.preemptionPolicy === undefined ? { ...given, preemptionPolicy: 'PreemptLowerPriority' } : given),
  validate: validatePriorityClass,
  validateUpdate: validatePriorityClassUpdate,
  columns: [
    integer('Value', ({ value }) => value),
    { name: 'Global-Default', type: 'boolean', priority: 0, cell: ({ globalDefault }) => globalDefault ?? false },
    age,
    text('PreemptionPolicy', ({ preemptionPolicy }) => preemptionPolicy ?? ''),
  ],
});
