/** What a ConfigMap or Secret holds: names and sizes. Values of Secrets are not shown here. */
import { useTranslation } from 'react-i18next';
import type { KubeObject, Live } from '../../engine/api/object.ts';
import { PlainTable } from './PlainTable.tsx';
import { Section } from './Section.tsx';

export function DataKeys({ object }: { readonly object: Live<KubeObject> }) {
  const { t } = useTranslation();
  // Only ConfigMaps and Secrets have data, and theirs are texts.
  const { data } = object as { readonly data?: Readonly<Record<string, string>> };
  if (!data || Object.keys(data).length === 0) return null;
  const isSecret = object.kind === 'Secret';
  return (
    <Section title={t('detail.data')} bare>
      <PlainTable
        label={t('detail.data')}
        rows={Object.entries(data)}
        rowKey={([key]) => key}
        columns={[
          { title: t('detail.key'), cell: ([key]) => key },
          {
            title: t('detail.bytes'),
            cell: ([, value]) =>
              isSecret ? Math.floor((value.replaceAll('=', '').length * 3) / 4) : new TextEncoder().encode(value).length,
          },
        ]}
      />
    </Section>
  );
}
