/** The actions of a detail page: the first two as buttons, all others in a menu, and each by its key. */
import ExpandMore from '@mui/icons-material/ExpandMoreRounded';
import Button from '@mui/material/Button';
import { useEffect, useEffectEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Target } from '../actions/action.ts';
import { objectActions } from '../actions/object-actions.ts';
import { useActions } from '../components/use-actions.tsx';
import { ActionMenu } from '../objects/ActionMenu.tsx';
import { actionForKey } from '../objects/use-row-actions.tsx';

const mostButtons = 2;
/** Tabs of the page itself need no button beside them, and what deletes should not lie at hand. */
const inMenu = new Set(['logs', 'yaml', 'delete']);

export function DetailActions({ target }: { readonly target: Target }) {
  const { t } = useTranslation();
  const { start, dialog } = useActions<Target>(({ object }) => object.metadata.name);
  const [anchor, setAnchor] = useState<Element>();
  const buttons = objectActions.filter(({ id, when }) => when(target) && !inMenu.has(id)).slice(0, mostButtons);
  const onKey = useEffectEvent((event: KeyboardEvent): void => {
    if (dialog || anchor || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target)) return;
    const action = actionForKey(target, event.key);
    if (!action) return;
    event.preventDefault();
    start(action, target);
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => onKey(event);
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
  return (
    <>
      {buttons.map((action) => (
        <Button key={action.id} variant="outlined" startIcon={<action.icon />} onClick={() => start(action, target)}>
          {t(`action.${action.id}.title`)}
        </Button>
      ))}
      <Button variant="outlined" endIcon={<ExpandMore />} aria-haspopup="menu" onClick={(event) => setAnchor(event.currentTarget)}>
        {t('detail.actions')}
      </Button>
      {anchor && <ActionMenu target={target} anchor={anchor} start={start} onClose={() => setAnchor(undefined)} without={buttons} />}
      {dialog}
    </>
  );
}

/** Keys mean letters there, or move within what has the focus. */
function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest('input, textarea, select, [contenteditable=true], [role=grid], [role=menu], [role=listbox]') !== null
  );
}
