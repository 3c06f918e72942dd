// On Debian as root: installs the Docker Engine and Chromium, and starts the engine where none runs. Elsewhere: says what to install.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, openSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { fail, say } from './node.mjs';

const isDebian = existsSync('/etc/debian_version');
const isRoot = process.getuid?.() === 0;
export const canInstall = process.platform === 'linux' && isDebian && isRoot;

export function has(command) {
  return spawnSync('sh', ['-c', `command -v ${command}`], { stdio: 'ignore' }).status === 0;
}

/** Installs those Debian packages of which `command` is missing. Returns false where that cannot be done. */
export function ensureDebianPackages(wanted) {
  const missing = Object.entries(wanted).filter(([command]) => !(command.startsWith('/') ? existsSync(command) : has(command)));
  if (missing.length === 0) return true;
  if (!canInstall) return false;
  const packages = missing.flatMap(([, names]) => names);
  say(`Installing ${packages.join(', ')} …`);
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // Another apt may be at work on a fresh machine; wait for it instead of failing.
  const apt = (...words) =>
    spawnSync('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=300', ...words], { stdio: ['ignore', 'ignore', 2], env: environment })
      .status === 0;
  return apt('update') && apt('install', '-y', '--no-install-recommends', ...packages);
}

/** The socket the docker command line would use by default. */
const dockerSocket = '/var/run/docker.sock';
function answers() {
  return new Promise((resolve) => {
    const socket = connect(dockerSocket);
    socket.once('connect', () => socket.end(() => resolve(true)));
    socket.once('error', () => resolve(false));
  });
}

/**
 * Makes sure that a Docker Engine runs, when this system is one where we may install one. Returns a function that ends the engine again if we
 * started it, and does nothing otherwise. On other systems finding the engine is the app's business.
 */
export async function ensureDocker() {
  const nothing = async () => undefined;
  if (process.env.DOCKER_HOST || process.platform !== 'linux' || (await answers())) return nothing;
  if (!ensureDebianPackages({ dockerd: ['docker.io', 'iptables'], debootstrap: ['debootstrap'] })) {
    say(
      'No Docker Engine runs here. Install one (https://docs.docker.com/engine/install/) and start it; until then only simulated nodes work.',
    );
    return nothing;
  }
  if (!isRoot) {
    say('The Docker Engine is installed but does not run. Start it as root, e.g. with: sudo service docker start');
    return nothing;
  }
  if (await startByServiceManager()) return nothing;
  say('Starting the Docker Engine …');
  const log = openSync('/var/log/dockerd.log', 'a');
  const engine = spawn('dockerd', [], { detached: true, stdio: ['ignore', log, log] });
  engine.unref();
  if (!(await waitForEngine())) fail('dockerd did not start within 60 s; the reason is in /var/log/dockerd.log.');
  return () => stopEngine(engine);
}

async function startByServiceManager() {
  if (!existsSync('/run/systemd/system')) return false;
  spawnSync('systemctl', ['start', 'docker'], { stdio: 'ignore' });
  return waitForEngine();
}

async function waitForEngine() {
  for (let tenths = 0; tenths < 600; tenths++) {
    if (await answers()) return true;
    await delay(100);
  }
  return false;
}

async function stopEngine(engine) {
  const gone = new Promise((resolve) => engine.once('exit', resolve));
  if (engine.exitCode === null && engine.kill('SIGTERM')) await Promise.race([gone, delay(15_000)]);
}

/** Chromium for the browser tests; its path. */
export function ensureChromium() {
  const candidates = [
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ];
  const found = () => candidates.find(existsSync);
  const fonts = { '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc': ['fonts-noto-cjk'] };
  if (found() === undefined) ensureDebianPackages({ '/usr/bin/chromium': ['chromium'], ...fonts });
  else if (canInstall) ensureDebianPackages(fonts);
  return found() ?? fail('The browser tests need Chromium or Chrome: install one and run the command again.');
}
