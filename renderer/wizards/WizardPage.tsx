/** The frame of a wizard: the form on the left, what it stands for on the right (kubectl and YAML, live), notice and buttons below the form. */
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Paper from '@mui/material/Paper';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { CopyButton, CopyLine } from '../components/CopyLine.tsx';
import { Form } from '../components/Form.tsx';
import { PageHeader } from '../components/PageHeader.tsx';
import { YamlView } from '../components/YamlView.tsx';
import { toYaml } from '../data/yaml.ts';
import { DryRunLine } from './DryRunLine.tsx';
import type { DryRun } from './use-dry-run.ts';

export interface WizardPageProps {
  readonly title: string;
  readonly text: string;
  readonly fields: ReactNode;
  /** What the API server refuses and no field shows. */
  readonly notice?: ReactNode;
  readonly submitLabel: string;
  /** Where Cancel leads. */
  readonly cancelTo: string;
  readonly busy: boolean;
  readonly dryRun: DryRun;
  readonly onSubmit: () => void;
  readonly commands: readonly string[];
  readonly manifest: object;
  readonly preview?: ReactNode;
}

export function WizardPage({
  title,
  text,
  fields,
  notice,
  submitLabel,
  cancelTo,
  busy,
  dryRun,
  onSubmit,
  commands,
  manifest,
  preview,
}: WizardPageProps) {
  const { t } = useTranslation();
  return (
    <>
      <PageHeader title={title} below={<Box sx={{ maxWidth: '72ch' }}>{text}</Box>} />
      <Box
        sx={{
          display: 'grid',
          gridTemplateColumns: { xs: '1fr', md: 'minmax(380px, 5fr) minmax(380px, 6fr)' },
          gap: 3,
          alignItems: 'start',
        }}
      >
        <Paper variant="outlined" sx={{ p: 3 }}>
          <Form onSubmit={onSubmit}>
            <Stack sx={{ gap: 2.5 }}>
              {fields}
              {notice}
              <Stack direction="row" sx={{ gap: 1.5, alignItems: 'center', flexWrap: 'wrap' }}>
                <Button type="submit" variant="contained" size="large" loading={busy}>
                  {submitLabel}
                </Button>
                <Button component={Link} to={cancelTo}>
                  {t('wizard.cancel')}
                </Button>
                <DryRunLine dryRun={dryRun} />
              </Stack>
            </Stack>
          </Form>
        </Paper>
        <Stack component="aside" aria-label={t('wizard.same')} sx={{ gap: 2.5, minWidth: 0, position: 'sticky', top: 0 }}>
          {preview}
          <Titled title={t('wizard.kubectl')}>
            <CopyLine lines={commands} />
          </Titled>
          <YamlBlock manifest={manifest} />
        </Stack>
      </Box>
    </>
  );
}

function YamlBlock({ manifest }: { readonly manifest: object }) {
  const { t } = useTranslation();
  const yaml = toYaml(manifest);
  return (
    <Titled title={t('wizard.yaml')} action={<CopyButton text={yaml} label={t('wizard.copyYaml')} />}>
      <Box sx={{ height: 400 }}>
        <YamlView label={t('wizard.yaml')} value={yaml} />
      </Box>
    </Titled>
  );
}

export function Titled({ title, action, children }: { readonly title: string; readonly action?: ReactNode; readonly children: ReactNode }) {
  const id = useId();
  return (
    <Box component="section" aria-labelledby={id} sx={{ minWidth: 0 }}>
      <Stack direction="row" sx={{ alignItems: 'center', justifyContent: 'space-between', mb: 0.75, minHeight: 30 }}>
        <Typography id={id} component="h2" variant="h3">
          {title}
        </Typography>
        {action}
      </Stack>
      {children}
    </Box>
  );
}
