/** What the server counts about itself, in Prometheus' text form. Names are Kubernetes' where it has one. */
import type { ServerResponse } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { RequestInfo } from './request-info.ts';

export interface Metrics extends Disposable {
  readonly started: (response: ServerResponse) => void;
  /** Adds a counter that somebody else keeps. */
  readonly counting: (name: string, help: string, read: () => number) => void;
  readonly ended: (info: RequestInfo, code: number) => void;
  readonly text: () => string;
}

/** Milliseconds between samples: fine enough to see a held-up loop, and rare enough to cost nothing. */
const resolution = 20;
const quantiles = [0.5, 0.9, 0.99, 1];

export function createMetrics(): Metrics {
  const delay = monitorEventLoopDelay({ resolution });
  delay.enable();
  const requests = new Map<string, number>();
  const open = new Set<ServerResponse>();
  const counters: (() => readonly string[])[] = [];
  let inflight = 0;
  return {
    started(response) {
      inflight++;
      open.add(response);
      response.once('close', () => open.delete(response));
    },
    counting: (name, help, read) => void counters.push(() => [`# HELP ${name} ${help}`, `# TYPE ${name} counter`, `${name} ${read()}`]),
    ended(info, code) {
      inflight--;
      const labels = labelsOf(info, code);
      requests.set(labels, (requests.get(labels) ?? 0) + 1);
    },
    text: () =>
      [
        ...loopDelay(delay),
        ...counts(requests, inflight),
        ...memory(),
        ...buffered(open),
        ...counters.flatMap((lines) => lines()),
        '',
      ].join('\n'),
    [Symbol.dispose]: () => void delay.disable(),
  };
}

function loopDelay(delay: ReturnType<typeof monitorEventLoopDelay>): readonly string[] {
  // The histogram holds the time between samples; what lies above the resolution is the delay.
  const seconds = (quantile: number) => Math.max(0, delay.percentile(quantile * 100) / 1e9 - resolution / 1000);
  return [
    '# HELP minato_event_loop_delay_seconds How late the event loop comes to what is due.',
    '# TYPE minato_event_loop_delay_seconds summary',
    ...quantiles.map((quantile) => `minato_event_loop_delay_seconds{quantile="${quantile}"} ${seconds(quantile)}`),
  ];
}

function counts(requests: ReadonlyMap<string, number>, inflight: number): readonly string[] {
  return [
    '# HELP apiserver_request_total Counter of apiserver requests broken out for each verb, group, version, resource and code.',
    '# TYPE apiserver_request_total counter',
    ...[...requests].map(([labels, count]) => `apiserver_request_total{${labels}} ${count}`),
    '# HELP apiserver_current_inflight_requests Number of requests that are being answered, watches included.',
    '# TYPE apiserver_current_inflight_requests gauge',
    `apiserver_current_inflight_requests ${inflight}`,
  ];
}

function memory(): readonly string[] {
  const { rss, heapUsed, heapTotal, external } = process.memoryUsage();
  // Names as prom-client gives them.
  const gauges = {
    process_resident_memory_bytes: rss,
    nodejs_heap_size_used_bytes: heapUsed,
    nodejs_heap_size_total_bytes: heapTotal,
    nodejs_external_memory_bytes: external,
  };
  return Object.entries(gauges).flatMap(([name, bytes]) => [`# TYPE ${name} gauge`, `${name} ${bytes}`]);
}

/** What answers have been written and not taken yet: bytes in this process. */
function buffered(open: ReadonlySet<ServerResponse>): readonly string[] {
  let bytes = 0;
  for (const { writableLength } of open) bytes += writableLength;
  return [
    '# HELP minato_response_buffered_bytes Bytes of answers that clients have not taken yet.',
    '# TYPE minato_response_buffered_bytes gauge',
    `minato_response_buffered_bytes ${bytes}`,
  ];
}

const known = new Set(['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection']);

/** Only what is bounded: a name or a path in a label would grow without end. */
function labelsOf({ verb, resource }: RequestInfo, code: number): string {
  // What no one serves could be called anything.
  const { group, version, plural, subresource = '' } = resource && code !== 404 ? resource : { group: '', version: '', plural: '' };
  const shown = known.has(verb) ? verb.toUpperCase() : 'OTHER';
  return Object.entries({ code, group, resource: plural, subresource, verb: shown, version })
    .map(([name, value]) => `${name}=${JSON.stringify(String(value))}`)
    .join(',');
}
