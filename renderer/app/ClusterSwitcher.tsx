/** Names the cluster whose places follow below it, and leads to another. */
import Check from '@mui/icons-material/CheckRounded';
import UnfoldMore from '@mui/icons-material/UnfoldMoreRounded';
import Box from '@mui/material/Box';
import Divider from '@mui/material/Divider';
import ListItemIcon from '@mui/material/ListItemIcon';
import ListItemText from '@mui/material/ListItemText';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import { useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { ClusterPhase } from '../../engine/host/contract.ts';
import { hidden } from '../components/hidden.ts';
import { useCluster, useClusters } from '../data/hooks.ts';
import { narrow } from './narrow.ts';
import { paths } from './paths.ts';

export function ClusterSwitcher({ current }: { readonly current: string }) {
  const { t } = useTranslation();
  const menuId = useId();
  const anchor = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const navigate = useNavigate();
  const clusters = useClusters() ?? [];
  const phase = useCluster(current)?.phase ?? 'stopped';
  const go = (to: string): void => {
    setOpen(false);
    void navigate(to);
  };
  return (
    <>
      <Box
        component="button"
        type="button"
        ref={anchor}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? menuId : undefined}
        onClick={() => setOpen(true)}
        sx={button}
      >
        <PhaseDot phase={phase} />
        <Box component="span" sx={{ flex: 1, minWidth: 0, textAlign: 'left', [narrow]: hidden }}>
          <Box
            component="span"
            sx={{ display: 'block', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap', fontWeight: 650 }}
          >
            {current}
          </Box>
          <Box component="span" sx={{ display: 'block', color: 'navigation.muted', fontSize: '0.75rem' }}>
            {t(`phase.${phase}`)}
          </Box>
        </Box>
        <Box component="span" sx={hidden}>
          {t('shell.switcher')}
        </Box>
        <UnfoldMore aria-hidden sx={{ fontSize: 18, color: 'navigation.muted', [narrow]: { display: 'none' } }} />
      </Box>
      <Menu
        id={menuId}
        anchorEl={anchor.current}
        open={open}
        onClose={() => setOpen(false)}
        slotProps={{ paper: { sx: { minWidth: 212 } } }}
      >
        {clusters.map(({ name, phase: itsPhase }) => (
          <MenuItem key={name} selected={name === current} onClick={() => go(paths.cluster(name))}>
            <ListItemText primary={name} secondary={t(`phase.${itsPhase}`)} />
            {name === current && (
              <ListItemIcon sx={{ minWidth: 0, ml: 2 }}>
                <Check fontSize="small" />
              </ListItemIcon>
            )}
          </MenuItem>
        ))}
        <Divider />
        <MenuItem onClick={() => go(paths.home())}>{t('shell.allClusters')}</MenuItem>
      </Menu>
    </>
  );
}

const dots: Readonly<Record<ClusterPhase, string>> = {
  running: '#5FD0A0',
  starting: '#EBBB57',
  stopping: '#EBBB57',
  stopped: '#6C828C',
  failed: '#FF8F84',
  elsewhere: '#8CBBF2',
  lost: '#FF8F84',
};
function PhaseDot({ phase }: { readonly phase: ClusterPhase }) {
  return (
    <Box component="span" aria-hidden sx={{ width: 9, height: 9, borderRadius: '50%', flex: 'none', bgcolor: dots[phase], mx: 0.5 }} />
  );
}

const button = {
  font: 'inherit',
  fontSize: '0.9rem',
  lineHeight: 1.3,
  color: 'navigation.text',
  bgcolor: 'transparent',
  border: '1px solid',
  borderColor: 'rgba(255,255,255,0.16)',
  borderRadius: 1,
  display: 'flex',
  alignItems: 'center',
  gap: 1,
  width: '100%',
  minHeight: 48,
  px: 1,
  py: 0.75,
  mt: 2,
  mb: 1,
  cursor: 'pointer',
  '&:hover': { bgcolor: 'navigation.active' },
  '&:focus-visible': { outlineColor: '#FF9466' },
  [narrow]: { justifyContent: 'center' },
} as const;
