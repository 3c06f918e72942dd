/** A cluster that another Minato on this computer runs, for instance `minato up` in a terminal: kubectl works, this window cannot look inside. */
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import { useTranslation } from 'react-i18next';
import type { ClusterSummary } from '../../../engine/host/contract.ts';
import { CopyLine } from '../../components/CopyLine.tsx';
import { Moored } from '../../components/Pictures.tsx';
import { StateView } from '../../components/StateView.tsx';
import { useWindowData } from '../../data/hooks.ts';

export function Elsewhere({ cluster: { name, context } }: { readonly cluster: ClusterSummary }) {
  const { t } = useTranslation();
  const data = useWindowData();
  return (
    <StateView
      picture={<Moored />}
      actions={
        <Button variant="outlined" onClick={data.refresh}>
          {t('home.lookAgain')}
        </Button>
      }
      title={t('cluster.elsewhere', { name })}
      text={
        <Stack sx={{ gap: 2, textAlign: 'left' }}>
          <span>{t('cluster.elsewhereText')}</span>
          {context !== undefined && <CopyLine lines={[`kubectl --context ${context} get pods`]} />}
        </Stack>
      }
    />
  );
}
