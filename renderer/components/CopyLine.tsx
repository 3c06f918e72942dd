/** A command as it is typed in a terminal, with a button that copies it. */
import Check from '@mui/icons-material/CheckRounded';
import Copy from '@mui/icons-material/ContentCopyRounded';
import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import Tooltip from '@mui/material/Tooltip';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { mono } from '../app/theme.ts';

export function CopyLine({ lines }: { readonly lines: readonly string[] }) {
  return (
    <Box
      sx={{
        display: 'flex',
        alignItems: 'flex-start',
        bgcolor: 'fog.main',
        border: 1,
        borderColor: 'divider',
        borderRadius: 1,
        pl: 1.75,
        pr: 0.5,
        py: 0.5,
      }}
    >
      <Box
        component="pre"
        // Long lines can be scrolled to with the keyboard.
        tabIndex={0}
        sx={{
          m: 0,
          py: 0.75,
          flex: 1,
          minWidth: 0,
          overflowX: 'auto',
          fontFamily: mono,
          fontSize: '0.82rem',
          lineHeight: 1.6,
          whiteSpace: 'pre-wrap',
          overflowWrap: 'anywhere',
        }}
      >
        {lines
          .map((line, place) => ({ line, place }))
          .map(({ line, place }) => (
            <Line key={place} text={line} />
          ))}
      </Box>
      <CopyButton text={lines.join('\n')} />
    </Box>
  );
}

/** Breaks between words only: `--` at the end of a line and `name` on the next would be read wrong. A word that is longer than the line is scrolled to. What is broken stays indented. */
function Line({ text }: { readonly text: string }) {
  const indent = text.length - text.trimStart().length;
  const words = [...text.trimStart().matchAll(/\S+ \\$|\S+|\s+/g)].map(({ 0: word, index }) => ({ word, index }));
  return (
    <Box component="span" sx={{ display: 'block', minHeight: '1.6em', pl: `${indent}ch` }}>
      {words.map(({ word, index }) =>
        word.trim() === '' ? (
          word
        ) : (
          <Box key={index} component="span" sx={{ whiteSpace: 'nowrap' }}>
            {word}
          </Box>
        ),
      )}
    </Box>
  );
}

export function CopyButton({ text, label }: { readonly text: string; readonly label?: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  const title = copied ? t('common.copied') : (label ?? t('common.copy'));
  return (
    <Tooltip title={title}>
      <IconButton size="small" aria-label={title} onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}>
        {copied ? <Check fontSize="inherit" color="success" /> : <Copy fontSize="inherit" />}
      </IconButton>
    </Tooltip>
  );
}
