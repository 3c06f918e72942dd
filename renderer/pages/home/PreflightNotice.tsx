/** What was found before the first step: the engine and its size, or what is missing, how to get it, and a way on without it. */
import Check from '@mui/icons-material/CheckCircleRounded';
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import { explainFailure } from '../../../engine/explain/explain.ts';
import type { Preflight } from '../../../engine/host/contract.ts';
import { ExternalLink } from '../../components/ExternalLink.tsx';
import { VerdictPanel } from '../../components/VerdictPanel.tsx';

export interface PreflightNoticeProps {
  readonly preflight: Preflight | undefined;
  readonly asking: boolean;
  readonly onAgain: () => void;
  readonly onSimulated: () => void;
}
const installGuide = 'https://docs.docker.com/get-started/get-docker/';
const gibibyte = 1024 ** 3;

export function PreflightNotice({ preflight, asking, onAgain, onSimulated }: PreflightNoticeProps) {
  const { t, i18n } = useTranslation();
  if (!preflight)
    return (
      <Typography color="textSecondary" role="status">
        {t('home.looking')}
      </Typography>
    );
  if (preflight.ok) {
    const { title, cpus, memoryBytes } = preflight;
    const memory = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 1 }).format(memoryBytes / gibibyte);
    return (
      <Stack direction="row" role="status" sx={{ gap: 1, alignItems: 'center' }}>
        <Check aria-hidden sx={{ fontSize: 19, color: 'success.main' }} />
        <Typography color="textSecondary">
          {preflight.driver === 'docker' ? t('home.found', { title, cpus, memory }) : t('home.simulated')}
        </Typography>
      </Stack>
    );
  }
  return (
    <Stack sx={{ gap: 2, alignSelf: 'stretch' }}>
      <VerdictPanel verdict={explainFailure(preflight.error)} />
      <Stack direction="row" sx={{ gap: 1.5, flexWrap: 'wrap', alignItems: 'center' }}>
        <Button variant="contained" onClick={onSimulated}>
          {t('home.startSimulated')}
        </Button>
        <Button variant="outlined" onClick={onAgain} loading={asking}>
          {t('home.lookAgain')}
        </Button>
        <ExternalLink href={installGuide}>{t('home.installDocker')}</ExternalLink>
      </Stack>
    </Stack>
  );
}
