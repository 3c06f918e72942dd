/** A verdict in words: what happened, why it matters, what the cluster itself said, what helps. */
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Paper from '@mui/material/Paper';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { FixId } from '../../engine/explain/catalogue.ts';
import type { Evidence, Verdict } from '../../engine/explain/verdict.ts';
import { mono } from '../app/theme.ts';
import { Age } from './Age.tsx';
import { Prose } from './Prose.tsx';
import { colours, LevelIcon } from './Status.tsx';

export interface VerdictPanelProps {
  readonly verdict: Verdict;
  /** What a press on a fix does, where the window can do it; without, the fix is advice. */
  readonly onFix?: (fix: FixId) => (() => void) | undefined;
}

export function VerdictPanel({ verdict, onFix }: VerdictPanelProps) {
  const { t } = useTranslation();
  const { level, cause, params, evidence, fixes } = verdict;
  return (
    <Paper
      variant="outlined"
      // No landmark: a page may show several of them, with the same words.
      role="group"
      aria-label={t(`explain.${cause}.title`, params)}
      sx={{ p: 2.5, borderLeft: 4, borderLeftColor: colours[level] }}
    >
      <Stack direction="row" sx={{ gap: 1.25, alignItems: 'flex-start' }}>
        <Box sx={{ pt: 0.25 }}>
          <LevelIcon level={level} size={22} />
        </Box>
        <Box sx={{ minWidth: 0, flex: 1 }}>
          <Typography variant="h3" component="h2">
            <Prose>{t(`explain.${cause}.title`, params)}</Prose>
          </Typography>
          <Typography sx={{ mt: 0.5, maxWidth: '72ch' }}>
            <Prose>{t(`explain.${cause}.text`, params)}</Prose>
          </Typography>
          <EvidenceList evidence={evidence} />
          {fixes.length > 0 && <Fixes verdict={verdict} {...(onFix ? { onFix } : {})} />}
        </Box>
      </Stack>
    </Paper>
  );
}

function EvidenceList({ evidence }: { readonly evidence: readonly Evidence[] }) {
  const { t } = useTranslation();
  const said = evidence.filter(({ text }) => text !== '');
  if (said.length === 0) return null;
  return (
    <Stack component="ul" aria-label={t('explain.evidence')} sx={{ listStyle: 'none', p: 0, m: 0, mt: 1.5, gap: 0.75 }}>
      {said.map(({ source, text, time, count }) => (
        <Box component="li" key={`${source}${time ?? ''}${text}`} sx={{ bgcolor: 'fog.main', borderRadius: 0.8, px: 1.5, py: 0.75 }}>
          <Typography variant="caption" color="textSecondary" component="p" sx={{ display: 'flex', gap: 1 }}>
            <span>{t(`explain.source.${source}`)}</span>
            {count !== undefined && count > 1 && <span>×{count}</span>}
            {time !== undefined && <Age since={time} />}
          </Typography>
          <Box sx={{ fontFamily: mono, fontSize: '0.8rem', overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
            <Prose>{text}</Prose>
          </Box>
        </Box>
      ))}
    </Stack>
  );
}

function Fixes({ verdict: { fixes, params }, onFix }: VerdictPanelProps) {
  const { t } = useTranslation();
  return (
    <Box sx={{ mt: 1.75 }}>
      <Typography variant="caption" color="textSecondary" component="h3" sx={{ fontWeight: 650 }}>
        {t('explain.fixes')}
      </Typography>
      <Stack component="ul" sx={{ m: 0, mt: 0.5, pl: 2.25, gap: 0.5 }}>
        {fixes.map((fix) => {
          const act = onFix?.(fix);
          return (
            <Typography component="li" key={fix} variant="body2">
              <Prose>{t(`fix.${fix}.text`, params)}</Prose>
              {act && (
                <Button size="small" onClick={act} sx={{ ml: 1, py: 0 }}>
                  {t(`fix.${fix}.button`)}
                </Button>
              )}
            </Typography>
          );
        })}
      </Stack>
    </Box>
  );
}
