/** The navigation: where one is, which cluster, and where one can go. Narrow windows show the pictures only; names stay for assistive technology. */
import type { SvgIconComponent } from '@mui/icons-material';
import EventsIcon from '@mui/icons-material/CampaignOutlined';
import KindsIcon from '@mui/icons-material/CategoryOutlined';
import NodesIcon from '@mui/icons-material/DnsOutlined';
import HomeIcon from '@mui/icons-material/HomeOutlined';
import SamplesIcon from '@mui/icons-material/HowToVoteOutlined';
import ServicesIcon from '@mui/icons-material/HubOutlined';
import WorkloadsIcon from '@mui/icons-material/Inventory2Outlined';
import OverviewIcon from '@mui/icons-material/SailingOutlined';
import SettingsIcon from '@mui/icons-material/SettingsOutlined';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import { Mark } from '../components/Pictures.tsx';
import { events, nodes } from '../data/kinds.ts';
import { ClusterSwitcher } from './ClusterSwitcher.tsx';
import { narrow } from './narrow.ts';
import { paths } from './paths.ts';
import { type Section, sectionOf } from './section-of.ts';
import { useCurrentCluster } from './use-current-cluster.ts';

export function Navigation() {
  const { t } = useTranslation();
  const cluster = useCurrentCluster();
  return (
    <Box component="nav" aria-label={t('shell.navigation')} sx={navigation}>
      <Brand />
      <Place section="home" to={paths.home()} icon={HomeIcon} label={t('shell.home')} />
      {cluster !== undefined && (
        <>
          <ClusterSwitcher current={cluster} />
          <Place section="overview" to={paths.cluster(cluster)} icon={OverviewIcon} label={t('shell.overview')} />
          <Place section="nodes" to={paths.nodes(cluster)} icon={NodesIcon} label={nodes.title} />
          <Place section="workloads" to={paths.workloads(cluster)} icon={WorkloadsIcon} label={t('shell.workloads')} />
          <Place section="services" to={paths.services(cluster)} icon={ServicesIcon} label={t('shell.services')} />
          <Place section="events" to={paths.events(cluster)} icon={EventsIcon} label={events.title} />
          <Place section="kinds" to={paths.kinds(cluster)} icon={KindsIcon} label={t('shell.kinds')} />
          <Place section="samples" to={paths.samples(cluster)} icon={SamplesIcon} label={t('shell.samples')} />
        </>
      )}
      <Box sx={{ flex: 1 }} />
      <Place section="settings" to={paths.settings()} icon={SettingsIcon} label={t('shell.settings')} />
    </Box>
  );
}

/** The app's name is the same in every language. */
const name = 'Minato';
function Brand() {
  return (
    <Box sx={{ display: 'flex', alignItems: 'center', gap: 1.25, px: 1.25, mb: 2, [narrow]: { px: 0.75 } }}>
      <Mark size={30} />
      <Typography component="span" sx={{ fontSize: '1.2rem', fontWeight: 700, letterSpacing: '-0.01em', [narrow]: { display: 'none' } }}>
        {name}
      </Typography>
    </Box>
  );
}

interface PlaceProps {
  readonly section: Section;
  readonly to: string;
  readonly icon: SvgIconComponent;
  readonly label: string;
}
function Place({ section, to, icon: Icon, label }: PlaceProps) {
  const isHere = sectionOf(useLocation().pathname) === section;
  return (
    <Box component={Link} to={to} aria-current={isHere ? 'page' : undefined} title={label} sx={place}>
      <Icon aria-hidden sx={{ fontSize: 20, opacity: 0.9 }} />
      <Box component="span" sx={{ minWidth: 0, [narrow]: { position: 'absolute', clipPath: 'inset(50%)' } }}>
        {label}
      </Box>
    </Box>
  );
}

const navigation = {
  width: 236,
  flex: 'none',
  bgcolor: 'navigation.main',
  color: 'navigation.text',
  display: 'flex',
  flexDirection: 'column',
  px: 1.5,
  pt: 2.25,
  pb: 1.5,
  gap: 0.25,
  overflowY: 'auto',
  [narrow]: { width: 62, px: 1 },
} as const;
const place = {
  position: 'relative',
  display: 'flex',
  alignItems: 'center',
  gap: 1.5,
  px: 1.5,
  py: 1.05,
  borderRadius: 1,
  color: 'navigation.muted',
  textDecoration: 'none',
  fontSize: '0.9rem',
  fontWeight: 550,
  lineHeight: 1.35,
  '&:hover': { bgcolor: 'navigation.active', color: 'navigation.text' },
  '&[aria-current]': { bgcolor: 'navigation.active', color: 'navigation.text' },
  '&[aria-current]::before': {
    content: '""',
    position: 'absolute',
    left: -12,
    top: 8,
    bottom: 8,
    width: 4,
    borderRadius: '0 4px 4px 0',
    bgcolor: '#FF9466',
  },
  '&:focus-visible': { outlineColor: '#FF9466' },
} as const;
