/** A verdict in one line: its mark and its title; or kubectl's word with the cause in small below, where something is wrong. */
import Box from '@mui/material/Box';
import { useTranslation } from 'react-i18next';
import type { Verdict } from '../../engine/explain/verdict.ts';
import { Status } from '../components/Status.tsx';

export function VerdictBadge({ verdict, word }: { readonly verdict: Verdict; readonly word?: string | undefined }) {
  const { t } = useTranslation();
  const { level, cause, params } = verdict;
  const title = t(`explain.${cause}.title`, params);
  const isTrouble = level === 'warning' || level === 'error';
  if (word === undefined) return <Status level={level}>{title}</Status>;
  return (
    <Box sx={{ lineHeight: 1.25, minWidth: 0 }}>
      <Status level={level}>{word}</Status>
      {isTrouble && (
        <Box
          title={title}
          sx={{ fontSize: '0.75rem', color: 'text.secondary', overflow: 'hidden', textOverflow: 'ellipsis', pl: '23px', mt: '-1px' }}
        >
          {title}
        </Box>
      )}
    </Box>
  );
}
