/** Which namespace a list shows; kept in the URL, so that a reload and the way back find the same list. */
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { useSelected } from '../data/hooks.ts';
import { namespaces } from '../data/kinds.ts';
import { sameItems } from '../data/same-items.ts';

/** Undefined: all of them. */
export function useNamespace(): readonly [namespace: string | undefined, choose: (namespace: string | undefined) => void] {
  const [parameters, setParameters] = useSearchParams();
  const choose = (namespace: string | undefined): void => {
    setParameters(
      (before) => {
        const next = new URLSearchParams(before);
        if (namespace === undefined) next.delete('ns');
        else next.set('ns', namespace);
        return next;
      },
      { replace: true },
    );
  };
  return [parameters.get('ns') ?? undefined, choose];
}

export function NamespaceFilter() {
  const { t } = useTranslation();
  const [namespace, choose] = useNamespace();
  const known = useSelected(namespaces, (list) => list.list().map(({ metadata }) => metadata.name), sameItems);
  // One that is gone stays choosable until another is chosen.
  const names = [...new Set([...known, ...(namespace === undefined ? [] : [namespace])])].sort();
  return (
    <TextField
      select
      label={t('list.namespace')}
      value={namespace ?? ''}
      onChange={(event) => choose(event.target.value === '' ? undefined : event.target.value)}
      sx={{ width: 210 }}
      slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
    >
      <MenuItem value="">{t('list.allNamespaces')}</MenuItem>
      {names.map((name) => (
        <MenuItem key={name} value={name}>
          {name}
        </MenuItem>
      ))}
    </TextField>
  );
}
