/** The steps of long work, all known from the start: which is done, which runs, what it says, how long it took. Raw output can be opened. */
import Cancelled from '@mui/icons-material/BlockRounded';
import Done from '@mui/icons-material/CheckCircleRounded';
import Failed from '@mui/icons-material/ErrorRounded';
import ExpandMore from '@mui/icons-material/ExpandMoreRounded';
import Waiting from '@mui/icons-material/RadioButtonUncheckedRounded';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import CircularProgress from '@mui/material/CircularProgress';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Operation, Step, StepState } from '../../../engine/api/steps.ts';
import { mono } from '../../app/theme.ts';
import { hidden } from '../hidden.ts';
import { Prose } from '../Prose.tsx';
import { StepTime } from './StepTime.tsx';
import { stepDetail, stepTitle } from './step-title.ts';

export function StepList({ operation: { kind, steps } }: { readonly operation: Operation }) {
  return (
    <Stack component="ol" sx={{ listStyle: 'none', m: 0, p: 0 }}>
      {steps.map((step, index) => (
        <StepRow key={step.id} step={step} kind={kind} isLast={index === steps.length - 1} />
      ))}
    </Stack>
  );
}

interface StepRowProps {
  readonly step: Step;
  readonly kind: Operation['kind'];
  readonly isLast: boolean;
}
function StepRow({ step, kind, isLast }: StepRowProps) {
  const { t } = useTranslation();
  const said = stepDetail(t, step);
  const isQuiet = step.state === 'waiting' || step.state === 'skipped';
  return (
    <Box component="li" data-step={step.id} data-state={step.state} sx={{ display: 'flex', gap: 1.5, alignItems: 'stretch' }}>
      <Box aria-hidden sx={{ display: 'flex', flexDirection: 'column', alignItems: 'center', width: 22, pt: '3px' }}>
        <StepMark state={step.state} />
        {!isLast && (
          <Box sx={{ flex: 1, width: 2, bgcolor: step.state === 'done' ? 'success.main' : 'divider', opacity: 0.5, my: '2px' }} />
        )}
      </Box>
      <Box sx={{ flex: 1, minWidth: 0, pb: isLast ? 0 : 1.5 }}>
        <Typography
          component="span"
          sx={{ fontWeight: step.state === 'running' ? 650 : 500, color: isQuiet ? 'text.secondary' : 'text.primary' }}
        >
          {stepTitle(t, kind, step)}
          <Box component="span" sx={hidden}>
            {t(`operation.stepState.${step.state}`)}
          </Box>
        </Typography>
        {said !== undefined && (
          <Box sx={{ fontFamily: mono, fontSize: '0.78rem', color: 'text.secondary', overflowWrap: 'anywhere' }}>
            <Prose>{said}</Prose>
          </Box>
        )}
        {step.log.length > 0 && <StepLog step={step} />}
      </Box>
      <StepTime step={step} />
    </Box>
  );
}

function StepMark({ state }: { readonly state: StepState }) {
  if (state === 'running') return <CircularProgress size={17} thickness={5} color="secondary" sx={{ m: '2px' }} />;
  if (state === 'done') return <Done sx={{ fontSize: 21, color: 'success.main' }} />;
  if (state === 'failed') return <Failed sx={{ fontSize: 21, color: 'error.main' }} />;
  if (state === 'cancelled') return <Cancelled sx={{ fontSize: 21, color: 'text.secondary' }} />;
  return <Waiting sx={{ fontSize: 21, color: 'fog.line' }} />;
}

/** Open from the start where the step has failed: that is what one wants to read then. */
function StepLog({ step: { log, state } }: { readonly step: Step }) {
  const { t } = useTranslation();
  const id = useId();
  const [choice, setChoice] = useState<boolean>();
  const open = choice ?? state === 'failed';
  return (
    <>
      <Button
        size="small"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setChoice(!open)}
        endIcon={<ExpandMore sx={{ transform: open ? 'rotate(180deg)' : 'none' }} />}
        sx={{ px: 0.75, ml: -0.75, minHeight: 26, py: 0, fontSize: '0.8rem' }}
      >
        {t('operation.log', { count: log.length })}
      </Button>
      {open && <LogLines id={id} lines={log} />}
    </>
  );
}

function LogLines({ id, lines }: { readonly id: string; readonly lines: readonly string[] }) {
  const { t } = useTranslation();
  const box = useRef<HTMLPreElement>(null);
  // The newest line stays in sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: new lines are what scrolls
  useEffect(() => box.current?.scrollTo({ top: box.current.scrollHeight }), [lines]);
  return (
    <Box component="pre" id={id} ref={box} tabIndex={0} role="log" aria-label={t('operation.logLabel')} sx={logBox}>
      {lines.join('\n')}
    </Box>
  );
}
const logBox = {
  m: 0,
  mt: 0.5,
  p: 1.5,
  maxHeight: 220,
  overflow: 'auto',
  bgcolor: 'fog.main',
  borderRadius: 1,
  fontFamily: mono,
  fontSize: '0.76rem',
  lineHeight: 1.6,
  whiteSpace: 'pre-wrap',
  overflowWrap: 'anywhere',
} as const;
