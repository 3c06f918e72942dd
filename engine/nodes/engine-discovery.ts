/**
 * Which Docker Engine the user means: DOCKER_HOST, else DOCKER_CONTEXT or the current context of the docker command line, else the usual sockets of
 * Docker, Docker Desktop, Colima, OrbStack and Rancher Desktop. What the user named is the only candidate; the usual places are tried in turn.
 * Upstream counterpart: docker/cli, cli/context.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DockerOptions } from 'dockerode';
import { HostError } from '../api/host-error.ts';

export interface HostSystem {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly platform: string;
}

export interface EngineAddress {
  /** As docker writes it: `unix:///var/run/docker.sock`. */
  readonly host: string;
  /** Who named it, for messages: `DOCKER_HOST`, `context "colima"`, `usual socket`. */
  readonly source: string;
  /** Path of the socket, where it is one. */
  readonly socket?: string;
  readonly options: DockerOptions;
}

/** At least one; throws HostError where what the user named cannot be. */
export async function engineAddresses(system: HostSystem): Promise<readonly EngineAddress[]> {
  const { environment } = system;
  const folder = environment.DOCKER_CONFIG || join(system.home, '.docker');
  if (environment.DOCKER_HOST) return [await fromEnvironment(environment.DOCKER_HOST, environment, folder)];
  const context = environment.DOCKER_CONTEXT || (await currentContext(folder));
  if (context !== undefined && context !== 'default') return [await fromContext(context, folder)];
  return usualSockets(system).map((socket) => socketAddress(socket, 'usual socket'));
}

function usualSockets({ environment, home, platform }: HostSystem): readonly string[] {
  if (platform === 'win32') return ['//./pipe/docker_engine'];
  const rootless = environment.XDG_RUNTIME_DIR && platform === 'linux' ? [join(environment.XDG_RUNTIME_DIR, 'docker.sock')] : [];
  const inHome = [
    '.docker/run/docker.sock',
    '.docker/desktop/docker.sock',
    '.colima/default/docker.sock',
    '.config/colima/default/docker.sock',
    '.orbstack/run/docker.sock',
    '.rd/docker.sock',
  ];
  return ['/var/run/docker.sock', ...rootless, ...inHome.map((path) => join(home, path))];
}

function socketAddress(socket: string, source: string): EngineAddress {
  const scheme = socket.startsWith('//./pipe') ? 'npipe://' : 'unix://';
  return { host: `${scheme}${socket}`, source, socket, options: { socketPath: socket } };
}

interface TlsFiles {
  /** Folder with ca.pem, cert.pem, key.pem. */
  readonly folder: string;
  readonly verify: boolean;
}

async function fromEnvironment(host: string, environment: HostSystem['environment'], folder: string): Promise<EngineAddress> {
  const verify = Boolean(environment.DOCKER_TLS_VERIFY);
  const tls = verify || environment.DOCKER_TLS ? { folder: environment.DOCKER_CERT_PATH || folder, verify } : undefined;
  return parseHost(host, 'DOCKER_HOST', tls);
}

async function currentContext(folder: string): Promise<string | undefined> {
  const text = await readOptional(join(folder, 'config.json'));
  if (text === undefined) return undefined;
  try {
    return (JSON.parse(text) as { readonly currentContext?: string }).currentContext || undefined;
  } catch {
    // The docker command line, too, only warns about a configuration it cannot read, and uses the default context.
    return undefined;
  }
}

interface ContextFile {
  readonly Endpoints?: { readonly docker?: { readonly Host?: string; readonly SkipTLSVerify?: boolean } };
}

async function fromContext(name: string, folder: string): Promise<EngineAddress> {
  const source = `context "${name}"`;
  // The docker command line files contexts under the digest of their names.
  const id = createHash('sha256').update(name).digest('hex');
  const file = join(folder, 'contexts/meta', id, 'meta.json');
  const text = await readOptional(file);
  if (text === undefined) throw notUsable(source, file, 'there is no such context (see: docker context ls)');
  const endpoint = parseContext(text, source, file);
  const tlsFolder = join(folder, 'contexts/tls', id, 'docker');
  const hasTls =
    (await readOptional(join(tlsFolder, 'ca.pem'))) !== undefined || (await readOptional(join(tlsFolder, 'cert.pem'))) !== undefined;
  return parseHost(endpoint.Host ?? '', source, hasTls ? { folder: tlsFolder, verify: endpoint.SkipTLSVerify !== true } : undefined);
}

function parseContext(text: string, source: string, file: string): { readonly Host?: string; readonly SkipTLSVerify?: boolean } {
  try {
    return (JSON.parse(text) as ContextFile).Endpoints?.docker ?? {};
  } catch (cause) {
    throw notUsable(source, file, 'its file is not JSON', cause);
  }
}

async function parseHost(host: string, source: string, tls: TlsFiles | undefined): Promise<EngineAddress> {
  if (host.startsWith('unix://')) return socketAddress(host.slice('unix://'.length), source);
  if (host.startsWith('npipe://')) return socketAddress(host.slice('npipe://'.length), source);
  const url = URL.canParse(host) ? new URL(host) : undefined;
  if (!url || !['tcp:', 'http:', 'https:'].includes(url.protocol)) {
    throw notUsable(source, host, 'only unix://, npipe:// and tcp:// addresses can be used');
  }
  const secure = tls !== undefined || url.protocol === 'https:';
  const options: DockerOptions = {
    host: url.hostname,
    port: url.port || (secure ? '2376' : '2375'),
    protocol: secure ? 'https' : 'http',
    ...(tls ? await readTls(tls) : {}),
  };
  return { host, source, options };
}

async function readTls({ folder, verify }: TlsFiles): Promise<DockerOptions> {
  const [ca, cert, key] = await Promise.all(['ca.pem', 'cert.pem', 'key.pem'].map((name) => readOptional(join(folder, name))));
  return {
    ...(ca && verify ? { ca } : {}),
    ...(cert ? { cert } : {}),
    ...(key ? { key } : {}),
    // What `docker --tls` does without `--tlsverify`: encrypted, but any server will do.
    ...(verify ? {} : { rejectUnauthorized: false }),
  };
}

async function readOptional(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
    throw error;
  }
}

function notUsable(source: string, place: string, reason: string, cause?: unknown): HostError {
  return new HostError('engine-not-found', `${source} names ${place}, which cannot be used: ${reason}.`, {
    params: { tried: `${source}: ${place}`, reason },
    cause,
  });
}
