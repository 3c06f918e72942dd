/** The preload script as it is shipped, bundled, run with only what a sandboxed preload may require. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import { build } from 'esbuild';
import { expect, it } from 'vitest';

const source = new URL('preload.ts', import.meta.url);

async function runPreload() {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(source)],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    external: ['electron'],
  });
  const sent: string[] = [];
  const exposed: Record<string, Record<string, unknown>> = {};
  const posted: unknown[][] = [];
  const listeners = new Map<string, (event: object) => void>();
  const electron = {
    contextBridge: { exposeInMainWorld: (name: string, value: Record<string, unknown>) => Object.assign(exposed, { [name]: value }) },
    ipcRenderer: {
      send: (channel: string) => sent.push(channel),
      on: (channel: string, listener: (event: object) => void) => listeners.set(channel, listener),
    },
  };
  const require = (name: string): object => {
    if (name === 'electron') return electron;
    throw new Error(`a sandboxed preload script cannot require ${name}`);
  };
  const window = { location: { origin: 'app://minato' }, postMessage: (...words: unknown[]) => posted.push(words) };
  runInNewContext(outputFiles[0]?.text ?? '', { require, window, module: { exports: {} }, exports: {} });
  return { sent, exposed, posted, listeners };
}

it('exposes the way to the contract and nothing else', async () => {
  const { exposed, sent, listeners } = await runPreload();
  expect(Object.entries(exposed).map(([name, value]) => [name, Object.keys(value)])).toEqual([['minato', ['connect']]]);
  expect([sent, [...listeners.keys()]]).toEqual([[], ['minato:port']]);
});

it('asks for a port when the window connects, whatever the window passes along', async () => {
  const { exposed, sent } = await runPreload();
  const connect = exposed.minato?.connect;
  if (typeof connect === 'function') connect('other-channel');
  expect(sent).toEqual(['minato:connect']);
});

it('hands the port to its own page alone', async () => {
  const { listeners, posted } = await runPreload();
  const ports = [{}];
  listeners.get('minato:port')?.({ ports });
  expect(posted).toEqual([['minato:port', 'app://minato', ports]]);
});

it('stays under 40 lines', async () => {
  expect((await readFile(source, 'utf8')).split('\n').length).toBeLessThan(40);
});
