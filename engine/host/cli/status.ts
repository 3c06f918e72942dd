/** `minato status`: what there is, read from the state on disk and asked of the processes that run clusters. */
import type { ClusterManager, ClusterSummary } from '../../cluster/cluster-manager.ts';
import type { Arguments } from './arguments.ts';

export async function runStatus(manager: ClusterManager, { json }: Arguments): Promise<number> {
  const clusters = await manager.list();
  if (json) process.stdout.write(`${JSON.stringify(clusters.map(row))}\n`);
  else process.stdout.write(clusters.length === 0 ? 'There is no cluster yet. Create one with: minato up\n' : table(clusters.map(row)));
  return 0;
}

/** A cluster that another process runs is, to the user, simply running. */
function row({ name, phase, driver, nodes, server, context }: ClusterSummary) {
  return { name, status: phase === 'elsewhere' ? 'running' : phase, driver, nodes: nodes.length, server, context: context ?? null };
}

function table(rows: readonly ReturnType<typeof row>[]): string {
  const lines = [
    ['NAME', 'STATUS', 'DRIVER', 'NODES', 'SERVER', 'CONTEXT'],
    ...rows.map((item) => Object.values(item).map((value) => String(value ?? '<none>'))),
  ];
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map(
      (line) =>
        `${line
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('   ')
          .trimEnd()}\n`,
    )
    .join('');
}
