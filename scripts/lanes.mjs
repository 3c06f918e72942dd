// Runs steps for `npm test`: phases one after the other; in each phase lanes side by side; in each lane steps one after the other.
import { spawn } from 'node:child_process';

/**
 * Resolves with 0, or with the first status that is not 0. `phases`: `[[[title, ...command], …], …]`, each command for `node`; `options` as for `spawn`. Only a phase's first
 * lane tells what it does while it does it; the others tell at the end of each step. A lane that fails lets the others end their step, because a test takes
 * away what it made, and nothing is begun after that.
 */
export async function runPhases(phases, { node, options, say }) {
  for (const lanes of phases) {
    const stop = { asked: false };
    const results = await Promise.all(lanes.map((steps, index) => runLane(steps, { node, options, say, stop, isLive: index === 0 })));
    const failed = results.find((result) => result !== 0);
    if (failed !== undefined) return failed;
  }
  return 0;
}

async function runLane(steps, { node, options, say, stop, isLive }) {
  for (const [title, ...command] of steps) {
    if (stop.asked) return 0;
    const began = performance.now();
    if (isLive) say(`\n— ${title}`);
    const { status, output } = await runStep(node, command, {
      ...options,
      stdio: isLive ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
    });
    if (!isLive) say(`\n— ${title}\n${output}`);
    if (status !== 0) {
      stop.asked = true;
      say(`\n${title}: failed`);
      return status;
    }
    say(`— ${title}: ${((performance.now() - began) / 1000).toFixed(1)} s`);
  }
  return 0;
}

function runStep(node, command, options) {
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', ...command], options);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => (output += text));
  return new Promise((resolve) => child.on('close', (code) => resolve({ status: code ?? 1, output })));
}
