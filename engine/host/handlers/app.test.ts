import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ClusterManager } from '../../cluster/cluster-manager.ts';
import type { Settings } from '../contract.ts';
import { appArea } from './app.ts';

async function open(text?: string) {
  const parent = await mkdtemp(join(tmpdir(), 'minato-app-'));
  const dataDirectory = join(parent, 'never', 'made');
  if (text !== undefined) {
    await mkdir(dataDirectory, { recursive: true });
    await writeFile(join(dataDirectory, 'settings.json'), text);
  }
  const opened: string[] = [];
  // Only the paths are asked.
  const manager = { dataDirectory, kubeconfig: '/home/user/.kube/config' } as ClusterManager;
  const begin = () => appArea({ manager, shell: 'browser', openExternal: async (url) => void opened.push(url) });
  return {
    area: await begin(),
    again: begin,
    opened,
    dataDirectory,
    [Symbol.asyncDispose]: () => rm(parent, { recursive: true, force: true }),
  };
}

describe('the app', () => {
  it('says what it is, and of the kubeconfig its path alone', async () => {
    await using app = await open();
    expect(await app.area.calls['app.info']({})).toEqual({
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      platform: process.platform,
      shell: 'browser',
      kubeconfigPath: '/home/user/.kube/config',
    });
  });

  it('hands addresses to the one way out', async () => {
    await using app = await open();
    expect([await app.area.calls['app.openExternal']({ url: 'https://kubernetes.io/' }), app.opened]).toEqual([
      null,
      ['https://kubernetes.io/'],
    ]);
  });
});

describe('the settings', () => {
  it('are the system’s at first, and kept once they are changed, one at a time', async () => {
    await using app = await open();
    const first = await app.area.calls['settings.get']({});
    await app.area.calls['settings.set']({ language: 'ja' });
    await app.area.calls['settings.set']({ theme: 'dark' });
    const later = await (await app.again()).calls['settings.get']({});
    expect([first, later]).toEqual([
      { language: 'system', theme: 'system' },
      { language: 'ja', theme: 'dark' },
    ]);
    expect(JSON.parse(await readFile(join(app.dataDirectory, 'settings.json'), 'utf8'))).toEqual(later);
  });

  it.each([
    ['broken', '{"language":'],
    ['a list', '[]'],
    ['of another version', '{"language":"tlh","theme":"sepia","more":1}'],
    ['empty', ''],
  ])('that are %s are the defaults, never a refusal to start', async (_what, text) => {
    await using app = await open(text);
    expect(await app.area.calls['settings.get']({})).toEqual({ language: 'system', theme: 'system' });
  });

  it('that are half known keep what is known', async () => {
    await using app = await open('{"language":"ja","theme":"sepia"}');
    expect(await app.area.calls['settings.get']({})).toEqual({ language: 'ja', theme: 'system' });
  });

  it('reach every window that watches, until it goes', async () => {
    await using app = await open();
    const end = new AbortController();
    const seen: Settings[] = [];
    const watching = app.area.subscriptions['settings.watch']({}, { emit: (settings) => seen.push(settings), signal: end.signal });
    await app.area.calls['settings.set']({ theme: 'dark' });
    const aborted = once(end.signal, 'abort');
    end.abort();
    await aborted;
    await watching;
    await app.area.calls['settings.set']({ theme: 'light' });
    expect(seen.map(({ theme }) => theme)).toEqual(['system', 'dark']);
  });
});
