/** The cluster's DNS, answered on every node at the one address all pods know; so a pod's question never leaves its node. Upstream counterpart: CoreDNS. */
import { readFile } from 'node:fs/promises';
import { isIPv4 } from 'node:net';
import type { AgentContext } from '../context.ts';
import { type Commands, systemCommands } from '../proxy/commands.ts';
import { Answerer } from './answerer.ts';
import { watchedNames } from './cluster-names.ts';
import { Forwarder } from './forward.ts';
import { listenDns } from './listen.ts';
import type { Zone } from './zone.ts';

/** As other local clusters and Docker Desktop call the computer they run on. */
const computerNames = ['host.docker.internal', 'host.minikube.internal'];

/** Resolves once it listens. Names of the cluster are known as soon as the API server has told them; until then clients are asked to come again. */
export async function startDns(context: AgentContext, commands: Commands = systemCommands): Promise<AsyncDisposable> {
  const { config, clock, log, informers } = context;
  // Pods reach the address because all they send goes to the node; `lo` has it so that nobody on the bridge is asked who owns it.
  await commands.ip(['addr', 'replace', `${config.dnsIp}/32`, 'dev', 'lo']);
  const [resolvConf, hosts] = await Promise.all([read('/etc/resolv.conf'), read('/etc/hosts')]);
  const ending = new AbortController();
  const forwarder = new Forwarder({ servers: nameservers(resolvConf, config.dnsIp), clock, signal: ending.signal });
  const zone: Zone = {
    domain: config.dnsDomain,
    dnsIp: config.dnsIp,
    ranges: [config.serviceCidr, config.clusterCidr],
    hosts: computerHosts(hosts),
  };
  const answerer = new Answerer({ zone, names: watchedNames(informers), forwarder, random: Math.random });
  const listener = await listenDns({
    address: config.dnsIp,
    port: 53,
    clock,
    answer: (query, transport) =>
      answerer.answer(query, transport).catch((error: unknown) => {
        log.error('a DNS question could not be answered', error);
        return undefined;
      }),
  });
  return {
    async [Symbol.asyncDispose]() {
      ending.abort();
      await listener[Symbol.asyncDispose]();
    },
  };
}

const read = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');

export function nameservers(resolvConf: string, ownIp: string): readonly string[] {
  return [...resolvConf.matchAll(/^\s*nameserver\s+(\S+)/gm)].map(([, server = '']) => server).filter((ip) => isIPv4(ip) && ip !== ownIp);
}

/** The engine writes the computer's address into the node's /etc/hosts. */
export function computerHosts(text: string): ReadonlyMap<string, string> {
  const lines = text.split('\n').map((line) => line.replace(/#.*/, '').trim().split(/\s+/));
  const ip = lines.find(([address = '', ...names]) => isIPv4(address) && names.includes('host.docker.internal'))?.[0];
  return new Map(ip === undefined ? [] : computerNames.map((name) => [name, ip]));
}
