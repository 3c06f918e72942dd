/** Samples are folders of manifests under `resources/`; what they create is read from the manifests and nowhere else. */
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
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
  readonly images: readonly SampleImage[];
}
export interface SampleImage {
  /** As the manifests name it. */
  readonly reference: string;
  /** Holds the Dockerfile of an image that does the same, for engines that have no registry at hand. */
  readonly directory: string;
}

/** Sample → its folder, and for each image of its manifests the folder in there that can stand in for it. */
const samples: Readonly<Record<string, { readonly folder: string; readonly images: Readonly<Record<string, string>> }>> = {
  'voting-app': {
    folder: 'resources/voting-app/',
    images: {
      'dockersamples/examplevotingapp_result': 'result',
      'dockersamples/examplevotingapp_vote': 'vote',
      'dockersamples/examplevotingapp_worker': 'worker',
      'postgres:15-alpine': 'db',
      'redis:alpine': 'redis',
    },
  },
};

export async function readSample(id: string): Promise<Sample> {
  const sample = Object.hasOwn(samples, id) ? samples[id] : undefined;
  if (sample === undefined)
    throw new HostError('invalid-input', `sample: there is no sample "${id}". Samples: ${Object.keys(samples).join(', ')}.`, {
      params: { field: 'sample', value: id },
    });
  const home = new URL(sample.folder, projectRoot());
  const folder = new URL('manifests/', home);
  const files = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort();
  const texts = await Promise.all(files.map((name) => readFile(new URL(name, folder), 'utf8')));
  const objects = texts.flatMap((text) => text.split(/^---$/m)).flatMap(readDocument);
  const references = [...new Set(objects.flatMap(({ object }) => imagesOf(object)))].sort();
  return { id, objects, images: references.map((reference) => ({ reference, directory: directoryOf(reference) })) };

  function directoryOf(reference: string): string {
    const name = sample?.images[reference];
    if (name === undefined) throw new HostError('internal', `sample "${id}" has no folder for its image ${reference}`);
    return fileURLToPath(new URL(name, home));
  }
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
