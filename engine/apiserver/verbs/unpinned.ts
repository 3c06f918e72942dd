/** Which version of an object a change is meant for. */
import type { KubeObject } from '../../api/object.ts';
import type { LiveObject } from '../resource.ts';

/** A patch that leaves the version alone applies to whatever version is there. */
export function unpinned(object: KubeObject, current: LiveObject): KubeObject {
  const { resourceVersion, ...metadata } = object.metadata;
  return resourceVersion === current.metadata.resourceVersion ? { ...object, metadata } : object;
}
