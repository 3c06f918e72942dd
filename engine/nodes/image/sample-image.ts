/** An image of a sample's manifests: the engine's own if it has one, else the registry's, else one that does the same, built here from our folder. */
import { basename } from 'node:path';
import type Docker from 'dockerode';
import { HostError } from '../../api/host-error.ts';
import { detail, type StepDetail } from '../../api/step-detail.ts';
import type { NodeCall } from '../node-provider.ts';
import { hasImage, reasonOf, tryPull } from './base-image.ts';
import { ensureFolderImage, type FolderImage } from './folder-image.ts';

export function sampleImage(reference: string, directory: string): FolderImage {
  return { directory, role: 'sample', name: basename(directory), tags: [reference] };
}

/** Resolves to what was done. Throws HostError image-build-failed with both reasons. */
export async function ensureSampleImage(
  docker: Docker,
  { reference, directory }: { readonly reference: string; readonly directory: string },
  call: NodeCall,
): Promise<StepDetail> {
  if (await hasImage(docker, reference)) return detail('image-there');
  call.progress.detail(detail('pulling', { image: reference }));
  const failure = await tryPull(docker, withTag(reference), call);
  if (failure === undefined) return detail('pulled');
  const reason = reasonOf(failure);
  call.progress.log(`${reference} cannot be pulled: ${reason}`);
  call.progress.detail(detail('building-substitute', { image: reference }));
  try {
    await ensureFolderImage(docker, sampleImage(reference, directory), call);
    return detail('built-here', { reason });
  } catch (cause) {
    call.signal.throwIfAborted();
    const why = reasonOf(cause);
    throw new HostError('image-build-failed', `${reference} cannot be pulled (${reason}) and cannot be built here (${why}).`, {
      params: { image: reference, reason: why },
      cause,
    });
  }
}

/** Without a tag the engine would pull all of them. */
function withTag(reference: string): string {
  return /:[^/]+$/.test(reference) ? reference : `${reference}:latest`;
}
