/** An object's conditions: type, status, why, since when. */
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { KubeObject, Live } from '../../engine/api/object.ts';
import type { Condition } from '../../engine/api/types.gen.ts';
import type { Level } from '../../engine/explain/cause.ts';
import { Age } from '../components/Age.tsx';
import { Prose } from '../components/Prose.tsx';
import { LevelIcon } from '../components/Status.tsx';
import { Section } from './Section.tsx';

export function ConditionList({ object }: { readonly object: Live<KubeObject> }) {
  const { t } = useTranslation();
  const conditions = conditionsOf(object);
  if (conditions.length === 0) return null;
  return (
    <Section title={t('detail.conditions')}>
      <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gap: 1.5 }}>
        {conditions.map(({ type, status, reason, message, lastTransitionTime }) => (
          <Box component="li" key={type} sx={{ display: 'flex', gap: 1 }}>
            <Box sx={{ pt: '2px' }}>
              <LevelIcon level={levelOf(type, status)} />
            </Box>
            <Box sx={{ minWidth: 0 }}>
              <Typography variant="body2">
                <Box component="span" sx={{ fontWeight: 600 }}>
                  {type}
                </Box>
                {': '}
                {status}
                {reason && ` · ${reason}`}
                <Box component="span" sx={{ color: 'text.secondary' }}>
                  {' · '}
                  <Age since={lastTransitionTime} />
                </Box>
              </Typography>
              {message && (
                <Typography variant="caption" color="textSecondary" component="p" sx={{ overflowWrap: 'anywhere' }}>
                  <Prose>{message}</Prose>
                </Typography>
              )}
            </Box>
          </Box>
        ))}
      </Box>
    </Section>
  );
}

function conditionsOf(object: Live<KubeObject>): readonly Condition[] {
  // All kinds that have conditions have them here, in this form.
  return (object as { readonly status?: { readonly conditions?: readonly Condition[] } }).status?.conditions ?? [];
}

/** For these types True is the bad news. */
const badWhenTrue = /(Pressure|NetworkUnavailable|ReplicaFailure|DisruptionTarget)$/;
function levelOf(type: string, status: string): Level {
  if (status === 'Unknown') return 'warning';
  const isGood = badWhenTrue.test(type) ? status === 'False' : status === 'True';
  return isGood ? 'ok' : 'warning';
}
