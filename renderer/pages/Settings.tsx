/** Settings: language, look, and what this Minato is. Each choice holds at once. */
import FormControl from '@mui/material/FormControl';
import FormControlLabel from '@mui/material/FormControlLabel';
import FormLabel from '@mui/material/FormLabel';
import Paper from '@mui/material/Paper';
import Radio from '@mui/material/Radio';
import RadioGroup from '@mui/material/RadioGroup';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { type ReactNode, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Settings, WireError } from '../../engine/host/contract.ts';
import { CopyButton } from '../components/CopyLine.tsx';
import { ErrorNotice } from '../components/ErrorNotice.tsx';
import { Facts } from '../components/Facts.tsx';
import { PageHeader } from '../components/PageHeader.tsx';
import { useSettings, useStore, useWindowData } from '../data/hooks.ts';
import { wireErrorOf } from '../data/host-client.ts';

export function SettingsPage() {
  const { t } = useTranslation();
  const { language, theme } = useSettings();
  const data = useWindowData();
  const [error, setError] = useState<WireError>();
  const change = (settings: Partial<Settings>): void => {
    setError(undefined);
    data.changeSettings(settings).catch((reason: unknown) => setError(wireErrorOf(reason)));
  };
  return (
    <>
      <PageHeader title={t('settings.title')} />
      <Stack sx={{ gap: 2.5, maxWidth: 760 }}>
        {error && <ErrorNotice error={error} />}
        <Section>
          <Choice<Settings['language']>
            label={t('settings.language')}
            value={language}
            // A language is named in itself, so that it is found by whoever reads no other.
            options={[
              { value: 'system', label: t('settings.system') },
              { value: 'en', label: languageNames.en },
              { value: 'ja', label: languageNames.ja },
            ]}
            onChange={(value) => change({ language: value })}
          />
        </Section>
        <Section>
          <Choice<Settings['theme']>
            label={t('settings.theme')}
            value={theme}
            options={[
              { value: 'system', label: t('settings.system') },
              { value: 'light', label: t('settings.light') },
              { value: 'dark', label: t('settings.dark') },
            ]}
            onChange={(value) => change({ theme: value })}
          />
        </Section>
        <About />
      </Stack>
    </>
  );
}
const languageNames = { en: 'English', ja: '日本語' } as const;

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly onChange: (value: Value) => void;
}
function Choice<Value extends string>({ label, value, options, onChange }: ChoiceProps<Value>) {
  const id = useId();
  return (
    <FormControl>
      <FormLabel id={id} sx={{ fontWeight: 650, color: 'text.primary', mb: 0.5 }}>
        {label}
      </FormLabel>
      <RadioGroup
        row
        aria-labelledby={id}
        value={value}
        onChange={(_event, chosen) => {
          const option = options.find((candidate) => candidate.value === chosen);
          if (option) onChange(option.value);
        }}
      >
        {options.map((option) => (
          <FormControlLabel key={option.value} value={option.value} control={<Radio size="small" />} label={option.label} />
        ))}
      </RadioGroup>
    </FormControl>
  );
}

function About() {
  const { t } = useTranslation();
  const app = useStore(useWindowData().app);
  if (!app) return null;
  return (
    <Section title={t('settings.about')}>
      <Facts
        facts={[
          { label: t('settings.version'), value: app.version },
          { label: t('settings.platform'), value: `${app.platform}, ${t(`settings.shell.${app.shell}`)}` },
          {
            label: t('settings.kubeconfig'),
            value: (
              <Stack direction="row" sx={{ alignItems: 'center', gap: 1 }}>
                <code>{app.kubeconfigPath}</code>
                <CopyButton text={app.kubeconfigPath} label={t('settings.copyPath')} />
              </Stack>
            ),
          },
        ]}
      />
      <Typography variant="body2" color="textSecondary" sx={{ mt: 2 }}>
        {t('settings.kubeconfigText')}
      </Typography>
    </Section>
  );
}

function Section({ title, children }: { readonly title?: string; readonly children: ReactNode }) {
  return (
    <Paper variant="outlined" component="section" sx={{ p: 3 }}>
      {title !== undefined && (
        <Typography variant="h2" sx={{ mb: 2 }}>
          {title}
        </Typography>
      )}
      {children}
    </Paper>
  );
}
