/** One object from all sides. Route parameters: `plural`, `namespace` (`-` for none), `name`, `tab`. */
import Button from '@mui/material/Button';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { type DetailTab, type ObjectPlace, paths } from '../app/paths.ts';
import { ErrorNotice } from '../components/ErrorNotice.tsx';
import { PageHeader } from '../components/PageHeader.tsx';
import { Adrift, EmptyBerth } from '../components/Pictures.tsx';
import { StateView } from '../components/StateView.tsx';
import { useClusterName } from '../data/hooks.ts';
import { kindByPlural, type ShownKind } from '../data/kinds.ts';
import { listOf } from '../detail/list-of.ts';
import { ObjectView } from '../detail/ObjectView.tsx';
import { useLiveObject } from '../detail/use-live-object.ts';

const tabs: readonly DetailTab[] = ['overview', 'events', 'logs', 'yaml'];

export function ObjectDetailPage() {
  const { plural, namespace, name = '', tab } = useParams();
  const kind = kindByPlural(plural);
  const place: ObjectPlace = { plural: plural ?? '', namespace: namespace === '-' ? undefined : namespace, name };
  if (!kind) return <Missing place={place} kind={undefined} />;
  // Another object is another page: nothing of the last one may stay.
  return (
    <Detail key={`${plural}/${namespace}/${name}`} kind={kind} place={place} tab={tabs.find((known) => known === tab) ?? 'overview'} />
  );
}

function Detail({ kind, place, tab }: { readonly kind: ShownKind; readonly place: ObjectPlace; readonly tab: DetailTab }) {
  const { t } = useTranslation();
  const live = useLiveObject(kind, place);
  switch (live.state) {
    case 'loading':
      return (
        <>
          <PageHeader title={place.name} />
          <StateView busy title={t('detail.loading', { name: place.name })} />
        </>
      );
    case 'failed':
      return (
        <>
          <PageHeader title={place.name} />
          <StateView
            picture={<Adrift />}
            title={
              live.error?.status?.code === 403 ? t('detail.forbidden', { name: place.name }) : t('detail.failed', { name: place.name })
            }
            text={live.error && <ErrorNotice error={live.error} />}
            actions={<BackButton kind={kind} />}
          />
        </>
      );
    case 'missing':
      return <Missing place={place} kind={kind} />;
    case 'known':
      return <ObjectView kind={kind} object={live.object} isDeleted={live.isDeleted} tab={tab} />;
  }
}

function Missing({ place: { name, namespace }, kind }: { readonly place: ObjectPlace; readonly kind: ShownKind | undefined }) {
  const { t } = useTranslation();
  const what = kind?.kind ?? '';
  return (
    <>
      <PageHeader title={name} />
      <StateView
        picture={<EmptyBerth />}
        title={t('detail.missing.title', { kind: what, name })}
        text={namespace === undefined ? t('detail.missing.text') : t('detail.missing.textIn', { namespace })}
        actions={<BackButton kind={kind} />}
      />
    </>
  );
}

function BackButton({ kind }: { readonly kind: ShownKind | undefined }) {
  const { t } = useTranslation();
  const cluster = useClusterName();
  const { path, title } = kind ? listOf(cluster, kind) : { path: paths.cluster(cluster), title: cluster };
  return (
    <Button component={Link} to={path} variant="contained">
      {t('detail.backTo', { title })}
    </Button>
  );
}
