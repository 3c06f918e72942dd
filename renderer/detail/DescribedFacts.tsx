/** The facts of an object as describe lists them, with labels and annotations. Names are Kubernetes' own and not translated. */
import Box from '@mui/material/Box';
import Chip from '@mui/material/Chip';
import Link from '@mui/material/Link';
import Stack from '@mui/material/Stack';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink } from 'react-router';
import type { KubeObject, Live } from '../../engine/api/object.ts';
import { paths } from '../app/paths.ts';
import { mono } from '../app/theme.ts';
import { type Fact, Facts } from '../components/Facts.tsx';
import { Prose } from '../components/Prose.tsx';
import { Unbroken } from '../components/Unbroken.tsx';
import { useClusterName } from '../data/hooks.ts';
import { type ObjectFact, objectFacts } from './object-facts.ts';
import { Section } from './Section.tsx';

export function DescribedFacts({ object }: { readonly object: Live<KubeObject> }) {
  const { t } = useTranslation();
  const { labels, annotations } = object.metadata;
  const facts: readonly Fact[] = [
    ...objectFacts(object).map((fact) => ({ label: fact.name, value: <FactValue fact={fact} /> })),
    ...(labels && Object.keys(labels).length > 0 ? [{ label: 'Labels', value: <Pairs pairs={labels} /> }] : []),
    ...(annotations && Object.keys(annotations).length > 0 ? [{ label: 'Annotations', value: <Pairs pairs={annotations} /> }] : []),
    { label: 'UID', value: <Small>{object.metadata.uid}</Small> },
  ];
  return (
    <Section title={t('detail.facts')}>
      <Facts facts={facts} />
    </Section>
  );
}

function FactValue({ fact: { value, place } }: { readonly fact: ObjectFact }) {
  const cluster = useClusterName();
  if (!place)
    return (
      <Box sx={{ whiteSpace: 'pre-line' }}>
        <Prose>{value}</Prose>
      </Box>
    );
  return (
    <Link component={RouterLink} to={paths.object(cluster, place)}>
      <Unbroken>{value}</Unbroken>
    </Link>
  );
}
function Pairs({ pairs }: { readonly pairs: Readonly<Record<string, string>> }) {
  return (
    <Stack direction="row" sx={{ gap: 0.5, flexWrap: 'wrap' }}>
      {Object.entries(pairs).map(([key, value]) => (
        <Chip
          key={key}
          size="small"
          variant="outlined"
          label={value === '' ? key : `${key}=${value}`}
          title={`${key}=${value}`}
          sx={{ maxWidth: '100%', fontFamily: mono, fontSize: '0.75rem', borderRadius: 0.8 }}
        />
      ))}
    </Stack>
  );
}
function Small({ children }: { readonly children: string }) {
  return (
    <Box component="span" sx={{ fontFamily: mono, fontSize: '0.78rem', color: 'text.secondary' }}>
      {children}
    </Box>
  );
}
