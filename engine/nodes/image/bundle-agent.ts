/** Makes the agent one file. A packaged app carries the file; a checkout makes it from the sources, so that a node always runs what is there. */
import { fileURLToPath } from 'node:url';
import type { BuildOptions } from 'esbuild';

/** Packages that ways of Docker's client bring along which an agent beside its engine never takes. */
const unused = ['ssh2', 'cpu-features', '@grpc/grpc-js', '@grpc/proto-loader', 'protobufjs'];

export interface AgentBundle {
  readonly code: Uint8Array;
  readonly map: Uint8Array;
}

/** Bundles `entry` (engine/agent/main.ts). Needs esbuild, which only a checkout has. */
export async function bundleAgent(entry: string): Promise<AgentBundle> {
  const { build } = await import('esbuild');
  const empty = fileURLToPath(new URL('empty.ts', import.meta.url));
  const options = {
    entryPoints: [entry],
    outfile: 'agent.mjs',
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    sourcemap: 'external',
    legalComments: 'none',
    logLevel: 'silent',
    alias: Object.fromEntries(unused.map((name) => [name, empty])),
    // CommonJS packages in an ES module ask for Node's own modules by `require`.
    banner: { js: "import { createRequire as minatoRequire } from 'node:module';\nconst require = minatoRequire(import.meta.url);" },
  } satisfies BuildOptions;
  const { outputFiles } = await build(options);
  const find = (ending: string) => outputFiles.find(({ path }) => path.endsWith(ending))?.contents ?? new Uint8Array();
  return { code: find('agent.mjs'), map: find('.map') };
}
