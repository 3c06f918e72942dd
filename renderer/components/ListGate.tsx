/** What stands in a list's place while there is nothing to show: it loads, it failed, it is forbidden, it is empty. Else the list itself. */
import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Listing } from '../data/hooks.ts';
import { ErrorNotice } from './ErrorNotice.tsx';
import { Adrift } from './Pictures.tsx';
import { StateView } from './StateView.tsx';

export interface ListGateProps {
  readonly listing: Pick<Listing<never>, 'state' | 'error' | 'retry'> & { readonly objects: readonly unknown[] };
  /** As people call them: `Pods`. */
  readonly title: string;
  readonly empty: ReactNode;
  readonly children: ReactNode;
}

export function ListGate({ listing: { state, error, objects, retry }, title, empty, children }: ListGateProps) {
  const { t } = useTranslation();
  const again = (
    <Button variant="contained" onClick={retry}>
      {t('list.retry')}
    </Button>
  );
  if (state === 'failed') {
    if (error?.status?.code === 403)
      return <StateView picture={<Adrift />} title={t('list.forbidden', { title })} text={error.status.message} actions={again} />;
    return (
      <StateView picture={<Adrift />} title={t('list.failed', { title })} text={error && <ErrorNotice error={error} />} actions={again} />
    );
  }
  if (state === 'loading') return <StateView busy title={t('list.loading', { title })} />;
  return (
    <>
      {state === 'interrupted' && (
        <Alert severity="warning" sx={{ mb: 1.5 }}>
          {t('list.interrupted')}
        </Alert>
      )}
      {objects.length === 0 ? empty : children}
    </>
  );
}
