/**
 * Checks the arrows between the rooms (`arrows.config.ts`) and that the check itself sees every source file: a cruiser that reads nothing
 * would find nothing. `check-arrows.test.ts` seeds one violation per rule.
 */
import { globSync } from 'node:fs';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';

export interface ArrowReport {
  readonly filesRead: number;
  readonly violations: readonly { readonly rule: string; readonly from: string; readonly to: string }[];
}

export async function checkArrows(baseDir: string, folders: readonly string[]): Promise<ArrowReport> {
  const { default: config } = await import('../arrows.config.ts');
  const tsConfig = extractTSConfig(new URL('../tsconfig.json', import.meta.url).pathname);
  const { output } = await cruise(
    [...folders],
    { ...config.options, baseDir, ruleSet: { forbidden: config.forbidden }, validate: true },
    undefined,
    { tsConfig },
  );
  const { summary } = output as ICruiseResult;
  return { filesRead: summary.totalCruised, violations: summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to })) };
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const root = new URL('..', import.meta.url).pathname;
  const folders = ['engine', 'electron', 'renderer', 'e2e', 'bench', 'scripts'].filter(
    (folder) => globSync(`${folder}/**/*.{ts,tsx}`, { cwd: root }).length > 0,
  );
  const sources = folders.flatMap((folder) => globSync(`${folder}/**/*.{ts,tsx}`, { cwd: root })).length;
  const { filesRead, violations } = await checkArrows(root, folders);
  for (const { rule, from, to } of violations) console.error(`${from} → ${to}: ${rule}`);
  if (filesRead < sources) console.error(`only ${filesRead} of ${sources} files were read: the check does not work`);
  console.error(`arrows: ${filesRead} files, ${violations.length} violations`);
  process.exit(violations.length > 0 || filesRead < sources ? 1 : 0);
}
