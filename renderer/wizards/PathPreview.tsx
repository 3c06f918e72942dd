/** The way that the new Service will open, number by number: the port map in small, before there is anything to map. */
import Box from '@mui/material/Box';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { mono } from '../app/theme.ts';
import { type ServiceDraft, targetPortOf } from './service-draft.ts';
import { Titled } from './WizardPage.tsx';

export function PathPreview({ draft }: { readonly draft: ServiceDraft }) {
  const { t } = useTranslation();
  return (
    <Titled title={t('wizard.path.title')}>
      <Box component="ol" sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 0.75, listStyle: 'none', p: 0, m: 0 }}>
        {hopsOf(draft, t('wizard.path.chosen')).map(({ label, value, isMain }, index) => (
          <Fragment key={label}>
            {index > 0 && (
              <Box component="li" aria-hidden sx={{ color: 'text.secondary' }}>
                →
              </Box>
            )}
            <Box
              component="li"
              sx={{
                border: 1,
                borderColor: isMain ? 'primary.main' : 'divider',
                bgcolor: 'background.paper',
                borderRadius: 1,
                px: 1.25,
                py: 0.5,
                fontSize: '0.82rem',
              }}
            >
              <Box component="span" sx={{ color: 'text.secondary', mr: 0.75 }}>
                {label}
              </Box>
              <Box component="span" sx={{ whiteSpace: 'nowrap', fontFamily: mono, fontWeight: 600 }}>
                {value}
              </Box>
            </Box>
          </Fragment>
        ))}
      </Box>
    </Titled>
  );
}

interface PathHop {
  readonly label: string;
  readonly value: string;
  readonly isMain?: boolean;
}
function hopsOf(draft: ServiceDraft, chosen: string): readonly PathHop[] {
  const shown = (value: number | string): string => (Number.isNaN(value) ? '…' : String(value));
  const inside = [
    { label: 'port', value: shown(draft.port) },
    { label: 'targetPort', value: shown(targetPortOf(draft)) },
  ];
  if (draft.type === 'ClusterIP') return inside;
  const nodePort = draft.nodePort === undefined ? chosen : shown(draft.nodePort);
  const local = draft.type === 'LoadBalancer' ? shown(draft.port) : nodePort;
  return [{ label: 'localhost', value: local, isMain: true }, { label: 'nodePort', value: nodePort }, ...inside];
}
