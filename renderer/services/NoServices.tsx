/** No Services here: offers to expose a Deployment where there is one, else to create one. */
import Button from '@mui/material/Button';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { paths } from '../app/paths.ts';
import { useNamespace } from '../components/NamespaceFilter.tsx';
import { EmptyBerth } from '../components/Pictures.tsx';
import { StateView } from '../components/StateView.tsx';
import { useClusterName, useSelected } from '../data/hooks.ts';
import { deployments, services } from '../data/kinds.ts';

export function NoServices() {
  const { t } = useTranslation();
  const cluster = useClusterName();
  const [namespace, choose] = useNamespace();
  const candidate = useSelected(deployments, (list) => (namespace === undefined ? list.list() : list.by('namespace', namespace))[0]);
  const title = namespace === undefined ? t('services.empty.title') : t('list.emptyIn', { title: services.title, namespace });
  return (
    <StateView
      picture={<EmptyBerth />}
      title={title}
      text={t('services.empty.text')}
      actions={
        <>
          {candidate ? (
            <Button
              component={Link}
              to={paths.expose(cluster, candidate.metadata.namespace ?? 'default', candidate.metadata.name)}
              variant="contained"
            >
              {t('services.empty.expose', { name: candidate.metadata.name })}
            </Button>
          ) : (
            <Button component={Link} to={paths.createDeployment(cluster)} variant="contained">
              {t('workloads.create')}
            </Button>
          )}
          {namespace !== undefined && <Button onClick={() => choose(undefined)}>{t('list.showAll')}</Button>}
        </>
      }
    />
  );
}
