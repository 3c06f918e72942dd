/** The log of a pod: which container and which run, what is shown of each line, a search, and the lines themselves. */
import Stack from '@mui/material/Stack';
import { type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import type { Live } from '../../engine/api/object.ts';
import type { Pod } from '../../engine/api/types.gen.ts';
import { inNamespace } from '../actions/action.ts';
import { CopyLine } from '../components/CopyLine.tsx';
import { ErrorNotice } from '../components/ErrorNotice.tsx';
import { useClusterName, useHost, useStore, useWindowData } from '../data/hooks.ts';
import { LogLines } from './LogLines.tsx';
import { LogToolbar } from './LogToolbar.tsx';
import { findInLog } from './log-buffer.ts';
import { type LogOptions, logContainers } from './log-options.ts';
import { type LogState, LogStream, mostLines } from './log-stream.ts';

export interface PodLogsProps {
  readonly pod: Live<Pod>;
  /** The pod is deleted: what came before stays. */
  readonly isGone: boolean;
  /** Chooses among pods, where there are several. */
  readonly choice?: ReactNode;
}

export function PodLogs({ pod, isGone, choice }: PodLogsProps) {
  const containers = logContainers(pod);
  const [parameters] = useSearchParams();
  const [options, setOptions] = useState<LogOptions>({
    container: containers[0]?.name ?? '',
    // Advice about a crash leads to the run that crashed.
    previous: parameters.get('previous') !== null && (containers[0]?.restarts ?? 0) > 0,
    follow: true,
    timestamps: false,
    wrap: true,
    query: '',
  });
  const log = useLog(pod, options, isGone);
  const hits = useMemo(() => findInLog(log.lines, options.query), [log.lines, options.query]);
  const [hit, setHit] = useState(0);
  const current = hits[Math.min(hit, hits.length - 1)];
  const change = (next: Partial<LogOptions>): void => {
    setOptions((before) => ({ ...before, ...next }));
    if (next.query !== undefined) setHit(0);
  };
  const step = (by: number): void => {
    if (hits.length === 0) return;
    setHit((Math.min(hit, hits.length - 1) + by + hits.length) % hits.length);
    change({ follow: false });
  };
  return (
    <Stack sx={{ flex: 1, minHeight: 320, gap: 1.5 }}>
      <LogToolbar
        containers={containers}
        options={options}
        onChange={change}
        hits={hits.length}
        hit={Math.min(hit, hits.length - 1)}
        onStep={step}
        choice={choice}
      />
      {log.error && <ErrorNotice error={log.error} />}
      <LogLines log={log} options={options} current={current} onFollow={(follow) => change({ follow })} />
      <LogFoot log={log} />
      <CopyLine lines={[kubectlLine(pod, options, containers.length > 1)]} />
    </Stack>
  );
}

function useLog(pod: Live<Pod>, { container, previous }: LogOptions, isGone: boolean): LogState {
  const host = useHost();
  const cluster = useClusterName();
  const connected = useStore(useWindowData().connected);
  const { namespace = '', name } = pod.metadata;
  // A container that has been started again has a new log; so has a connection that was made again.
  const run = pod.status?.containerStatuses?.find((status) => status.name === container)?.containerID ?? '';
  const [wasGone] = useState(isGone);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `run` and `connected` are not read; that they change is the reason to begin anew
  const stream = useMemo(
    () => new LogStream(host, { cluster, namespace, pod: name, container, previous, follow: !previous && !wasGone }),
    [host, cluster, namespace, name, container, previous, wasGone, run, connected],
  );
  return useStore(stream);
}

function LogFoot({ log: { lines, dropped, state } }: { readonly log: LogState }) {
  const { t } = useTranslation();
  return (
    <Stack direction="row" role="status" sx={{ gap: 2, fontSize: '0.8rem', color: 'text.secondary', flexWrap: 'wrap' }}>
      <span>{t('logs.lines', { count: lines.length })}</span>
      {dropped > 0 && <span>{t('logs.dropped', { count: dropped, most: mostLines })}</span>}
      <span>{t(`logs.state.${state}`)}</span>
    </Stack>
  );
}

function kubectlLine(pod: Live<Pod>, { container, follow, previous, timestamps }: LogOptions, isOneOfSeveral: boolean): string {
  return [
    `kubectl logs ${pod.metadata.name}`,
    isOneOfSeveral ? ` -c ${container}` : '',
    previous ? ' --previous' : follow ? ' -f' : '',
    timestamps ? ' --timestamps' : '',
    inNamespace(pod.metadata.namespace),
  ].join('');
}
