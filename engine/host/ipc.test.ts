import { MessageChannel } from 'node:worker_threads';
import { carrierSuite } from './carrier.suite.ts';
import type { HostMessage } from './contract.ts';
import { servePort } from './ipc.ts';

// Node's MessagePort stands for Electron's MessagePortMain, whose binary cannot be had in tests: same calls, but it hands over the data without an event around it.
carrierSuite('IPC', async (handlers) => {
  const { port1, port2 } = new MessageChannel();
  const listeners = new Set<(event: { data: unknown }) => void>();
  port1.on('message', (data) => {
    for (const listener of listeners) listener({ data });
  });
  servePort(
    {
      postMessage: (message) => port1.postMessage(message),
      on: (event: 'message' | 'close', listener: never) => (event === 'message' ? listeners.add(listener) : port1.on('close', listener)),
      start: () => port1.start(),
      close: () => port1.close(),
    },
    handlers,
  );
  const queue: HostMessage[] = [];
  const waiting: ((message: HostMessage) => void)[] = [];
  port2.on('message', (message: HostMessage) => {
    const taker = waiting.shift();
    if (taker) taker(message);
    else queue.push(message);
  });
  const closed = new Promise<void>((resolve) => port2.once('close', () => resolve()));
  return {
    send: (message) => port2.postMessage(message),
    next: () => {
      const message = queue.shift();
      return message ? Promise.resolve(message) : new Promise((resolve) => waiting.push(resolve));
    },
    closed,
    async [Symbol.asyncDispose]() {
      port2.close();
      await closed;
    },
  };
});
