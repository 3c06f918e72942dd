import type { SpawnOptions } from 'node:child_process';

type Step = readonly [title: string, ...command: string[]];
export function runPhases(
  phases: readonly (readonly (readonly Step[])[])[],
  how: { readonly node: string; readonly options: SpawnOptions; readonly say: (line: string) => void },
): Promise<number>;
