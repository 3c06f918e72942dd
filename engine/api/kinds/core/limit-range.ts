/** Limits for what a namespace's objects ask for; prints when it was created. Upstream: pkg/registry/core/limitrange, pkg/apis/core/v1/defaults.go. */
import { kind } from '../../kind.ts';
import type { LimitRange, LimitRangeItem } from '../../types.gen.ts';
import { validateLimitRange } from '../../validation/limits.ts';
import { each, inField } from '../fill.ts';

/** A container's default limit is its maximum, its default request the default limit or else the minimum. */
function itemDefaults(item: LimitRangeItem): LimitRangeItem {
  if (item.type !== 'Container') return item;
  const limits = { ...item.max, ...item.default };
  const requests = { ...item.min, ...limits, ...item.defaultRequest };
  const isComplete = Object.keys(limits).length === Object.keys(item.default ?? {}).length;
  if (isComplete && Object.keys(requests).length === Object.keys(item.defaultRequest ?? {}).length) return item;
  return { ...item, default: limits, defaultRequest: requests };
}

export const limitRange = kind<LimitRange>({
  group: '',
  kind: 'LimitRange',
  plural: 'limitranges',
  shortNames: ['limits'],
  namespaced: true,
  defaults: (range) => inField(range, 'spec', (spec) => inField(spec, 'limits', each(itemDefaults))),
  validate: validateLimitRange,
  columns: [],
});
