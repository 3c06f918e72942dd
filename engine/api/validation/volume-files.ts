/** Files that volumes are made of: keys of ConfigMaps and Secrets, fields of the Pod. Upstream: validateKeyToPath, validateDownwardAPIVolumeFile. */
import { invalidValue, type Path, required } from '../field-error.ts';
import type { DownwardAPIVolumeFile, KeyToPath } from '../types.gen.ts';
import { fieldRefErrors, resourceFieldRefErrors, volumeFieldPaths } from './downward-api.ts';
import { type Errors, none } from './fields.ts';
import { fileMode, unreservedPath } from './paths.ts';

export function keyToPathErrors(path: Path, items: readonly KeyToPath[] | undefined): Errors {
  return (items ?? []).flatMap(({ key, path: target, mode }, index) => [
    ...(key ? none : [required(path.at(index, 'key'))]),
    ...(target ? unreservedPath(path.at(index, 'path'), target) : [required(path.at(index, 'path'))]),
    ...fileMode(path.at(index, 'mode'), mode),
  ]);
}

export function downwardFileErrors(path: Path, file: DownwardAPIVolumeFile): Errors {
  const { path: target, fieldRef, resourceFieldRef, mode } = file;
  const place = target ? unreservedPath(path.at('path'), target) : [required(path.at('path'))];
  const both = 'fieldRef and resourceFieldRef can not be specified simultaneously';
  const source = fieldRef
    ? [
        ...fieldRefErrors(path.at('fieldRef'), fieldRef, volumeFieldPaths),
        ...(resourceFieldRef ? [invalidValue(path, 'resource', both)] : none),
      ]
    : resourceFieldRef
      ? resourceFieldRefErrors(path.at('resourceFieldRef'), resourceFieldRef, true)
      : [required(path, 'one of fieldRef and resourceFieldRef is required')];
  return [...place, ...source, ...fileMode(path.at('mode'), mode)];
}
