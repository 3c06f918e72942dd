/** The sample's front doors on this computer. Each is asked once its pods are ready until it answers, or gives up; then again at a press. */
import Refresh from '@mui/icons-material/RefreshRounded';
import IconButton from '@mui/material/IconButton';
import Link from '@mui/material/Link';
import Paper from '@mui/material/Paper';
import Stack from '@mui/material/Stack';
import Tooltip from '@mui/material/Tooltip';
import Typography from '@mui/material/Typography';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink } from 'react-router';
import type { HostPort, ProbeResult, Sample } from '../../../engine/host/contract.ts';
import { paths } from '../../app/paths.ts';
import { ExternalLink } from '../../components/ExternalLink.tsx';
import { Status } from '../../components/Status.tsx';
import { useCluster, useClusterName, usePorts } from '../../data/hooks.ts';
import type { Probe } from '../../data/ports-store.ts';
import { untilItAnswers } from './until-it-answers.ts';

type SampleLink = Sample['links'][number];

export function SampleLinks({ sample, ready }: { readonly sample: Sample; readonly ready: boolean }) {
  const { t } = useTranslation();
  const cluster = useClusterName();
  const { ports, store } = usePorts();
  // Simulated pods have no program that could answer.
  const canAnswer = useCluster(cluster)?.driver !== 'simulated';
  return (
    <Paper variant="outlined" component="section" aria-label={t('samples.links')} sx={{ p: 3 }}>
      <Typography variant="h2" sx={{ mb: 1.5 }}>
        {t('samples.links')}
      </Typography>
      <Stack component="ul" sx={{ listStyle: 'none', p: 0, m: 0, gap: 1 }}>
        {sample.links.map((link) => {
          const port = ports.ports?.find((candidate) => isOf(candidate, link));
          return (
            <LinkRow
              key={`${link.namespace}/${link.service}`}
              link={link}
              port={port}
              probe={port && ports.probes.get(port.id)}
              ready={ready && canAnswer}
              canAnswer={canAnswer}
              onProbe={store.probe}
            />
          );
        })}
      </Stack>
      {!canAnswer && (
        <Typography variant="body2" color="textSecondary" sx={{ mt: 1 }}>
          {t('samples.simulated')}
        </Typography>
      )}
      <Link component={RouterLink} to={paths.services(cluster)} sx={{ display: 'inline-block', mt: 2 }}>
        {t('samples.seePortMap')}
      </Link>
    </Paper>
  );
}

function isOf({ namespace, service, nodePort }: HostPort, link: SampleLink): boolean {
  return namespace === link.namespace && service === link.service && nodePort === link.nodePort;
}

interface LinkRowProps {
  readonly link: SampleLink;
  readonly port: HostPort | undefined;
  readonly probe: Probe | undefined;
  readonly ready: boolean;
  readonly canAnswer: boolean;
  readonly onProbe: (id: string) => Promise<ProbeResult>;
}
function LinkRow({ link, port, probe, ready, canAnswer, onProbe }: LinkRowProps) {
  const { t } = useTranslation();
  const id = port?.id;
  const [trying, setTrying] = useState(false);
  useEffect(() => {
    if (!ready || id === undefined) return;
    const stop = new AbortController();
    setTrying(true);
    // Stopped, it resolves as well: there is nothing to handle.
    void untilItAnswers(() => onProbe(id), stop.signal).then(() => setTrying(false));
    return () => stop.abort();
  }, [ready, id, onProbe]);
  return (
    <Stack component="li" direction="row" sx={{ gap: 2, alignItems: 'center', minHeight: 34, flexWrap: 'wrap' }} data-link={link.service}>
      <Typography component="span" sx={{ fontWeight: 650, minWidth: 76 }}>
        {t(`samples.link.${link.service}`, { defaultValue: link.service })}
      </Typography>
      {port?.url === undefined ? (
        <Typography component="span" color="textSecondary">
          {t('samples.noPort', { nodePort: link.nodePort })}
        </Typography>
      ) : (
        <>
          <ExternalLink href={port.url}>{port.url}</ExternalLink>
          {canAnswer && <ProbeState probe={probe} trying={trying} />}
          {canAnswer && id !== undefined && (
            <Tooltip title={t('samples.probeAgain')}>
              <IconButton size="small" aria-label={t('samples.probeAgain')} onClick={() => void onProbe(id)}>
                <Refresh fontSize="inherit" />
              </IconButton>
            </Tooltip>
          )}
        </>
      )}
    </Stack>
  );
}

/** While it is asked again the last answer stays, so that nothing flickers. */
function ProbeState({ probe, trying }: { readonly probe: Probe | undefined; readonly trying: boolean }) {
  const { t } = useTranslation();
  if (!probe) return <Status level="info">{t('samples.waiting')}</Status>;
  if (!probe.last || (trying && !probe.last.ok)) return <Status level="info">{t('samples.asking')}</Status>;
  return <Status level={probe.last.ok ? 'ok' : 'error'}>{probeText(t, probe.last)}</Status>;
}
function probeText(t: ReturnType<typeof useTranslation>['t'], result: ProbeResult): string {
  if (!result.ok) return t(`samples.probe.${result.reason}`);
  const { elapsedMs, httpStatus } = result;
  return httpStatus === undefined
    ? t('samples.probe.answers', { ms: elapsedMs })
    : t('samples.probe.http', { status: httpStatus, ms: elapsedMs });
}
