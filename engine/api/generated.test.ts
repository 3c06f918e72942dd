import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const here = fileURLToPath(new URL('.', import.meta.url));

it('the generated files are what the generator makes of the pinned client', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'minato-generate-'));
  try {
    await promisify(execFile)(process.execPath, [join(here, '../../scripts/generate-api.ts'), folder]);
    const files = ['types.gen.ts', 'schema.gen.json'];
    const differing = files.filter((file) => readFileSync(join(folder, file), 'utf8') !== readFileSync(join(here, file), 'utf8'));
    expect(differing).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
