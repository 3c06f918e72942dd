/** Volumes put together from several sources. Upstream: validateProjectedVolumeSource in pkg/apis/core/validation. */
import { forbiddenValue, invalidValue, type Path, required } from '../field-error.ts';
import type { ProjectedVolumeSource, VolumeProjection } from '../types.gen.ts';
import { type Errors, none } from './fields.ts';
import { fileMode, unreservedPath } from './paths.ts';
import { downwardFileErrors, keyToPathErrors } from './volume-files.ts';

const minTokenSeconds = 10 * 60;
const maxTokenSeconds = 2 ** 32;

export function projectedErrors(path: Path, { defaultMode, sources = [] }: ProjectedVolumeSource): Errors {
  return [
    ...fileMode(path.at('defaultMode'), defaultMode),
    ...sources.flatMap((source, index) => projectionErrors(path.at('sources', index), source)),
    ...conflicts(path, sources),
  ];
}

function projectionErrors(
  path: Path,
  { secret, configMap, downwardAPI, serviceAccountToken, clusterTrustBundle }: VolumeProjection,
): Errors {
  const named = (step: string, { name, items }: NonNullable<VolumeProjection['secret']>): Errors => [
    ...(name ? none : [required(path.at(step, 'name'))]),
    ...keyToPathErrors(path.at(step, 'items'), items),
  ];
  const files = downwardAPI?.items ?? [];
  const given: readonly (readonly [string, Errors])[] = [
    ...(secret ? [['secret', named('secret', secret)] as const] : []),
    ...(configMap ? [['configMap', named('configMap', configMap)] as const] : []),
    ...(downwardAPI
      ? [['downwardAPI', files.flatMap((file, index) => downwardFileErrors(path.at('downwardAPI', 'items', index), file))] as const]
      : []),
    ...(serviceAccountToken ? [['serviceAccountToken', tokenErrors(path.at('serviceAccountToken'), serviceAccountToken)] as const] : []),
    ...(clusterTrustBundle ? [['clusterTrustBundle', none] as const] : []),
  ];
  if (given.length === 0) return [required(path, 'must specify a volume type')];
  return given.flatMap(([name, errors], index) =>
    index === 0 ? errors : [...errors, forbiddenValue(path.at(name), 'may not specify more than 1 volume type')],
  );
}

function tokenErrors(path: Path, { expirationSeconds, path: target }: NonNullable<VolumeProjection['serviceAccountToken']>): Errors {
  const at = path.at('expirationSeconds');
  return [
    ...(expirationSeconds !== undefined && expirationSeconds < minTokenSeconds
      ? [invalidValue(at, expirationSeconds, 'may not specify a duration less than 10 minutes')]
      : none),
    ...(expirationSeconds !== undefined && expirationSeconds > maxTokenSeconds
      ? [invalidValue(at, expirationSeconds, 'may not specify a duration larger than 2^32 seconds')]
      : none),
    ...(target ? unreservedPath(path.at('path'), target) : [required(path.at('path'))]),
  ];
}

/** Two sources must not write the same file. */
function conflicts(path: Path, sources: readonly VolumeProjection[]): Errors {
  const seen = new Set<string>();
  return sources.flatMap((source, index) => {
    const { secret, configMap, downwardAPI, serviceAccountToken } = source;
    const name = secret?.name ?? configMap?.name ?? '';
    const items = secret?.items ?? configMap?.items ?? downwardAPI?.items ?? [];
    const targets = serviceAccountToken ? [serviceAccountToken.path] : items.map((item) => item.path);
    const taken = targets.filter((target) => target && seen.has(target));
    for (const target of targets) seen.add(target);
    const at = path.at('sources', index);
    return taken.map((target) => invalidValue(at, name, `conflicting duplicate paths: ${target}`));
  });
}
