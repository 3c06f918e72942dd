/** Finds ports on 127.0.0.1. A port is asked for by opening it: no table of what is in use is more honest. */
import { createServer } from 'node:net';

export function isPortFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return listen(port, host).then(
    () => true,
    () => false,
  );
}

/** `preferred` if it is free, else one that the system picks. `taken` are ports promised to somebody who has not opened them yet. */
export async function pickPort(preferred: number | undefined, taken: ReadonlySet<number> = new Set()): Promise<number> {
  if (preferred !== undefined && !taken.has(preferred) && (await isPortFree(preferred))) return preferred;
  const port = await listen(0, '127.0.0.1');
  return taken.has(port) ? pickPort(undefined, taken) : port;
}

function listen(port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      const found = address !== null && typeof address === 'object' ? address.port : port;
      server.close(() => resolve(found));
    });
  });
}
