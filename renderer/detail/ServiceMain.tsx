/** A Service: its port map. */
import Paper from '@mui/material/Paper';
import { useTranslation } from 'react-i18next';
import type { Live } from '../../engine/api/object.ts';
import type { Service } from '../../engine/api/types.gen.ts';
import { useServiceView } from '../objects/use-verdicts.ts';
import { VerdictBadge } from '../objects/VerdictBadge.tsx';
import { ExposeButton } from '../services/ServiceCard.tsx';
import { ServiceMap } from '../services/ServiceMap.tsx';
import { Section } from './Section.tsx';

export function ServiceMain({ service }: { readonly service: Live<Service> }) {
  const { t } = useTranslation();
  const view = useServiceView(service);
  const { level } = view.verdict;
  return (
    <Section title={t('services.map')} bare action={<ExposeButton service={service} />}>
      <Paper variant="outlined" sx={{ p: 2.25, display: 'grid', gap: 1.75, gridTemplateColumns: 'minmax(0, 1fr)' }}>
        {/* Trouble is told at length below the map. */}
        {(level === 'ok' || level === 'info') && <VerdictBadge verdict={view.verdict} />}
        <ServiceMap service={service} view={view} />
      </Paper>
    </Section>
  );
}
