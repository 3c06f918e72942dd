/** The wizard that makes a Service for a Deployment. Route parameters: `namespace`, `deployment`. */
import Button from '@mui/material/Button';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import type { Live } from '../../engine/api/object.ts';
import type { Deployment } from '../../engine/api/types.gen.ts';
import { paths, placeOf } from '../app/paths.ts';
import { ErrorNotice } from '../components/ErrorNotice.tsx';
import { EmptyBerth } from '../components/Pictures.tsx';
import { StateView } from '../components/StateView.tsx';
import { useClusterName, useObject, useObjects } from '../data/hooks.ts';
import { deployments, services } from '../data/kinds.ts';
import { ExposeFields } from './ExposeFields.tsx';
import { fieldErrorsOf, noErrors, type ServiceField, serviceRules } from './field-errors.ts';
import { PathPreview } from './PathPreview.tsx';
import { RestNotice } from './RestNotice.tsx';
import { freeName, initialService, isComplete, type ServiceDraft, serviceCommands, serviceOf } from './service-draft.ts';
import { useDryRun } from './use-dry-run.ts';
import { useSubmit } from './use-submit.ts';
import { WizardPage } from './WizardPage.tsx';

export function ExposeDeploymentPage() {
  const { t } = useTranslation();
  const cluster = useClusterName();
  const { namespace = '', deployment: name = '' } = useParams();
  const { object, state, error } = useObject(deployments, { namespace, name });
  const existing = useObjects(services, { by: 'namespace', value: namespace });
  if (error && state === 'failed') return <ErrorNotice error={error} />;
  if (state === 'loading' || existing.state === 'loading')
    return <StateView busy title={t('list.loading', { title: deployments.title })} />;
  if (!object) {
    return (
      <StateView
        picture={<EmptyBerth />}
        title={t('wizard.expose.gone', { name })}
        actions={
          <Button component={Link} to={paths.workloads(cluster)} variant="contained">
            {t('wizard.expose.toDeployments')}
          </Button>
        }
      />
    );
  }
  const taken = existing.objects.map(({ metadata }) => metadata.name);
  return <Expose key={object.metadata.uid} deployment={object} taken={taken} />;
}

function Expose({ deployment, taken }: { readonly deployment: Live<Deployment>; readonly taken: readonly string[] }) {
  const { t } = useTranslation();
  const { name } = deployment.metadata;
  const [draft, setDraft] = useState<ServiceDraft>(() => ({ ...initialService(deployment), name: freeName(name, taken) }));
  const [tried, setTried] = useState(false);
  const manifest = serviceOf(draft, deployment);
  const complete = isComplete(draft);
  const dryRun = useDryRun(services, complete ? manifest : undefined);
  const { busy, error, submit } = useSubmit(services);
  const refused = dryRun.state === 'refused' ? dryRun.error : error;
  const errors = refused ? fieldErrorsOf(refused, serviceRules) : noErrors<ServiceField>();
  const onSubmit = (): void => {
    setTried(true);
    if (complete) submit(manifest);
  };
  return (
    <WizardPage
      title={t('wizard.expose.title', { name })}
      text={t('wizard.expose.text')}
      submitLabel={t('wizard.expose.submit')}
      cancelTo={paths.object(useClusterName(), placeOf(deployments, deployment))}
      fields={<ExposeFields draft={draft} onChange={setDraft} deployment={deployment} errors={errors.fields} tried={tried} />}
      notice={<RestNotice errors={errors} />}
      busy={busy}
      dryRun={dryRun}
      onSubmit={onSubmit}
      commands={serviceCommands(draft, deployment)}
      manifest={manifest}
      preview={<PathPreview draft={draft} />}
    />
  );
}
