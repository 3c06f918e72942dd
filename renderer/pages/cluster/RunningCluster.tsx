/** A running cluster at a glance: its nodes, the terminal line that reaches it, and what to do next. */

import type { SvgIconComponent } from '@mui/icons-material';
import CreateIcon from '@mui/icons-material/AddBoxOutlined';
import ArrowForward from '@mui/icons-material/ArrowForwardRounded';
import VoteIcon from '@mui/icons-material/HowToVoteOutlined';
import MapIcon from '@mui/icons-material/HubOutlined';
import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import Paper from '@mui/material/Paper';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink } from 'react-router';
import { nodeStatus } from '../../../engine/api/node-summary.ts';
import { explain } from '../../../engine/explain/explain.ts';
import type { ClusterSummary } from '../../../engine/host/contract.ts';
import { paths, placeOf } from '../../app/paths.ts';
import { CopyLine } from '../../components/CopyLine.tsx';
import { Facts } from '../../components/Facts.tsx';
import { Prose } from '../../components/Prose.tsx';
import { Status } from '../../components/Status.tsx';
import { useObjects } from '../../data/hooks.ts';
import { nodes } from '../../data/kinds.ts';

export function RunningCluster({ cluster }: { readonly cluster: ClusterSummary }) {
  return (
    <Box sx={{ display: 'grid', gridTemplateColumns: 'repeat(auto-fit, minmax(360px, 1fr))', gap: 2.5, alignItems: 'start' }}>
      <Next cluster={cluster.name} />
      <Stack sx={{ gap: 2.5, minWidth: 0 }}>
        <Terminal cluster={cluster} />
        <NodeList cluster={cluster.name} />
      </Stack>
    </Box>
  );
}

function Card({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Paper variant="outlined" component="section" aria-label={title} sx={{ p: 3 }}>
      <Typography variant="h2" sx={{ mb: 2 }}>
        {title}
      </Typography>
      {children}
    </Paper>
  );
}

function Terminal({ cluster: { name, context, server } }: { readonly cluster: ClusterSummary }) {
  const { t } = useTranslation();
  return (
    <Card title={t('cluster.terminal')}>
      <Stack sx={{ gap: 2 }}>
        <Typography color="textSecondary">{t('cluster.terminalText', { context: context ?? name })}</Typography>
        <CopyLine lines={[`kubectl config use-context ${context ?? name}`, 'kubectl get nodes']} />
        <Facts
          facts={[
            { label: t('cluster.context'), value: <code>{context ?? name}</code> },
            {
              label: t('cluster.server'),
              value: (
                <code>
                  <Prose>{server}</Prose>
                </code>
              ),
            },
          ]}
        />
      </Stack>
    </Card>
  );
}

function Next({ cluster }: { readonly cluster: string }) {
  const { t } = useTranslation();
  return (
    <Card title={t('cluster.next')}>
      <Stack sx={{ gap: 1 }}>
        <Way to={paths.samples(cluster)} icon={VoteIcon} title={t('cluster.nextSample')} text={t('cluster.nextSampleText')} />
        <Way to={paths.createDeployment(cluster)} icon={CreateIcon} title={t('cluster.nextCreate')} text={t('cluster.nextCreateText')} />
        <Way to={paths.services(cluster)} icon={MapIcon} title={t('cluster.nextPorts')} text={t('cluster.nextPortsText')} />
      </Stack>
    </Card>
  );
}

interface WayProps {
  readonly to: string;
  readonly icon: SvgIconComponent;
  readonly title: string;
  readonly text: string;
}
function Way({ to, icon: Icon, title, text }: WayProps) {
  return (
    <Box component={RouterLink} to={to} sx={way}>
      <Icon aria-hidden sx={{ color: 'primary.main', mt: '2px' }} />
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Typography component="span" sx={{ display: 'block', fontWeight: 650 }}>
          {title}
        </Typography>
        <Typography component="span" variant="body2" color="textSecondary">
          {text}
        </Typography>
      </Box>
      <ArrowForward aria-hidden fontSize="small" sx={{ color: 'text.secondary', mt: '3px' }} />
    </Box>
  );
}
const way = {
  display: 'flex',
  gap: 1.5,
  p: 1.5,
  mx: -1.5,
  borderRadius: 1,
  color: 'text.primary',
  textDecoration: 'none',
  '&:hover': { bgcolor: 'action.hover' },
} as const;

const shownNodes = 6;
function NodeList({ cluster }: { readonly cluster: string }) {
  const { t } = useTranslation();
  const { objects, state } = useObjects(nodes);
  if (state === 'loading' || state === 'failed' || objects.length === 0) return null;
  return (
    <Card title={nodes.title}>
      <Stack component="ul" sx={{ listStyle: 'none', p: 0, m: 0, gap: 1.25 }}>
        {objects.slice(0, shownNodes).map((node) => (
          <Stack component="li" direction="row" key={node.metadata.uid} sx={{ gap: 2, justifyContent: 'space-between' }}>
            <Link component={RouterLink} to={paths.object(cluster, placeOf(nodes, node))}>
              {node.metadata.name}
            </Link>
            <Status level={explain(node).level}>{nodeStatus(node)}</Status>
          </Stack>
        ))}
      </Stack>
      {objects.length > shownNodes && (
        <Link component={RouterLink} to={paths.nodes(cluster)} sx={{ display: 'inline-block', mt: 1.5 }}>
          {t('cluster.allNodes', { count: objects.length })}
        </Link>
      )}
    </Card>
  );
}
