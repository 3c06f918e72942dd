/** Carries an action out: one that leads is followed, one that does something is asked about first, and told of when it is done. */
import { type ReactNode, useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Action, Doing } from '../actions/action.ts';
import { useToast } from '../app/Toasts.tsx';
import { ActionDialog } from './ActionDialog.tsx';

export interface Actions<T> {
  /** Stays the same while the address does. */
  readonly start: (action: Action<T>, target: T) => void;
  /** To be drawn by the component that uses this. */
  readonly dialog: ReactNode;
}

interface Asked<T> {
  // biome-ignore lint/suspicious/noExplicitAny: see Action in actions/action.ts
  readonly action: Doing<T, any>;
  readonly target: T;
}

export function useActions<T>(nameOf: (target: T) => string): Actions<T> {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const toast = useToast();
  const [asked, setAsked] = useState<Asked<T>>();
  const start = useCallback(
    (action: Action<T>, target: T): void => {
      if (action.type === 'leads') void navigate(action.path(target));
      else setAsked({ action, target });
    },
    [navigate],
  );
  const done = ({ action, target }: Asked<T>): void => {
    setAsked(undefined);
    if (!action.showsItself) toast(t(`action.${action.id}.done`, { name: nameOf(target) }));
    const next = action.after?.(target);
    if (next !== undefined) void navigate(next);
  };
  const dialog = asked && (
    <ActionDialog
      key={asked.action.id}
      action={asked.action}
      target={asked.target}
      name={nameOf(asked.target)}
      onClose={() => setAsked(undefined)}
      onDone={() => done(asked)}
    />
  );
  return { start, dialog };
}
