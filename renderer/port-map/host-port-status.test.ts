import { describe, expect, it } from 'vitest';
import type { HostPort, ProbeResult } from '../../engine/host/contract.ts';
import { hostPortStatus } from './host-port-status.ts';

const port = (change: Partial<HostPort> = {}): HostPort => ({
  id: 'a',
  namespace: 'default',
  service: 'web',
  protocol: 'TCP',
  nodePort: 31_000,
  preferredHostPort: 31_000,
  state: 'listening',
  ...change,
});
const answered = (last: ProbeResult) => ({ state: 'answered' as const, last });
const ok = (httpStatus?: number) => answered({ ok: true, elapsedMs: 3, ...(httpStatus === undefined ? {} : { httpStatus }) });

describe('a port of this computer', () => {
  it.each([
    ['not asked yet', port(), undefined, 'info open'],
    ['being asked', port(), { state: 'asking' as const }, 'info asking'],
    ['answering in HTTP', port(), ok(200), 'ok http'],
    ['answering with an error of its own', port(), ok(502), 'warning http'],
    ['answering in another protocol', port(), ok(), 'ok answered'],
    ['asked again', port(), { state: 'asking' as const, last: { ok: true as const, elapsedMs: 3 } }, 'ok answered'],
    ['silent', port(), answered({ ok: false, elapsedMs: 3000, reason: 'timeout', message: '' }), 'error timeout'],
    ['another than expected', port({ state: 'substituted', hostPort: 40_000 }), ok(200), 'warning substituted'],
    [
      'another, and silent',
      port({ state: 'substituted' }),
      answered({ ok: false, elapsedMs: 1, reason: 'reset', message: '' }),
      'error reset',
    ],
    ['that could not be opened', port({ state: 'failed', reason: 'EADDRINUSE' }), undefined, 'error failed'],
    ['of a protocol that is not carried', port({ state: 'unsupported', protocol: 'UDP' }), undefined, 'info unsupported'],
  ])('%s', (_name, hostPort, probe, expected) => {
    const { level, text } = hostPortStatus(hostPort, probe, false);
    expect(`${level} ${text}`).toBe(expected);
  });
  it('of simulated pods promises nothing, but says when it is not open', () => {
    expect(hostPortStatus(port(), undefined, true).text).toBe('simulated');
    expect(hostPortStatus(port({ state: 'failed' }), undefined, true).text).toBe('failed');
  });
});
