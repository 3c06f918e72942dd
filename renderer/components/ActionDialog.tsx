/** Asks before an action is done: what it will do in words, what it needs to know, the kubectl line and the YAML that do the same. */

import ExpandMore from '@mui/icons-material/ExpandMoreRounded';
import Accordion from '@mui/material/Accordion';
import AccordionDetails from '@mui/material/AccordionDetails';
import AccordionSummary from '@mui/material/AccordionSummary';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WireError } from '../../engine/host/contract.ts';
import type { Doing } from '../actions/action.ts';
import { useHost } from '../data/hooks.ts';
import { wireErrorOf } from '../data/host-client.ts';
import { toYaml } from '../data/yaml.ts';
import { CopyLine } from './CopyLine.tsx';
import { ErrorNotice } from './ErrorNotice.tsx';
import { Form } from './Form.tsx';

export interface ActionDialogProps<T, Input> {
  readonly action: Doing<T, Input>;
  readonly target: T;
  /** The object's name, for the texts. */
  readonly name: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

export function ActionDialog<T, Input>({ action, target, name, onClose, onDone }: ActionDialogProps<T, Input>) {
  const { t } = useTranslation();
  const host = useHost();
  const titleId = useId();
  const [input, setInput] = useState(() => action.initial(target));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<WireError>();
  const words = { name, ...action.words(target, input) };
  const ready = !busy && (action.isReady?.(input, target) ?? true);
  const run = (): void => {
    if (!ready) return;
    setBusy(true);
    setError(undefined);
    action.run(host, target, input).then(onDone, (reason: unknown) => {
      setBusy(false);
      setError(wireErrorOf(reason));
    });
  };
  return (
    <Dialog open onClose={onClose} aria-labelledby={titleId} maxWidth="sm" fullWidth>
      <Form onSubmit={run}>
        <DialogTitle id={titleId}>{t(`action.${action.id}.ask`, words)}</DialogTitle>
        <DialogContent>
          <Stack sx={{ gap: 2.25 }}>
            <Typography>{t(`action.${action.id}.text`, words)}</Typography>
            {action.Fields && <action.Fields target={target} value={input} onChange={setInput} />}
            {error && <ErrorNotice error={error} />}
            <WhatItDoes commands={action.commands(target, input)} manifest={action.manifest?.(target, input)} />
          </Stack>
        </DialogContent>
        <DialogActions sx={{ px: 3, pb: 2.5 }}>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" variant="contained" color={action.danger ? 'error' : 'primary'} disabled={!ready} loading={busy}>
            {t(`action.${action.id}.title`)}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}

export function WhatItDoes({ commands, manifest }: { readonly commands: readonly string[]; readonly manifest?: object | undefined }) {
  const { t } = useTranslation();
  return (
    <Stack sx={{ gap: 1 }}>
      <Typography variant="caption" color="textSecondary" sx={{ fontWeight: 650 }}>
        {t('action.sameInTerminal')}
      </Typography>
      <CopyLine lines={commands} />
      {manifest && (
        <Accordion disableGutters elevation={0} sx={{ bgcolor: 'transparent', '&::before': { display: 'none' } }}>
          <AccordionSummary expandIcon={<ExpandMore />} sx={{ px: 0, minHeight: 32 }}>
            <Typography variant="caption" color="textSecondary" sx={{ fontWeight: 650 }}>
              {t('action.whatIsSent')}
            </Typography>
          </AccordionSummary>
          <AccordionDetails sx={{ p: 0 }}>
            <CopyLine lines={toYaml(manifest).trimEnd().split('\n')} />
          </AccordionDetails>
        </Accordion>
      )}
    </Stack>
  );
}
