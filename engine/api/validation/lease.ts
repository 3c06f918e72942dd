/** Leases. Upstream: pkg/apis/coordination/validation. */
import { invalidValue, Path } from '../field-error.ts';
import type { Lease } from '../types.gen.ts';
import { type Errors, none, nonNegative } from './fields.ts';

export function validateLease({ spec }: Lease): Errors {
  const path = new Path('spec');
  const seconds = spec?.leaseDurationSeconds;
  return [
    ...(seconds !== undefined && seconds <= 0 ? [invalidValue(path.at('leaseDurationSeconds'), seconds, 'must be greater than 0')] : none),
    ...nonNegative(path.at('leaseTransitions'), spec?.leaseTransitions),
  ];
}
