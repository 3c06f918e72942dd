/** A verdict in one line: its mark and its title; or kubectl's word with the cause in small below, where something is wrong. */
import { styled } from '@mui/material/styles';
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
    <Lines>
      <Status level={level}>{word}</Status>
      {isTrouble && <small title={title}>{title}</small>}
    </Lines>
  );
}

const Lines = styled('div')({
  lineHeight: 1.25,
  minWidth: 0,
  '& > small': {
    display: 'block',
    fontSize: '0.75rem',
    color: 'var(--mui-palette-text-secondary)',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    paddingLeft: 23,
    marginTop: -1,
  },
});
