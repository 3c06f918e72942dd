/** The voting app's five parts and the way a vote takes through them; each part carries the state of its Deployment and leads to it. */
import ArrowForward from '@mui/icons-material/ArrowForwardRounded';
import Box from '@mui/material/Box';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Verdict } from '../../../engine/explain/verdict.ts';
import { paths } from '../../app/paths.ts';
import { Status } from '../../components/Status.tsx';
import { useClusterName } from '../../data/hooks.ts';
import { deployments } from '../../data/kinds.ts';

/** In the order in which a vote passes them. */
const parts = ['vote', 'redis', 'worker', 'db', 'result'] as const;
type Part = (typeof parts)[number];

export function SampleDiagram({ verdicts }: { readonly verdicts: ReadonlyMap<string, Verdict> }) {
  return (
    <Box
      component="ol"
      sx={{ listStyle: 'none', m: 0, mt: 3, p: 0, display: 'flex', alignItems: 'stretch', gap: 1, overflowX: 'auto', overflowY: 'hidden' }}
    >
      {parts.map((part, index) => (
        <Fragment key={part}>
          {index > 0 && (
            <Box
              component="li"
              role="presentation"
              aria-hidden
              sx={{ alignSelf: 'center', color: 'fog.line', flex: 'none', display: 'flex' }}
            >
              <ArrowForward />
            </Box>
          )}
          <PartBox part={part} verdict={verdicts.get(part)} />
        </Fragment>
      ))}
    </Box>
  );
}

function PartBox({ part, verdict }: { readonly part: Part; readonly verdict: Verdict | undefined }) {
  const { t } = useTranslation();
  const cluster = useClusterName();
  const content = (
    <>
      <Box component="span" sx={{ fontWeight: 700, display: 'block' }}>
        {part}
      </Box>
      <Box component="span" sx={{ display: 'block', fontSize: '0.8rem', color: 'text.secondary', lineHeight: 1.45, flex: 1 }}>
        {t(`samples.part.${part}`)}
      </Box>
      <Box component="span" sx={{ fontSize: '0.8rem', mt: 1, display: 'block', maxWidth: '100%' }}>
        {verdict ? (
          <Status level={verdict.level}>{t(`explain.${verdict.cause}.title`, verdict.params)}</Status>
        ) : (
          <Box component="span" sx={{ color: 'text.secondary' }}>
            {t('samples.notCreated')}
          </Box>
        )}
      </Box>
    </>
  );
  if (!verdict)
    return (
      <Box component="li" sx={{ ...box, borderStyle: 'dashed' }}>
        {content}
      </Box>
    );
  const to = paths.object(cluster, { plural: deployments.plural, namespace: 'default', name: part });
  return (
    <Box component="li" sx={{ display: 'flex', flex: '1 1 0', minWidth: 150 }} data-part={part} data-level={verdict.level}>
      <Box
        component={Link}
        to={to}
        sx={{ ...box, color: 'text.primary', textDecoration: 'none', '&:hover': { borderColor: 'primary.main' } }}
      >
        {content}
      </Box>
    </Box>
  );
}

const box = {
  flex: '1 1 0',
  minWidth: 150,
  display: 'flex',
  flexDirection: 'column',
  p: 1.75,
  border: 1,
  borderColor: 'fog.line',
  borderRadius: 1.2,
  bgcolor: 'background.default',
} as const;
