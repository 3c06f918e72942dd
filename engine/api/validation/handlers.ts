/** Probes and lifecycle hooks: what is asked of a container, and how often. Upstream: validateProbe, validateHandler in pkg/apis/core/validation. */
import { forbiddenValue, invalidValue, notSupported, type Path, required } from '../field-error.ts';
import type { Container, HTTPGetAction, Lifecycle, LifecycleHandler, Probe } from '../types.gen.ts';
import { type Errors, invalidEach, none, nonNegative, validPortOrName } from './fields.ts';
import { headerNameProblems } from './names.ts';

type Handler = Pick<Probe, 'exec' | 'httpGet' | 'tcpSocket' | 'grpc'> & Pick<LifecycleHandler, 'sleep'>;

function httpErrors(path: Path, { path: urlPath, port, scheme = '', httpHeaders = [] }: HTTPGetAction): Errors {
  return [
    ...(urlPath ? none : [required(path.at('path'))]),
    ...validPortOrName(path.at('port'), port),
    ...(scheme === 'HTTP' || scheme === 'HTTPS' ? none : [notSupported(path.at('scheme'), scheme, ['HTTP', 'HTTPS'])]),
    ...httpHeaders.flatMap(({ name }) => invalidEach(path.at('httpHeaders'), name, headerNameProblems(name))),
  ];
}

function handlerErrors(path: Path, handler: Handler, graceSeconds: number): Errors {
  const { exec, httpGet, tcpSocket, grpc, sleep } = handler;
  const sleepProblem = `must be non-negative and less than terminationGracePeriodSeconds (${graceSeconds})`;
  const given: readonly (readonly [name: string, check: (at: Path) => Errors])[] = [
    ...(exec ? [['exec', (at: Path) => (exec.command?.length ? none : [required(at.at('command'))])] as const] : []),
    ...(httpGet ? [['httpGet', (at: Path) => httpErrors(at, httpGet)] as const] : []),
    ...(tcpSocket ? [['tcpSocket', (at: Path) => validPortOrName(at.at('port'), tcpSocket.port)] as const] : []),
    ...(grpc ? [['grpc', (at: Path) => validPortOrName(at.at('port'), grpc.port)] as const] : []),
    ...(sleep
      ? [
          [
            'sleep',
            (at: Path) => (sleep.seconds < 0 || sleep.seconds > graceSeconds ? [invalidValue(at, sleep.seconds, sleepProblem)] : none),
          ] as const,
        ]
      : []),
  ];
  if (given.length === 0) return [required(path, 'must specify a handler type')];
  return given.flatMap(([name, check], index) =>
    index === 0 ? check(path.at(name)) : [forbiddenValue(path.at(name), 'may not specify more than 1 handler type')],
  );
}

const counts = ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'] as const;

function probeErrors(path: Path, probe: Probe | undefined, graceSeconds: number): Errors {
  if (probe === undefined) return none;
  const own = probe.terminationGracePeriodSeconds;
  return [
    ...handlerErrors(path, probe, graceSeconds),
    ...counts.flatMap((count) => nonNegative(path.at(count), probe[count])),
    ...(own !== undefined && own <= 0 ? [invalidValue(path.at('terminationGracePeriodSeconds'), own, 'must be greater than 0')] : none),
  ];
}

/** One success must be enough: a container that is alive needs no second opinion. */
function once(path: Path, probe: Probe | undefined): Errors {
  if (probe === undefined || probe.successThreshold === 1) return none;
  return [invalidValue(path.at('successThreshold'), probe.successThreshold ?? 0, 'must be 1')];
}

export function probesErrors(
  path: Path,
  { livenessProbe, readinessProbe, startupProbe }: Pick<Container, 'livenessProbe' | 'readinessProbe' | 'startupProbe'>,
  graceSeconds: number,
): Errors {
  const own = readinessProbe?.terminationGracePeriodSeconds;
  const ready = path.at('readinessProbe');
  return [
    ...probeErrors(path.at('livenessProbe'), livenessProbe, graceSeconds),
    ...once(path.at('livenessProbe'), livenessProbe),
    ...probeErrors(ready, readinessProbe, graceSeconds),
    ...(own === undefined ? none : [invalidValue(ready.at('terminationGracePeriodSeconds'), own, 'must not be set for readinessProbes')]),
    ...probeErrors(path.at('startupProbe'), startupProbe, graceSeconds),
    ...once(path.at('startupProbe'), startupProbe),
  ];
}

export function lifecycleErrors(path: Path, { postStart, preStop }: Lifecycle, graceSeconds: number): Errors {
  return [
    ...(postStart ? handlerErrors(path.at('postStart'), postStart, graceSeconds) : none),
    ...(preStop ? handlerErrors(path.at('preStop'), preStop, graceSeconds) : none),
  ];
}
