/** The containers of a pod with their states, or of a pod template without. */
import Box from '@mui/material/Box';
import Chip from '@mui/material/Chip';
import Paper from '@mui/material/Paper';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Pod, PodSpec } from '../../engine/api/types.gen.ts';
import { mono } from '../app/theme.ts';
import { Age } from '../components/Age.tsx';
import { Facts } from '../components/Facts.tsx';
import { Prose } from '../components/Prose.tsx';
import { Status } from '../components/Status.tsx';
import { type ContainerView, containerFacts, containerViews, envViews, mountViews, type StateView, stateView } from './container-facts.ts';
import { Section } from './Section.tsx';

export function ContainerList({ spec, pod }: { readonly spec: PodSpec; readonly pod?: Pod }) {
  const { t } = useTranslation();
  return (
    <Section title={pod ? t('detail.containers') : t('detail.template')} bare>
      <Stack sx={{ gap: 1.5 }}>
        {containerViews(spec, pod).map((view) => (
          <ContainerCard key={`${view.isInit} ${view.container.name}`} view={view} spec={spec} hasState={pod !== undefined} />
        ))}
      </Stack>
    </Section>
  );
}

interface ContainerCardProps {
  readonly view: ContainerView;
  readonly spec: PodSpec;
  readonly hasState: boolean;
}
function ContainerCard({ view, spec, hasState }: ContainerCardProps) {
  const { t } = useTranslation();
  const { container, isInit, status } = view;
  const state = stateView(status?.state);
  const last = stateView(status?.lastState);
  const env = envViews(container);
  const mounts = mountViews(container, spec.volumes);
  const facts = [
    ...(hasState && state ? [{ label: 'State', value: <StateText state={state} /> }] : []),
    ...(hasState && last ? [{ label: 'Last State', value: <StateText state={last} /> }] : []),
    ...(hasState && status
      ? [
          { label: 'Ready', value: status.ready ? 'True' : 'False' },
          { label: 'Restart Count', value: status.restartCount },
        ]
      : []),
    ...containerFacts(view).map(({ name, value }) => ({ label: name, value: <MonoText>{value}</MonoText> })),
    ...(env.length > 0
      ? [{ label: 'Environment', value: <Lines>{env.map(({ name, value, isReference }) => [name, value, isReference] as const)}</Lines> }]
      : []),
    ...(mounts.length > 0
      ? [
          {
            label: 'Mounts',
            value: (
              <Lines>{mounts.map(({ path, from, volume }) => [path, volume === '' ? from : `${from} · ${volume}`, true] as const)}</Lines>
            ),
          },
        ]
      : []),
  ];
  return (
    <Paper variant="outlined" component="article" aria-label={container.name} sx={{ p: 2.25 }}>
      <Stack direction="row" sx={{ gap: 1.25, alignItems: 'center', mb: 1.5 }}>
        <Typography variant="h3" component="h3" sx={{ overflowWrap: 'anywhere' }}>
          {container.name}
        </Typography>
        {isInit && <Chip size="small" variant="outlined" label={t('detail.init')} />}
      </Stack>
      <Facts facts={facts} />
    </Paper>
  );
}

function StateText({ state: { level, word, reason, message, exitCode, since } }: { readonly state: StateView }) {
  return (
    <Box>
      <Status level={level}>
        {[word, reason, exitCode === undefined ? undefined : `exit code ${exitCode}`].filter(Boolean).join(' · ')}
        {since !== undefined && (
          <Box component="span" sx={{ color: 'text.secondary', fontWeight: 400 }}>
            {' · '}
            <Age since={since} />
          </Box>
        )}
      </Status>
      {message && <MonoText>{message}</MonoText>}
    </Box>
  );
}
function MonoText({ children }: { readonly children: string }) {
  return (
    <Box component="span" sx={{ fontFamily: mono, fontSize: '0.8rem', overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
      <Prose>{children}</Prose>
    </Box>
  );
}
function Lines({ children }: { readonly children: readonly (readonly [name: string, value: string, isReference: boolean])[] }): ReactNode {
  return (
    <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, fontFamily: mono, fontSize: '0.8rem' }}>
      {children.map(([name, value, isReference]) => (
        <Box component="li" key={name} sx={{ overflowWrap: 'anywhere' }}>
          {name}
          <Box component="span" sx={{ color: 'text.secondary' }}>
            {isReference ? ' ' : '='}
          </Box>
          <Box component="span" sx={isReference ? { color: 'text.secondary' } : {}}>
            <Prose>{value}</Prose>
          </Box>
        </Box>
      ))}
    </Box>
  );
}
