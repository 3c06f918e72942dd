/** What Kubernetes fills into volumes. Upstream: k8s.io/kubernetes/pkg/apis/core/v1/defaults.go. */
import type { DownwardAPIVolumeFile, Volume, VolumeProjection } from '../../types.gen.ts';
import { each, fill, inField } from '../fill.ts';
import { defaultPullPolicy } from './image-name.ts';

/** 0644, in the decimal form that JSON has. */
const defaultMode = 0o644;

function fileDefaults(file: DownwardAPIVolumeFile): DownwardAPIVolumeFile {
  const withVersion = inField(file, 'fieldRef', (ref) => fill(ref, { apiVersion: 'v1' }));
  return inField(withVersion, 'resourceFieldRef', (ref) => fill(ref, { divisor: '0' }));
}

function projectionDefaults(projection: VolumeProjection): VolumeProjection {
  const files = inField(projection, 'downwardAPI', (source) => inField(source, 'items', each(fileDefaults)));
  return inField(files, 'serviceAccountToken', (token) => fill(token, { expirationSeconds: 3600 }));
}

export function volumeDefaults(volume: Volume): Volume {
  const { name, ...sources } = volume;
  if (Object.values(sources).every((source) => source === undefined)) return { name, emptyDir: {} };
  let done = inField(volume, 'secret', (source) => fill(source, { defaultMode }));
  done = inField(done, 'configMap', (source) => fill(source, { defaultMode }));
  done = inField(done, 'downwardAPI', (source) => inField(fill(source, { defaultMode }), 'items', each(fileDefaults)));
  done = inField(done, 'projected', (source) => inField(fill(source, { defaultMode }), 'sources', each(projectionDefaults)));
  done = inField(done, 'hostPath', (source) => (source.type === undefined ? { ...source, type: '' } : source));
  done = inField(done, 'image', (source) => fill(source, { pullPolicy: source.pullPolicy || defaultPullPolicy(source.reference) }));
  done = inField(done, 'iscsi', (source) => fill(source, { iscsiInterface: 'default' }));
  done = inField(done, 'rbd', (source) => fill(source, { pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring' }));
  return inField(done, 'ephemeral', (source) =>
    inField(source, 'volumeClaimTemplate', (template) => inField(template, 'spec', (spec) => fill(spec, { volumeMode: 'Filesystem' }))),
  );
}
