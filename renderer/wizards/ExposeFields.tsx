/** The fields of the wizard that exposes a Deployment. */
import Autocomplete from '@mui/material/Autocomplete';
import Box from '@mui/material/Box';
import FormControl from '@mui/material/FormControl';
import FormControlLabel from '@mui/material/FormControlLabel';
import FormHelperText from '@mui/material/FormHelperText';
import FormLabel from '@mui/material/FormLabel';
import Radio from '@mui/material/Radio';
import RadioGroup from '@mui/material/RadioGroup';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { Deployment } from '../../engine/api/types.gen.ts';
import { NumberField } from '../components/NumberField.tsx';
import type { FieldErrors, ServiceField } from './field-errors.ts';
import { containerPorts, type ServiceDraft, type ServiceType, serviceTypes } from './service-draft.ts';

export interface ExposeFieldsProps {
  readonly draft: ServiceDraft;
  readonly onChange: (draft: ServiceDraft) => void;
  readonly deployment: Deployment;
  readonly errors: FieldErrors<ServiceField>['fields'];
  /** Empty fields are complained about only after the first try. */
  readonly tried: boolean;
}

export function ExposeFields({ draft, onChange, deployment, errors, tried }: ExposeFieldsProps) {
  const { t } = useTranslation();
  const lacksPort = tried && Number.isNaN(draft.port) ? t('wizard.lacks.port') : undefined;
  const lacksName = tried && draft.name === '' ? t('wizard.lacks.name') : undefined;
  const nameError = errors.name ?? lacksName;
  return (
    <>
      <TypeField value={draft.type} onChange={(type) => onChange({ ...draft, type })} error={errors.type} />
      <Box sx={{ display: 'grid', gridTemplateColumns: '1fr 1fr', gap: 2 }}>
        <NumberField
          name="port"
          autoFocus={Number.isNaN(draft.port)}
          width="100%"
          value={draft.port}
          onChange={(port) => onChange({ ...draft, port })}
          min={1}
          max={65_535}
          error={errors.port ?? lacksPort}
          helperText={t('wizard.portHelp')}
        />
        <TargetPortField draft={draft} onChange={onChange} deployment={deployment} error={errors.targetPort} />
      </Box>
      {draft.type !== 'ClusterIP' && (
        <NumberField
          name="nodePort"
          width="100%"
          value={draft.nodePort ?? Number.NaN}
          onChange={(nodePort, text) => onChange({ ...draft, nodePort: text === '' ? undefined : nodePort })}
          min={1}
          max={65_535}
          error={errors.nodePort}
          helperText={t('wizard.nodePortHelp')}
        />
      )}
      <TextField
        label={t('wizard.name')}
        value={draft.name}
        onChange={(event) => onChange({ ...draft, name: event.target.value.trim() })}
        error={nameError !== undefined}
        helperText={nameError ?? t('wizard.serviceNameHelp', { address: `${draft.name}:${Number.isNaN(draft.port) ? '…' : draft.port}` })}
        slotProps={{ formHelperText: { sx: { whiteSpace: 'pre-line' } } }}
      />
    </>
  );
}

interface TypeFieldProps {
  readonly value: ServiceType;
  readonly onChange: (value: ServiceType) => void;
  readonly error: string | undefined;
}
function TypeField({ value, onChange, error }: TypeFieldProps) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <FormControl error={error !== undefined}>
      <FormLabel id={id} sx={{ fontSize: '0.875rem', fontWeight: 600, color: 'text.primary', mb: 0.5 }}>
        {t('wizard.type')}
      </FormLabel>
      <RadioGroup aria-labelledby={id} value={value} onChange={(_event, next) => onChange(next as ServiceType)}>
        {serviceTypes.map((type) => (
          <FormControlLabel
            key={type}
            value={type}
            control={<Radio size="small" />}
            sx={{ alignItems: 'flex-start', mb: 0.5, '& .MuiRadio-root': { py: 0.5 } }}
            label={
              <Box>
                <Typography variant="body2" sx={{ fontWeight: 600 }}>
                  {type}
                </Typography>
                <Typography variant="caption" color="textSecondary" component="p">
                  {t(`wizard.types.${type}`)}
                </Typography>
              </Box>
            }
          />
        ))}
      </RadioGroup>
      {error !== undefined && <FormHelperText>{error}</FormHelperText>}
    </FormControl>
  );
}

function TargetPortField({
  draft,
  onChange,
  deployment,
  error,
}: Omit<ExposeFieldsProps, 'errors' | 'tried'> & { readonly error: string | undefined }) {
  const { t } = useTranslation();
  const choices = containerPorts(deployment);
  const labelOf = (value: string): string => {
    const choice = choices.find(({ port }) => String(port) === value);
    return choice ? [choice.port, choice.name, choice.container].filter(Boolean).join(' · ') : value;
  };
  return (
    <Autocomplete
      freeSolo
      disableClearable
      disablePortal
      options={choices.map(({ port }) => String(port))}
      // All are offered whatever is typed: they are few, and what is typed may be meant to replace one.
      filterOptions={(options) => options}
      inputValue={draft.targetPort}
      value={draft.targetPort}
      onInputChange={(_event, targetPort) => onChange({ ...draft, targetPort: targetPort.normalize('NFKC').trim() })}
      renderOption={({ key, ...option }, value) => (
        <li key={key} {...option}>
          {labelOf(value)}
        </li>
      )}
      renderInput={(parameters) => (
        <TextField
          {...parameters}
          label={t('field.targetPort')}
          error={error !== undefined}
          helperText={error ?? t('wizard.targetPortHelp')}
        />
      )}
    />
  );
}
