/** Paths inside volumes and projected files. Upstream: validateLocalDescendingPath and its like in pkg/apis/core/validation. */
import { invalidValue, type Path } from '../field-error.ts';
import { type Errors, none } from './fields.ts';

export function withoutBacksteps(path: Path, target: string): Errors {
  return target.split('/').includes('..') ? [invalidValue(path, target, "must not contain '..'")] : none;
}
export function descendingPath(path: Path, target: string): Errors {
  const isAbsolute = target.startsWith('/');
  return [...(isAbsolute ? [invalidValue(path, target, 'must be a relative path')] : none), ...withoutBacksteps(path, target)];
}
/** Names that begin with two dots belong to the kubelet's way of replacing files at once. */
export function unreservedPath(path: Path, target: string): Errors {
  const isReserved = target.startsWith('..') && !target.startsWith('../');
  return [...descendingPath(path, target), ...(isReserved ? [invalidValue(path, target, "must not start with '..'")] : none)];
}
/** File modes, in decimal. */
export function fileMode(path: Path, mode: number | undefined): Errors {
  if (mode === undefined || (mode >= 0 && mode <= 0o777)) return none;
  return [invalidValue(path, mode, 'must be a number between 0 and 0777 (octal), both inclusive')];
}
