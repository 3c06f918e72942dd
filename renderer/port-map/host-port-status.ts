/** What is to be said about a port of this computer: whether it is open, and whether something answers. Pure. */
import type { Level, Params } from '../../engine/explain/cause.ts';
import type { HostPort } from '../../engine/host/contract.ts';
import type { Probe } from '../data/ports-store.ts';

export interface HostPortStatus {
  readonly level: Level;
  /** The text is `services.probe.<text>`. */
  readonly text:
    | 'failed'
    | 'unsupported'
    | 'open'
    | 'asking'
    | 'http'
    | 'answered'
    | 'refused'
    | 'reset'
    | 'timeout'
    | 'not-listening'
    | 'substituted'
    | 'simulated';
  readonly params: Params;
}

export function hostPortStatus(port: HostPort, probe: Probe | undefined, isSimulated: boolean): HostPortStatus {
  const params = { wanted: port.preferredHostPort, reason: port.reason ?? '', protocol: port.protocol };
  if (port.state === 'failed') return { level: 'error', text: 'failed', params };
  if (port.state === 'unsupported') return { level: 'info', text: 'unsupported', params };
  if (isSimulated) return { level: 'info', text: 'simulated', params };
  const last = probe?.last;
  if (!last) return { level: 'info', text: probe ? 'asking' : 'open', params };
  const answer = { ...params, ms: last.elapsedMs };
  if (!last.ok) return { level: 'error', text: last.reason, params: answer };
  // That another port was opened than the expected one is worth more than how fast it answers.
  if (port.state === 'substituted') return { level: 'warning', text: 'substituted', params: answer };
  if (last.httpStatus === undefined) return { level: 'ok', text: 'answered', params: answer };
  return { level: last.httpStatus >= 500 ? 'warning' : 'ok', text: 'http', params: { ...answer, status: last.httpStatus } };
}
