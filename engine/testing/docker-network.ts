/** A private Docker network for one test; disposing it removes every container that carries its cluster label, the volumes and the network. */
import { randomBytes } from 'node:crypto';
import Docker from 'dockerode';
import { HostError } from '../api/host-error.ts';
import { deleteCluster } from '../nodes/remove.ts';
import { untrackedCall } from '../nodes/untracked-call.ts';
import { docker } from './docker.ts';

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
    const made = await docker(...args, '--label', `io.minato.cluster=${cluster}`, networkName).then(
      () => true,
      (error: Error) => {
        // Another test has the subnet: try the next.
        if (error.message.includes('overlap')) return false;
        throw error;
      },
    );
    if (made) return { cluster, networkName, cidr, gatewayIp, [Symbol.asyncDispose]: () => remove(cluster) };
  }
  throw new Error('no free subnet for a test network');
}

/** The engine may keep an empty network until it is started again (see `removeNetwork`): that is said, and fails nobody's test. */
async function remove(cluster: string): Promise<void> {
  await deleteCluster(new Docker(), cluster, untrackedCall()).catch((error: unknown) => {
    if (!(error instanceof HostError && error.code === 'network-held')) throw error;
    process.stderr.write(`${error.message} When Docker has been restarted: docker network rm ${error.params.network}\n`);
  });
}
