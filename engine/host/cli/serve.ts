/** `minato serve`: the window in a browser. Clusters that it starts run in this process; ending it leaves their pods running. */
import { spawn } from 'node:child_process';
import { access } from 'node:fs/promises';
import { HostError } from '../../api/host-error.ts';
import type { ClusterManager } from '../../cluster/cluster-manager.ts';
import { projectRoot } from '../../cluster/project-root.ts';
import { createHandlers } from '../handlers.ts';
import { type HttpHost, serveHttp } from '../http.ts';
import type { Arguments } from './arguments.ts';

/** Not one of the ports that development servers fight over. */
const defaultPort = 7311;

export async function runServe(manager: ClusterManager, { port, json }: Arguments): Promise<number> {
  await requireWindow();
  const handlers = await createHandlers({ manager, shell: 'browser', openExternal });
  await using host = await listen(port, (wanted) => serveHttp({ handlers, port: wanted }));
  const url = host.url();
  if (json) process.stdout.write(`${JSON.stringify({ event: 'serving', url, port: host.port })}\n`);
  else process.stdout.write(`Minato is at ${url}\nThe address lets one browser in, once. Ctrl-C ends Minato and leaves pods running.\n`);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
  return 0;
}

/** Throws a HostError that says what to run. */
async function requireWindow(): Promise<void> {
  const page = new URL('build/renderer/index.html', projectRoot());
  if (
    await access(page).then(
      () => true,
      () => false,
    )
  )
    return;
  throw new HostError('internal', 'The window has not been built yet. Build it with: node scripts/build.ts');
}

/** A port that was asked for must be that one; the default gives way to any free one. */
async function listen(port: number | undefined, open: (port: number) => Promise<HttpHost>): Promise<HttpHost> {
  try {
    return await open(port ?? defaultPort);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    if (port === undefined) return open(0);
    throw new HostError('port-taken', `--port: port ${port} on 127.0.0.1 is taken. Choose another, or leave --port out.`, {
      params: { port },
      cause: error,
    });
  }
}

/** In a browser the window opens links itself; this serves a window that asks all the same. */
async function openExternal(url: string): Promise<void> {
  const command = process.platform === 'darwin' ? 'open' : process.platform === 'win32' ? 'explorer' : 'xdg-open';
  spawn(command, [url], { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
}
