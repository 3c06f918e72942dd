/** All actions that apply to an object, with their keys. */
import Divider from '@mui/material/Divider';
import ListItemIcon from '@mui/material/ListItemIcon';
import ListItemText from '@mui/material/ListItemText';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { Action, Target } from '../actions/action.ts';
import { objectActions } from '../actions/object-actions.ts';

export interface ActionMenuProps {
  readonly target: Target;
  readonly anchor: Element;
  readonly start: (action: Action<Target>, target: Target) => void;
  readonly onClose: () => void;
  /** Those that are already offered beside the menu. */
  readonly without?: readonly Action<Target>[];
}

export function ActionMenu({ target, anchor, start, onClose, without = [] }: ActionMenuProps) {
  const { t } = useTranslation();
  const actions = objectActions.filter((action) => action.when(target) && !without.includes(action));
  return (
    <Menu
      open
      disablePortal
      anchorEl={anchor}
      onClose={onClose}
      slotProps={{ list: { 'aria-label': target.object.metadata.name, dense: true } }}
    >
      {actions.flatMap((action) => {
        const isDanger = action.type === 'does' && action.danger === true;
        const item = (
          <MenuItem
            key={action.id}
            sx={isDanger ? { color: 'error.main' } : {}}
            onClick={() => {
              onClose();
              start(action, target);
            }}
          >
            <ListItemIcon sx={{ color: 'inherit' }}>
              <action.icon fontSize="small" />
            </ListItemIcon>
            <ListItemText>{t(`action.${action.id}.title`)}</ListItemText>
            {action.shortcut && (
              <Typography variant="caption" component="kbd" color="textSecondary" sx={{ ml: 3, fontFamily: 'inherit' }}>
                {action.shortcut.length === 1 ? action.shortcut.toUpperCase() : action.shortcut}
              </Typography>
            )}
          </MenuItem>
        );
        return isDanger && actions.length > 1 ? [<Divider key="line" />, item] : [item];
      })}
    </Menu>
  );
}
