/** Whether the kernel can do what the ruleset asks of it: found out at start, on a table that has one of everything and is gone at once. */
import { CommandFailed, type Commands } from './commands.ts';
import { renderRuleset, tableName } from './render.ts';
import type { ServicePortRules } from './service-ports.ts';

export class KernelUnsupported extends Error {
  constructor(cause: CommandFailed) {
    super(`the kernel of the container engine lacks parts of nftables that Services need: ${cause.output.trim()}`, { cause });
    this.name = 'KernelUnsupported';
  }
}

const target = (last: number) => ({ ip: `192.0.2.${last}`, port: 80, isLocal: true });
const sample = (id: string, sticky: boolean, count: number): ServicePortRules => {
  const targets = Array.from({ length: count }, (_, index) => target(index + 1));
  const addresses = { clusterIps: ['198.51.100.1'], externalIps: ['198.51.100.2'], nodePort: 30_000 };
  return { id, protocol: 'tcp', port: 80, ...addresses, sticky, internal: targets, external: targets };
};

/** Throws KernelUnsupported. */
export async function checkKernel(commands: Commands): Promise<void> {
  const config = {
    nodeIp: '203.0.113.10',
    podCidr: '203.0.113.0/25',
    clusterCidr: '203.0.113.0/24',
    serviceCidr: '198.51.100.0/24',
    dnsIp: '198.51.100.10',
  };
  const ports = [sample('a/random', false, 2), sample('a/sticky', true, 2), sample('a/one', false, 1), sample('a/none', false, 0)];
  const name = `${tableName}-check`;
  const any = [{ targets: [], ends: { peers: 0, blocks: [{ cidr: '203.0.113.0/24', except: ['203.0.113.9/32'] }] } }];
  const policies = { peers: [['203.0.113.3']], pods: [{ ip: '203.0.113.2', ingress: any, egress: any }] };
  const ruleset = renderRuleset({ config, ports, routed: [], policies }).replaceAll(`table ip ${tableName}`, `table ip ${name}`);
  try {
    await commands.nft(`${ruleset}delete table ip ${name}\n`);
  } catch (error) {
    throw error instanceof CommandFailed ? new KernelUnsupported(error) : error;
  }
}
