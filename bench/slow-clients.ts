/** A worker thread of clients that ask and do not read, so that their handshakes are not measured as the good client's wait. */
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { parentPort, workerData } from 'node:worker_threads';
import { load } from 'js-yaml';
import type { Kubeconfig } from './api-connection.ts';

export interface SlowClients {
  readonly kubeconfig: string;
  readonly path: string;
  readonly count: number;
  /** Otherwise they read as fast as they can, and ask again. */
  readonly isReading: boolean;
}

// Given by whoever starts this worker.
const { kubeconfig, path, count, isReading } = workerData as SlowClients;
// Written by the program under test a moment ago.
const { clusters, users } = load(readFileSync(kubeconfig, 'utf8')) as Kubeconfig;
const [cluster, user] = [clusters[0]?.cluster, users[0]?.user];
if (!cluster || !user) throw new Error('the kubeconfig is empty');
const decode = (text: string): string => Buffer.from(text, 'base64').toString();
const agent = new Agent({
  keepAlive: true,
  maxSockets: count,
  ca: decode(cluster['certificate-authority-data']),
  cert: decode(user['client-certificate-data']),
  key: decode(user['client-key-data']),
});
let answered = 0;
const ask = (): void => {
  const outgoing = request(new URL(path, cluster.server), { agent }, (response) => {
    if (++answered === count) parentPort?.postMessage('answered');
    response.on('error', () => {});
    if (isReading) response.on('end', ask).resume();
  });
  outgoing.on('error', () => {});
  outgoing.end();
};
for (let client = 0; client < count; client++) ask();
