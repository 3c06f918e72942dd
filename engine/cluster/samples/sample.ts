/** Samples are folders of manifests under `resources/`; what they create is read from the manifests and nowhere else. */
import { readdir, readFile } from 'node:fs/promises';
import { loadAll } from 'js-yaml';
import { findKind } from '../../api/find-kind.ts';
import { HostError } from '../../api/host-error.ts';
import type { KindDefinition } from '../../api/kind.ts';
import type { KubeObject } from '../../api/object.ts';
import { projectRoot } from '../project-root.ts';

export interface SampleObject {
  readonly kind: KindDefinition;
  readonly object: KubeObject;
  /** As kubectl names it: `deployment/vote`. */
  readonly title: string;
  /** The document as the author wrote it. */
  readonly yaml: string;
}
export interface Sample {
  readonly id: string;
  readonly objects: readonly SampleObject[];
  readonly images: readonly string[];
}

const folders: Readonly<Record<string, string>> = { 'voting-app': 'resources/voting-app/manifests/' };
export const sampleIds: readonly string[] = Object.keys(folders);

export async function readSample(id: string): Promise<Sample> {
  const path = folders[id];
  if (path === undefined)
    throw new HostError('invalid-input', `sample: there is no sample "${id}". Samples: ${sampleIds.join(', ')}.`, {
      params: { field: 'sample', value: id },
    });
  const folder = new URL(path, projectRoot());
  const files = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort();
  const texts = await Promise.all(files.map((name) => readFile(new URL(name, folder), 'utf8')));
  const objects = texts.flatMap((text) => text.split(/^---$/m)).flatMap(readDocument);
  return { id, objects, images: [...new Set(objects.flatMap(({ object }) => imagesOf(object)))].sort() };
}

function readDocument(yaml: string): readonly SampleObject[] {
  return loadAll(yaml).flatMap((document) => {
    if (document === null || document === undefined) return [];
    // Our own resource; the API server checks it again when it is applied.
    const object = document as KubeObject;
    const kind = findKind(object);
    if (!kind) throw new HostError('internal', `a sample holds an object of unknown kind ${object.apiVersion} ${object.kind}`);
    return [{ kind, object, title: `${kind.singular}/${object.metadata.name}`, yaml: yaml.trim() }];
  });
}

function imagesOf(object: KubeObject): readonly string[] {
  const { spec } = object as {
    readonly spec?: { readonly template?: { readonly spec?: { readonly containers?: readonly { readonly image?: string }[] } } };
  };
  return (spec?.template?.spec?.containers ?? []).flatMap(({ image }) => (image === undefined ? [] : [image]));
}
