/** A worker thread of clients that ask and do not read, so that their handshakes are not measured as the good client's wait. */
import { Agent, request } from 'node:https';
import { parentPort, workerData } from 'node:worker_threads';
import { credentialsOf } from '../engine/testing/kubeconfig-credentials.ts';

export interface SlowClients {
  readonly kubeconfig: string;
  readonly path: string;
  readonly count: number;
  /** Otherwise they read as fast as they can, and ask again. */
  readonly isReading: boolean;
}

// Given by whoever starts this worker.
const { kubeconfig, path, count, isReading } = workerData as SlowClients;
const { server, ...tls } = credentialsOf(kubeconfig);
const agent = new Agent({ keepAlive: true, maxSockets: count, ...tls });
let answered = 0;
const ask = (): void => {
  const outgoing = request(new URL(path, server), { agent }, (response) => {
    if (++answered === count) parentPort?.postMessage('answered');
    response.on('error', () => {});
    if (isReading) response.on('end', ask).resume();
  });
  outgoing.on('error', () => {});
  outgoing.end();
};
for (let client = 0; client < count; client++) ask();
