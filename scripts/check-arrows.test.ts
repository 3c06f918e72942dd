import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { checkArrows } from './check-arrows.ts';

/** One violation per kind of rule, and one innocent file; of the two circles one is of values, one of types alone. */
const seeded: Readonly<Record<string, string>> = {
  'engine/api/a.ts': "import { s } from '../apiserver/s.ts';\nexport const a = s;\n",
  'engine/apiserver/s.ts': 'export const s = 1;\n',
  'engine/controllers/c.ts': "import { store } from '../store/store.ts';\nexport const c = store;\n",
  'engine/store/store.ts': "import { missing } from './missing.ts';\nexport const store = missing;\n",
  'engine/host/h.ts': "import { openStore } from '../store/lmdb.ts';\nexport const h = openStore;\n",
  'engine/store/lmdb.ts': 'export const openStore = 1;\n',
  'engine/newroom/n.ts': "import { s } from '../apiserver/s.ts';\nexport const n = s;\n",
  'engine/cache/one.ts': "import { two } from './two.ts';\nexport const one = (): number => two();\n",
  'engine/cache/two.ts': "import { one } from './one.ts';\nexport const two = (): number => one();\n",
  'engine/explain/verdict.ts': "import type { CauseId } from './catalogue.ts';\nexport interface Verdict { readonly cause: CauseId }\n",
  'engine/explain/catalogue.ts':
    "import type { Verdict } from './verdict.ts';\nexport type CauseId = 'a';\nexport const of = ({ cause }: Verdict) => cause;\n",
  'engine/explain/verdict.test.ts': "import { innocent } from '../client/innocent.ts';\nexport const t = innocent;\n",
  'engine/client/innocent.ts': "import { one } from '../cache/one.ts';\nexport const innocent = one;\n",
  'renderer/r.ts': "import { call } from '../engine/host/contract.ts';\nexport const r = call;\n",
  'engine/host/contract.ts': 'export const call = 1;\n',
  'electron/e.ts': "import { open } from 'lmdb';\nexport const e = open;\n",
};

it('names every seeded violation and nothing else', async () => {
  const root = new URL('..', import.meta.url).pathname;
  const folder = await mkdtemp(join(tmpdir(), 'minato-arrows-'));
  try {
    for (const [file, text] of Object.entries(seeded)) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), text);
    }
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
    const { filesRead, violations } = await checkArrows(folder, ['engine', 'electron', 'renderer']);
    const found = [...new Set(violations.map(({ rule, from }) => `${from}: ${rule.replace(/ \[.*/, '')}`))].sort();
    expect({ readsAll: filesRead >= Object.keys(seeded).length, found }).toEqual({
      readsAll: true,
      found: [
        'electron/e.ts: lmdb enters by engine/store/lmdb',
        'engine/api/a.ts: engine/api sees',
        'engine/cache/one.ts: no circles between files',
        'engine/controllers/c.ts: engine/controllers sees',
        'engine/explain/catalogue.ts: no circles between files',
        "engine/explain/verdict.test.ts: a pure room's tests are pure",
        'engine/host/h.ts: engine/host sees',
        'engine/host/h.ts: only cluster/ picks an implementation',
        'engine/newroom/n.ts: a new room needs a row',
        'engine/store/store.ts: no unknown imports',
        'renderer/r.ts: the contract is types for the window',
      ],
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
