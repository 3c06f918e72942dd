/** A private Docker network for one test; disposing it removes every container that carries its cluster label, the volumes and the network. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface TestNetwork extends AsyncDisposable {
  /** Also the value of the label `io.minato.cluster` that tests must put on what they create. */
  readonly cluster: string;
  readonly networkName: string;
  /** `10.213.0.0/16` */
  readonly cidr: string;
  readonly gatewayIp: string;
}

/** The second octets that tests use; clusters of users start elsewhere. */
const firstOctet = 200;
const octets = 50;

export async function testNetwork(): Promise<TestNetwork> {
  const cluster = `test-${randomBytes(4).toString('hex')}`;
  const networkName = `minato-${cluster}`;
  for (let attempt = 0; attempt < octets; attempt++) {
    const base = `10.${firstOctet + ((attempt + randomBytes(1).readUInt8()) % octets)}`;
    const cidr = `${base}.0.0/16`;
    const gatewayIp = `${base}.255.254`;
    const args = ['network', 'create', '--subnet', cidr, '--gateway', gatewayIp, '--ip-range', `${base}.254.0/24`];
    const made = await run('docker', [...args, '--label', `io.minato.cluster=${cluster}`, networkName]).then(
      () => true,
      (error: Error) => {
        // Another test has the subnet: try the next.
        if (error.message.includes('overlap')) return false;
        throw error;
      },
    );
    if (made) return { cluster, networkName, cidr, gatewayIp, [Symbol.asyncDispose]: () => remove(cluster, networkName) };
  }
  throw new Error('no free subnet for a test network');
}

async function remove(cluster: string, networkName: string): Promise<void> {
  const filter = ['--filter', `label=io.minato.cluster=${cluster}`];
  const containers = await lines(['ps', '-aq', ...filter]);
  if (containers.length > 0) await run('docker', ['rm', '-f', '-v', ...containers]);
  const volumes = await lines(['volume', 'ls', '-q', ...filter]);
  if (volumes.length > 0) await run('docker', ['volume', 'rm', '-f', ...volumes]);
  await run('docker', ['network', 'rm', networkName]);
}

async function lines(args: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await run('docker', args);
  return stdout.split('\n').filter((line) => line !== '');
}
