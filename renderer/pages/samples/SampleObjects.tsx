/** What the button will create, before it is pressed: the objects, the images they need, and the whole YAML. */
import Box from '@mui/material/Box';
import Chip from '@mui/material/Chip';
import Paper from '@mui/material/Paper';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { Sample } from '../../../engine/host/contract.ts';
import { titleOf } from '../../actions/sample-actions.ts';
import { CopyButton, CopyLine } from '../../components/CopyLine.tsx';
import { YamlView } from '../../components/YamlView.tsx';

export function SampleObjects({ sample, existing }: { readonly sample: Sample; readonly existing: number }) {
  const { t } = useTranslation();
  const count = sample.objects.length;
  return (
    <Paper variant="outlined" component="section" sx={{ p: 3 }}>
      <Typography variant="h2" sx={{ mb: 1.5 }}>
        {existing === 0 ? t('samples.willCreate', { count }) : t('samples.consistsOf', { count })}
      </Typography>
      <Box sx={{ display: 'grid', gridTemplateColumns: 'minmax(240px, 0.7fr) minmax(0, 1.3fr)', gap: 3, ...stacked }}>
        <Stack sx={{ gap: 2.5, minWidth: 0 }}>
          <Chips items={sample.objects.map(titleOf)} />
          <div>
            <Typography variant="h3" sx={{ mb: 1 }}>
              {t('samples.images')}
            </Typography>
            <Chips items={sample.images} />
          </div>
          <div>
            <Typography variant="h3" sx={{ mb: 0.5 }}>
              {t('action.sameInTerminal')}
            </Typography>
            <Typography variant="body2" color="textSecondary" sx={{ mb: 1 }}>
              {t('samples.saveYaml')}
            </Typography>
            <CopyLine lines={['kubectl apply -f voting-app.yaml']} />
          </div>
        </Stack>
        <Box sx={{ minWidth: 0, height: 420, position: 'relative' }}>
          <YamlView label={t('samples.yaml')} value={sample.yaml} />
          <Box sx={{ position: 'absolute', top: 6, right: 18 }}>
            <CopyButton text={sample.yaml} label={t('samples.copyYaml')} />
          </Box>
        </Box>
      </Box>
    </Paper>
  );
}
const stacked = { '@media (max-width: 1099px)': { gridTemplateColumns: 'minmax(0, 1fr)' } } as const;

function Chips({ items }: { readonly items: readonly string[] }) {
  return (
    <Stack component="ul" direction="row" sx={{ listStyle: 'none', m: 0, p: 0, gap: 0.75, flexWrap: 'wrap' }}>
      {items.map((item) => (
        <li key={item}>
          <Chip size="small" variant="outlined" label={item} sx={{ maxWidth: 320 }} />
        </li>
      ))}
    </Stack>
  );
}
