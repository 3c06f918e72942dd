/** An address that leads nowhere. */
import Button from '@mui/material/Button';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { PageHeader } from '../components/PageHeader.tsx';
import { Adrift } from '../components/Pictures.tsx';
import { StateView } from '../components/StateView.tsx';
import { paths } from './paths.ts';

export function NotFound() {
  const { t } = useTranslation();
  return (
    <>
      <PageHeader title={t('shell.notFound.title')} />
      <StateView
        picture={<Adrift />}
        title={t('shell.notFound.text')}
        actions={
          <Button component={Link} to={paths.home()} variant="contained">
            {t('shell.home')}
          </Button>
        }
      />
    </>
  );
}
