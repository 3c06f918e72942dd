import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { compareVersions, connectEngine } from './engine-connection.ts';
import { engineAddresses, type HostSystem } from './engine-discovery.ts';

let home: string;
const servers: Server[] = [];
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'minato-home-'));
});
afterEach(async () => {
  for (const server of servers.splice(0)) server.close();
  await rm(home, { recursive: true });
});

const signal = new AbortController().signal;
const system = (environment: HostSystem['environment'] = {}, platform = 'linux'): HostSystem => ({ environment, home, platform });
const hosts = async (where: HostSystem) => (await engineAddresses(where)).map(({ host, source }) => `${source}: ${host}`);

async function writeContext(name: string, endpoint: object, tls: Readonly<Record<string, string>> = {}): Promise<void> {
  const id = createHash('sha256').update(name).digest('hex');
  await mkdir(join(home, '.docker/contexts/meta', id), { recursive: true });
  await writeFile(join(home, '.docker/contexts/meta', id, 'meta.json'), JSON.stringify({ Name: name, Endpoints: { docker: endpoint } }));
  for (const [file, text] of Object.entries(tls)) {
    await mkdir(join(home, '.docker/contexts/tls', id, 'docker'), { recursive: true });
    await writeFile(join(home, '.docker/contexts/tls', id, 'docker', file), text);
  }
}
async function writeConfig(config: object): Promise<void> {
  await mkdir(join(home, '.docker'), { recursive: true });
  await writeFile(join(home, '.docker/config.json'), JSON.stringify(config));
}

describe('the engine is looked for', () => {
  test('where DOCKER_HOST says, before everything else', async () => {
    await writeContext('colima', { Host: 'unix:///colima.sock' });
    await writeConfig({ currentContext: 'colima' });
    expect(await hosts(system({ DOCKER_HOST: 'unix:///mine.sock', DOCKER_CONTEXT: 'colima' }))).toEqual(['DOCKER_HOST: unix:///mine.sock']);
  });
  test('where DOCKER_CONTEXT says, before the current context', async () => {
    await writeContext('colima', { Host: 'unix:///colima.sock' });
    await writeContext('other', { Host: 'unix:///other.sock' });
    await writeConfig({ currentContext: 'other' });
    expect(await hosts(system({ DOCKER_CONTEXT: 'colima' }))).toEqual(['context "colima": unix:///colima.sock']);
    expect(await hosts(system())).toEqual(['context "other": unix:///other.sock']);
  });
  test('at the usual sockets, where no context is chosen or the default one', async () => {
    const usual = ['/var/run/docker.sock', `${home}/.docker/run/docker.sock`, `${home}/.docker/desktop/docker.sock`];
    const others = ['.colima/default/docker.sock', '.config/colima/default/docker.sock', '.orbstack/run/docker.sock', '.rd/docker.sock'];
    const all = [...usual, ...others.map((path) => `${home}/${path}`)].map((path) => `usual socket: unix://${path}`);
    expect(await hosts(system({}, 'darwin'))).toEqual(all);
    await writeConfig({ currentContext: 'default' });
    expect(await hosts(system({ XDG_RUNTIME_DIR: '/run/user/1' }))).toEqual([
      all[0],
      'usual socket: unix:///run/user/1/docker.sock',
      ...all.slice(1),
    ]);
  });
  test('at the usual sockets, where the configuration is not JSON', async () => {
    await writeConfig({});
    await writeFile(join(home, '.docker/config.json'), '{');
    expect(await hosts(system())).toContain('usual socket: unix:///var/run/docker.sock');
  });
  test('in the folder that DOCKER_CONFIG names', async () => {
    await writeContext('colima', { Host: 'unix:///colima.sock' });
    await writeConfig({ currentContext: 'colima' });
    const elsewhere = { ...system({ DOCKER_CONFIG: join(home, '.docker') }), home: '/nowhere' };
    expect(await hosts(elsewhere)).toEqual(['context "colima": unix:///colima.sock']);
  });
});

test('TCP addresses use TLS with the files beside the context or in DOCKER_CERT_PATH', async () => {
  await writeContext(
    'remote',
    { Host: 'tcp://engine.example:2376', SkipTLSVerify: false },
    { 'ca.pem': 'CA', 'cert.pem': 'C', 'key.pem': 'K' },
  );
  const tls = { host: 'engine.example', port: '2376', protocol: 'https', ca: 'CA', cert: 'C', key: 'K' };
  expect((await engineAddresses(system({ DOCKER_CONTEXT: 'remote' })))[0]?.options).toEqual(tls);
  const folder = join(home, 'certificates');
  await mkdir(folder);
  for (const [file, text] of [
    ['ca.pem', 'CA'],
    ['cert.pem', 'C'],
    ['key.pem', 'K'],
  ] as const)
    await writeFile(join(folder, file), text);
  const environment = { DOCKER_HOST: 'tcp://engine.example', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: folder };
  expect((await engineAddresses(system(environment)))[0]?.options).toEqual(tls);
  expect((await engineAddresses(system({ DOCKER_HOST: 'tcp://engine.example' })))[0]?.options).toEqual({
    host: 'engine.example',
    port: '2375',
    protocol: 'http',
  });
});

describe('no engine', () => {
  test.each([
    ['a context that does not exist', { DOCKER_CONTEXT: 'gone' }, 'engine-not-found', 'there is no such context'],
    ['a kind of address that is not supported', { DOCKER_HOST: 'ssh://me@there' }, 'engine-not-found', 'only unix://'],
    ['a socket that is not there', { DOCKER_HOST: 'unix:///nowhere/docker.sock' }, 'engine-unreachable', 'its socket does not exist'],
    ['a port where nobody listens', { DOCKER_HOST: 'tcp://127.0.0.1:1' }, 'engine-unreachable', 'connection refused'],
  ])('%s is said plainly', async (_, environment, code, text) => {
    await expect(connectEngine(system(environment), signal)).rejects.toMatchObject({ code, message: expect.stringContaining(text) });
  });
  test('an engine that is too old is named with its version', async () => {
    const host = await serve({ ApiVersion: '1.40', Version: '19.03.1', Os: 'linux', Arch: 'amd64' }, { OperatingSystem: 'x' });
    await expect(connectEngine(system({ DOCKER_HOST: host }), signal)).rejects.toMatchObject({
      code: 'engine-too-old',
      params: { version: '19.03.1', minimum: '20.10' },
    });
  });
});

test('an engine in a virtual machine is not local: its own socket and gateway are not ours', async () => {
  const version = { ApiVersion: '1.47', Version: '27.4.1', Os: 'linux', Arch: 'arm64' };
  const host = await serve(version, { OperatingSystem: 'Docker Desktop', NCPU: 4, MemTotal: 8 });
  expect(await connectEngine(system({ DOCKER_HOST: host }, 'darwin'), signal)).toMatchObject({
    isLocal: false,
    socketPath: '/var/run/docker.sock',
    info: { title: 'Docker 27.4.1 (linux/arm64)', architecture: 'arm64', cpus: 4, memoryBytes: 8 },
  });
});

test('versions are compared as numbers', () => {
  expect([compareVersions('1.41', '1.5') > 0, compareVersions('1.41', '1.41'), compareVersions('1.9', '1.41') < 0]).toEqual([
    true,
    0,
    true,
  ]);
});

/** An engine that only tells about itself, on a socket in the home folder. */
async function serve(version: object, info: object): Promise<string> {
  const socket = join(home, 'engine.sock');
  const server = createServer(({ url }, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(url?.endsWith('/version') ? JSON.stringify(version) : url?.endsWith('/info') ? JSON.stringify(info) : '"OK"');
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return `unix://${socket}`;
}
