/** Minato's own version, as package.json states it. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { projectRoot } from '../cluster/project-root.ts';

export function minatoVersion(): string {
  const text = readFileSync(new URL('package.json', projectRoot()), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
