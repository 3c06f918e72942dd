/** Runs one operation in the terminal: draws it, and Ctrl-C or SIGTERM cancels it. */
import type { Operation } from '../../api/steps.ts';
import type { ClusterManager } from '../../cluster/cluster-manager.ts';
import type { RunningOperation } from '../../cluster/operation.ts';
import type { Arguments } from './arguments.ts';
import { drawJson, drawOperation } from './draw-operation.ts';

export async function followOperation(
  manager: ClusterManager,
  { json, name }: Pick<Arguments, 'json' | 'name'>,
  begin: () => Promise<RunningOperation>,
): Promise<Operation> {
  const draw = json
    ? drawJson((text) => process.stdout.write(text))
    : drawOperation({ write: (text) => process.stderr.write(text), isTerminal: process.stderr.isTTY === true });
  const unsubscribe = manager.subscribe((event) => {
    if (event.type === 'operation' && event.operation.cluster === name) draw(event.operation);
  });
  const operation = await begin();
  const cancel = (): void => operation.cancel();
  process.on('SIGINT', cancel).on('SIGTERM', cancel);
  try {
    return await operation.finished;
  } finally {
    process.off('SIGINT', cancel).off('SIGTERM', cancel);
    unsubscribe();
  }
}
