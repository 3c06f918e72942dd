/** The wizard that makes a Deployment from an image. */
import Autocomplete from '@mui/material/Autocomplete';
import Box from '@mui/material/Box';
import TextField from '@mui/material/TextField';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { paths } from '../app/paths.ts';
import { useNamespace } from '../components/NamespaceFilter.tsx';
import { NumberField } from '../components/NumberField.tsx';
import { useClusterName, useSelected } from '../data/hooks.ts';
import { deployments, namespaces } from '../data/kinds.ts';
import { sameItems } from '../data/same-items.ts';
import { containerNameOf, type DeploymentDraft, deploymentCommands, deploymentOf, emptyDeployment } from './deployment-draft.ts';
import { EnvRows } from './EnvRows.tsx';
import { type DeploymentField, deploymentRules, type FieldErrors, fieldErrorsOf, noErrors } from './field-errors.ts';
import { ImageField } from './ImageField.tsx';
import { withImage } from './image-choices.ts';
import { RestNotice } from './RestNotice.tsx';
import { useDryRun } from './use-dry-run.ts';
import { useSubmit } from './use-submit.ts';
import { WizardPage } from './WizardPage.tsx';

export function CreateDeploymentPage() {
  const { t } = useTranslation();
  const [namespace] = useNamespace();
  const [draft, setDraft] = useState<DeploymentDraft>({ ...emptyDeployment, ...(namespace ? { namespace } : {}) });
  const [tried, setTried] = useState(false);
  const manifest = deploymentOf(draft);
  const lacks = missing(draft);
  const dryRun = useDryRun(deployments, lacks.length === 0 ? manifest : undefined);
  const { busy, error, submit } = useSubmit(deployments);
  const refused = dryRun.state === 'refused' ? dryRun.error : error;
  const errors = refused ? fieldErrorsOf(refused, deploymentRules) : noErrors<DeploymentField>();
  const required = tried ? Object.fromEntries(lacks.map((field) => [field, t(`wizard.lacks.${field}`)])) : {};
  const onSubmit = (): void => {
    setTried(true);
    if (lacks.length === 0) submit(manifest);
  };
  return (
    <WizardPage
      title={t('wizard.deployment.title')}
      text={t('wizard.deployment.text')}
      submitLabel={t('wizard.deployment.submit')}
      cancelTo={paths.workloads(useClusterName())}
      fields={<Fields draft={draft} onChange={setDraft} errors={{ ...errors.fields, ...required }} />}
      notice={<RestNotice errors={errors} />}
      busy={busy}
      dryRun={dryRun}
      onSubmit={onSubmit}
      commands={deploymentCommands(draft)}
      manifest={manifest}
    />
  );
}

/** What the API server need not be asked about. */
function missing({ name, image, replicas, port }: DeploymentDraft): readonly ('name' | 'image' | 'replicas' | 'port')[] {
  const checks = {
    name: name === '',
    image: image === '',
    replicas: !Number.isInteger(replicas),
    port: port !== undefined && !Number.isInteger(port),
  };
  return (['name', 'image', 'replicas', 'port'] as const).filter((field) => checks[field]);
}

interface FieldsProps {
  readonly draft: DeploymentDraft;
  readonly onChange: (draft: DeploymentDraft) => void;
  readonly errors: FieldErrors<DeploymentField>['fields'];
}
function Fields({ draft, onChange, errors }: FieldsProps) {
  const { t } = useTranslation();
  return (
    <>
      <ImageField value={draft.image} onChange={(image) => onChange(withImage(draft, image, containerNameOf))} error={errors.image} />
      <TextField
        label={t('wizard.name')}
        value={draft.name}
        onChange={(event) => onChange({ ...draft, name: event.target.value.trim() })}
        error={errors.name !== undefined}
        helperText={errors.name ?? t('wizard.nameHelp')}
        slotProps={{ formHelperText: { sx: { whiteSpace: 'pre-line' } } }}
      />
      <Box sx={{ display: 'grid', gridTemplateColumns: '1fr 1fr', gap: 2 }}>
        <NumberField
          name="replicas"
          width="100%"
          value={draft.replicas}
          onChange={(replicas) => onChange({ ...draft, replicas })}
          min={0}
          max={10_000}
          error={errors.replicas}
          helperText={t('wizard.replicasHelp')}
        />
        <NumberField
          name="containerPort"
          width="100%"
          value={draft.port ?? Number.NaN}
          onChange={(port, text) => onChange({ ...draft, port: text === '' ? undefined : port })}
          min={1}
          max={65_535}
          error={errors.port}
          helperText={t('wizard.containerPortHelp')}
        />
      </Box>
      <NamespaceField value={draft.namespace} onChange={(namespace) => onChange({ ...draft, namespace })} error={errors.namespace} />
      <EnvRows rows={draft.env} onChange={(env) => onChange({ ...draft, env })} error={errors.env} />
    </>
  );
}

interface NamespaceFieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly error: string | undefined;
}
function NamespaceField({ value, onChange, error }: NamespaceFieldProps) {
  const { t } = useTranslation();
  const names = useSelected(
    namespaces,
    (list) =>
      list
        .list()
        .map(({ metadata }) => metadata.name)
        .sort(),
    sameItems,
  );
  return (
    <Autocomplete
      disableClearable
      disablePortal
      options={names}
      value={value}
      onChange={(_event, next) => onChange(next)}
      renderInput={(parameters) => <TextField {...parameters} label={t('list.namespace')} error={error !== undefined} helperText={error} />}
    />
  );
}
