/** What can be done with a row of a list: buttons that show on hover and focus, one menu, and keys on the focused row. */
import MoreVert from '@mui/icons-material/MoreVertRounded';
import { styled } from '@mui/material/styles';
import { type MouseEvent, type ReactNode, useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { KubeObject, Live } from '../../engine/api/object.ts';
import type { Action, Target } from '../actions/action.ts';
import { objectActions } from '../actions/object-actions.ts';
import { useActions } from '../components/use-actions.tsx';
import { useClusterName } from '../data/hooks.ts';
import type { ShownKind } from '../data/kinds.ts';
import { ActionMenu } from './ActionMenu.tsx';

export interface RowActions {
  /** The last cell of a row; stays the same, so that columns can be kept. */
  readonly cell: (object: Live<KubeObject>) => ReactNode;
  readonly onKey: (object: Live<KubeObject>, key: string) => boolean;
  /** Menu and dialog: to be drawn once by the list. */
  readonly overlays: ReactNode;
}

const mostButtons = 3;

export function useRowActions(kind: ShownKind): RowActions {
  const cluster = useClusterName();
  const { start, dialog } = useActions<Target>(({ object }) => object.metadata.name);
  const [menu, setMenu] = useState<{ readonly target: Target; readonly anchor: Element }>();
  const openMenu = useCallback((target: Target, anchor: Element): void => setMenu({ target, anchor }), []);
  const cell = useCallback(
    (object: Live<KubeObject>) => <RowButtons target={{ cluster, kind, object }} start={start} openMenu={openMenu} />,
    [cluster, kind, start, openMenu],
  );
  const onKey = (object: Live<KubeObject>, key: string): boolean => {
    const target = { cluster, kind, object };
    if ((key === 'm' || key === 'ContextMenu') && document.activeElement) {
      openMenu(target, document.activeElement);
      return true;
    }
    const action = actionForKey(target, key);
    if (action) start(action, target);
    return action !== undefined;
  };
  return {
    cell,
    onKey,
    overlays: (
      <>
        {menu && <ActionMenu {...menu} start={start} onClose={() => setMenu(undefined)} />}
        {dialog}
      </>
    ),
  };
}

/** Macs have no Delete key, only Backspace. */
export function actionForKey(target: Target, key: string): Action<Target> | undefined {
  const meant = key === 'Backspace' ? 'Delete' : key;
  return objectActions.find(({ shortcut, when }) => shortcut === meant && when(target));
}

interface RowButtonsProps {
  readonly target: Target;
  readonly start: (action: Action<Target>, target: Target) => void;
  readonly openMenu: (target: Target, anchor: Element) => void;
}
/** Out of the tab order: on a row keys do the same, and `m` opens the menu. */
function RowButtons({ target, start, openMenu }: RowButtonsProps) {
  const { t } = useTranslation();
  const quick = objectActions
    .filter(({ when, shortcut, id }) => shortcut !== undefined && id !== 'delete' && when(target))
    .slice(0, mostButtons);
  const press = (event: MouseEvent, act: () => void): void => {
    // The row below would open the object.
    event.stopPropagation();
    act();
  };
  return (
    <Bar>
      <span className="quick">
        {quick.map((action) => {
          const title = t(`action.${action.id}.title`);
          const hint = action.shortcut ? `${title} (${action.shortcut.toUpperCase()})` : title;
          return (
            <Press
              key={action.id}
              type="button"
              tabIndex={-1}
              aria-label={title}
              title={hint}
              onClick={(event) => press(event, () => start(action, target))}
            >
              <action.icon fontSize="small" />
            </Press>
          );
        })}
      </span>
      <Press
        type="button"
        tabIndex={-1}
        aria-label={t('workloads.more')}
        title={t('workloads.more')}
        aria-haspopup="menu"
        onClick={(event) => press(event, () => openMenu(target, event.currentTarget))}
      >
        <MoreVert fontSize="small" />
      </Press>
    </Bar>
  );
}

// Plain elements with fixed styles: there are three in each row, and rows come and go while one scrolls.
/** Laid over the end of the row, which is the nearest positioned element: no column has to be kept free for it. */
const Bar = styled('div')({
  position: 'absolute',
  right: 8,
  top: 6,
  display: 'flex',
  borderRadius: 8,
  color: 'var(--mui-palette-text-secondary)',
  '& .quick': { display: 'flex', visibility: 'hidden' },
  '[role=row]:hover &, [role=row]:focus-within &': {
    backgroundColor: 'var(--mui-palette-background-paper)',
    boxShadow: '-14px 0 12px 0 var(--mui-palette-background-paper)',
  },
  '[role=row]:hover & .quick, [role=row]:focus-within & .quick': { visibility: 'visible' },
});
const Press = styled('button')({
  all: 'unset',
  display: 'grid',
  placeItems: 'center',
  width: 32,
  height: 32,
  borderRadius: '50%',
  cursor: 'pointer',
  '&:hover': { backgroundColor: 'var(--mui-palette-action-hover)', color: 'var(--mui-palette-text-primary)' },
});
