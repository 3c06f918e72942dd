/** Any kind of the API as a list with kubectl's own columns. Route parameter: `plural`. */
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useNavigate, useParams } from 'react-router';
import { NotFound } from '../app/NotFound.tsx';
import { paths } from '../app/paths.ts';
import { PageHeader } from '../components/PageHeader.tsx';
import { useClusterName } from '../data/hooks.ts';
import { kindByPlural, type ShownKind, shownKinds } from '../data/kinds.ts';
import { KindTable } from '../objects/KindTable.tsx';

const inOrder = shownKinds.toSorted((one, other) => one.title.localeCompare(other.title, 'en'));

export function KindsPage() {
  const { t } = useTranslation();
  const kind = kindByPlural(useParams().plural);
  if (!kind) return <NotFound />;
  return (
    <>
      <PageHeader title={t('kinds.title')} below={t('kinds.text')} actions={<KindChoice kind={kind} />} />
      {/* Another kind is another list: sorting and filter start anew. */}
      <KindTable key={kind.plural} kind={kind} />
    </>
  );
}

function KindChoice({ kind }: { readonly kind: ShownKind }) {
  const { t } = useTranslation();
  const cluster = useClusterName();
  const navigate = useNavigate();
  // The namespace goes along from kind to kind.
  const { search } = useLocation();
  const options = useMemo(() => inOrder.map(({ plural, title }) => ({ plural, title })), []);
  return (
    <TextField
      select
      label={t('kinds.kind')}
      value={kind.plural}
      onChange={({ target }) => void navigate(`${paths.kinds(cluster, target.value)}${search}`)}
      sx={{ width: 260 }}
    >
      {options.map(({ plural, title }) => (
        <MenuItem key={plural} value={plural}>
          {title}
        </MenuItem>
      ))}
    </TextField>
  );
}
