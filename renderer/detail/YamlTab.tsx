/** An object as YAML: to read, and to edit with a dry run and a look at the difference before anything is changed. */
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { KubeObject, Live } from '../../engine/api/object.ts';
import { inNamespace } from '../actions/action.ts';
import { mono } from '../app/theme.ts';
import { CopyButton, CopyLine } from '../components/CopyLine.tsx';
import { ErrorNotice } from '../components/ErrorNotice.tsx';
import { YamlView } from '../components/YamlView.tsx';
import type { ShownKind } from '../data/kinds.ts';
import { objectYaml } from '../data/yaml.ts';
import { DiffView } from '../yaml/DiffView.tsx';
import { type Edit, type Phase, useEdit } from '../yaml/use-edit.ts';

export interface YamlTabProps {
  readonly kind: ShownKind;
  readonly object: Live<KubeObject>;
  readonly isDeleted: boolean;
}

export function YamlTab({ kind, object, isDeleted }: YamlTabProps) {
  const { t } = useTranslation();
  const edit = useEdit(kind, object);
  const { draft, phase } = edit;
  const label = t('detail.yaml.label', { name: object.metadata.name });
  const text = draft?.text ?? objectYaml(object);
  const isChanged = draft !== undefined && draft.base.metadata.resourceVersion !== object.metadata.resourceVersion;
  return (
    <Stack sx={{ flex: 1, minHeight: 420, gap: 1.5 }}>
      <Stack direction="row" sx={{ gap: 1.25, alignItems: 'center', flexWrap: 'wrap' }}>
        {draft ? <EditButtons edit={edit} isDeleted={isDeleted} /> : !isDeleted && <ReadButtons onEdit={edit.begin} />}
        <Box sx={{ ml: 'auto' }}>
          <CopyButton text={text} label={t('detail.yaml.copy')} />
        </Box>
      </Stack>
      {isChanged && !isDeleted && phase.step === 'typing' && <Alert severity="info">{t('detail.yaml.changedMeanwhile')}</Alert>}
      {draft && isDeleted && <Alert severity="warning">{t('detail.yaml.deletedMeanwhile')}</Alert>}
      <Outcome phase={phase} edit={edit} kind={kind} object={object} />
      {phase.step !== 'review' && phase.step !== 'applying' && (
        <Box sx={{ flex: 1, minHeight: 320 }}>
          <YamlView label={label} value={text} onChange={draft ? edit.type : undefined} />
        </Box>
      )}
    </Stack>
  );
}

function ReadButtons({ onEdit }: { readonly onEdit: () => void }) {
  const { t } = useTranslation();
  return (
    <Button variant="contained" onClick={onEdit}>
      {t('detail.yaml.edit')}
    </Button>
  );
}

function EditButtons({ edit: { phase, check, apply, back, discard }, isDeleted }: { readonly edit: Edit; readonly isDeleted: boolean }) {
  const { t } = useTranslation();
  if (phase.step === 'review' || phase.step === 'applying') {
    return (
      <>
        <Button
          variant="contained"
          onClick={apply}
          loading={phase.step === 'applying'}
          disabled={isDeleted || phase.before === phase.after}
        >
          {t('detail.yaml.apply')}
        </Button>
        <Button onClick={back}>{t('detail.yaml.back')}</Button>
      </>
    );
  }
  return (
    <>
      <Button variant="contained" onClick={() => check()} loading={phase.step === 'checking'} disabled={isDeleted}>
        {t('detail.yaml.check')}
      </Button>
      <Button onClick={discard}>{t('detail.yaml.discard')}</Button>
    </>
  );
}

interface OutcomeProps {
  readonly phase: Phase;
  readonly edit: Edit;
  readonly kind: ShownKind;
  readonly object: Live<KubeObject>;
}
function Outcome({ phase, edit, kind, object }: OutcomeProps) {
  const { t } = useTranslation();
  if (phase.step === 'conflict') return <Conflict paths={phase.paths} edit={edit} />;
  const problem = 'problem' in phase && phase.problem && <ErrorNotice error={phase.problem} />;
  if (phase.step !== 'review' && phase.step !== 'applying') return problem || null;
  const { name, namespace } = object.metadata;
  return (
    <>
      {problem}
      <Typography variant="body2">{t('detail.yaml.reviewText')}</Typography>
      <DiffView before={phase.before} after={phase.after} label={t('detail.yaml.difference')} />
      <CopyLine lines={[`kubectl edit ${kind.singular}/${name}${kind.namespaced ? inNamespace(namespace) : ''}`]} />
    </>
  );
}

function Conflict({ paths, edit: { check } }: { readonly paths: readonly string[]; readonly edit: Edit }) {
  const { t } = useTranslation();
  return (
    <Alert
      severity="warning"
      role="alert"
      action={
        <Stack direction="row" sx={{ gap: 0.5 }}>
          <Button color="inherit" size="small" onClick={() => check('mine')}>
            {t('detail.yaml.keepMine')}
          </Button>
          <Button color="inherit" size="small" onClick={() => check('theirs')}>
            {t('detail.yaml.takeTheirs')}
          </Button>
        </Stack>
      }
    >
      {t('detail.yaml.conflict')}
      {paths.map((path) => (
        <Box key={path} component="p" sx={{ m: 0, mt: 0.5, fontFamily: mono, fontSize: '0.8rem' }}>
          {path}
        </Box>
      ))}
    </Alert>
  );
}
