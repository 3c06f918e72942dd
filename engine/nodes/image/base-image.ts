/**
 * Debian's slim base image on engines that cannot pull it. Where the tag is missing and a pull fails, the same is made from Debian's packages
 * (`debootstrap --variant=minbase`) with the package sources that this machine itself uses.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { HostError } from '../../api/host-error.ts';
import { messageOf } from '../../api/message-of.ts';
import { detail } from '../../api/step-detail.ts';
import type { NodeCall } from '../node-provider.ts';
import { readOutput, run } from './run.ts';
import { streamProgress } from './stream-progress.ts';

export const baseImage = 'debian:bookworm-slim';
const suite = 'bookworm';
/** A registry that says nothing for this long is taken as unreachable. */
const pullSilenceMs = 60_000;

export async function ensureBaseImage(docker: Docker, call: NodeCall): Promise<void> {
  if (await hasImage(docker, baseImage)) return;
  call.progress.detail(detail('pulling', { image: baseImage }));
  const failure = await tryPull(docker, baseImage, call);
  if (failure === undefined) return;
  const reason = reasonOf(failure);
  const cannot = await whyNoDebootstrap();
  if (cannot !== undefined) {
    throw new HostError('image-build-failed', `${baseImage} cannot be pulled (${reason}) and cannot be made here (${cannot}).`, {
      params: { image: baseImage, reason },
      cause: failure,
    });
  }
  call.progress.log(`${baseImage} cannot be pulled: ${reason}`);
  call.progress.detail(detail('making-base', { image: baseImage }));
  await importDebian(docker, call);
}

export async function hasImage(docker: Docker, reference: string): Promise<boolean> {
  try {
    await docker.getImage(reference).inspect();
    return true;
  } catch (error) {
    if (statusOf(error) === 404) return false;
    throw error;
  }
}

/** The HTTP status in an error of the engine. */
export function statusOf(error: unknown): number | undefined {
  return (error as { readonly statusCode?: number }).statusCode;
}

/** The engine's own words, without what the client library puts around them. */
export function reasonOf(error: unknown): string {
  const text = messageOf(error);
  return text.replace(/^\(HTTP code \d+\) [^-]* - /, '').trim();
}

/** Resolves to the failure, or undefined when the image is there now. */
export async function tryPull(docker: Docker, reference: string, call: NodeCall): Promise<unknown> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(new Error(`the registry did not answer within ${pullSilenceMs / 1000} s`)), pullSilenceMs);
  const signal = AbortSignal.any([call.signal, silence.signal]);
  try {
    const stream = await docker.pull(reference, { abortSignal: signal });
    stream.on('data', () => {
      timer = timer.refresh();
    });
    await streamProgress(stream, { ...call, signal });
    return undefined;
  } catch (error) {
    call.signal.throwIfAborted();
    return silence.signal.aborted ? silence.signal.reason : error;
  } finally {
    clearTimeout(timer);
  }
}

async function whyNoDebootstrap(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'only a Linux machine can';
  if (process.getuid?.() !== 0) return 'that needs root';
  try {
    await readOutput('debootstrap', ['--version']);
    return undefined;
  } catch {
    // Not installed, which is fine: it is only the second way to the image.
    return 'debootstrap is not installed';
  }
}

async function importDebian(docker: Docker, call: NodeCall): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'minato-debian-'));
  const root = join(directory, 'root');
  try {
    const sources = await debianSources();
    const mirror = sources.find((source) => source.suite === suite)?.site;
    await run('debootstrap', ['--variant=minbase', suite, root, ...(mirror === undefined ? [] : [mirror])], call);
    if (mirror !== undefined) await writeFile(join(root, 'etc/apt/sources.list'), sources.map(sourceLine).join(''));
    await slim(root);
    const tar = spawn('tar', ['--numeric-owner', '--one-file-system', '-C', root, '-c', '.'], { stdio: ['ignore', 'pipe', 'ignore'] });
    await importTar(docker, tar.stdout, call);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function importTar(docker: Docker, tar: Readable, call: NodeCall): Promise<void> {
  const [repo, tag] = baseImage.split(':');
  const stream = await docker.importImage(tar, { repo, tag, changes: 'CMD ["bash"]' });
  await streamProgress(stream, call);
}

interface Source {
  readonly site: string;
  readonly suite: string;
  readonly component: string;
}

/** The Debian archives (release, updates, security) among this machine's package sources; empty where it is no such Debian. */
async function debianSources(): Promise<readonly Source[]> {
  const format = '$(ORIGIN)|$(SITE)|$(RELEASE)|$(COMPONENT)';
  const lines = await readOutput('apt-get', ['indextargets', '--format', format, 'Created-By: Packages']).catch(() => '');
  const unique = [...new Set(lines.split('\n'))].map((line) => line.split('|'));
  return unique.flatMap(([, site = '', release = '', component = '']) =>
    release.startsWith(suite) && component === 'main' ? [{ site, suite: release, component }] : [],
  );
}

function sourceLine({ site, suite: release, component }: Source): string {
  return `deb ${site} ${release} ${component}\n`;
}

/** What containers do not need: as Debian's own slim images leave it out. */
async function slim(root: string): Promise<void> {
  const empty = ['var/cache/apt', 'var/lib/apt/lists', 'var/log', 'usr/share/doc', 'usr/share/man', 'usr/share/locale', 'usr/share/info'];
  for (const folder of empty) await clear(join(root, folder));
  const excludes = ['doc', 'man', 'locale', 'info'].map((name) => `path-exclude /usr/share/${name}/*\n`);
  await writeFile(join(root, 'etc/dpkg/dpkg.cfg.d/docker'), excludes.join(''));
  // Services are started by containers, never by their packages' installation.
  await writeFile(join(root, 'usr/sbin/policy-rc.d'), '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  const aptLines = [
    'APT::Install-Recommends "false";',
    'Acquire::Languages "none";',
    'Dir::Cache::pkgcache "";',
    'Dir::Cache::srcpkgcache "";',
  ];
  await writeFile(join(root, 'etc/apt/apt.conf.d/docker'), `${aptLines.join('\n')}\n`);
}

async function clear(folder: string): Promise<void> {
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true });
}
