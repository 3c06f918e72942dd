/** One Service in the list of maps: name, state in one line, its map, and for those inside the cluster the way to expose them. */
import MoreVert from '@mui/icons-material/MoreVertRounded';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import Link from '@mui/material/Link';
import Paper from '@mui/material/Paper';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink } from 'react-router';
import type { Live } from '../../engine/api/object.ts';
import type { Service } from '../../engine/api/types.gen.ts';
import { matches } from '../../engine/explain/service.ts';
import type { Target } from '../actions/action.ts';
import { paths, placeOf } from '../app/paths.ts';
import { useActions } from '../components/use-actions.tsx';
import { useClusterName, useSelected } from '../data/hooks.ts';
import { deployments, services } from '../data/kinds.ts';
import { ActionMenu } from '../objects/ActionMenu.tsx';
import { useServiceView } from '../objects/use-verdicts.ts';
import { VerdictBadge } from '../objects/VerdictBadge.tsx';
import { ServiceMap } from './ServiceMap.tsx';

export function ServiceCard({ service }: { readonly service: Live<Service> }) {
  const id = useId();
  const view = useServiceView(service);
  const cluster = useClusterName();
  const { name, namespace } = service.metadata;
  return (
    <Paper variant="outlined" component="article" aria-labelledby={id} data-service={`${namespace}/${name}`} sx={{ p: 2.5 }}>
      <Stack direction="row" sx={{ alignItems: 'center', gap: 1.5, mb: 1.5, minWidth: 0, flexWrap: 'wrap' }}>
        <Typography id={id} variant="h2" sx={{ minWidth: 0, overflowWrap: 'anywhere' }}>
          <Link component={RouterLink} to={paths.object(cluster, placeOf(services, service))} color="inherit">
            {name}
          </Link>
        </Typography>
        <Typography variant="body2" color="textSecondary">
          {namespace}
        </Typography>
        <Box sx={{ fontSize: '0.875rem', minWidth: 0 }}>
          <VerdictBadge verdict={view.verdict} />
        </Box>
        <Box sx={{ ml: 'auto', display: 'flex', gap: 0.5 }}>
          <ExposeButton service={service} />
          <CardMenu service={service} />
        </Box>
      </Stack>
      <ServiceMap service={service} view={view} />
    </Paper>
  );
}

/** Only where nothing of this computer leads to the Service, and only where it is known what to expose. */
export function ExposeButton({ service }: { readonly service: Live<Service> }) {
  const { t } = useTranslation();
  const cluster = useClusterName();
  const { type, selector } = service.spec;
  const namespace = service.metadata.namespace ?? '';
  const deployment = useSelected(deployments, (list) =>
    selector && Object.keys(selector).length > 0
      ? list.by('namespace', namespace).find(({ spec }) => matches(selector, spec.template.metadata?.labels))?.metadata.name
      : undefined,
  );
  if (type === 'NodePort' || type === 'LoadBalancer' || deployment === undefined) return null;
  return (
    <Button component={RouterLink} to={paths.expose(cluster, namespace, deployment)} size="small">
      {t('services.expose')}
    </Button>
  );
}

function CardMenu({ service }: { readonly service: Live<Service> }) {
  const { t } = useTranslation();
  const cluster = useClusterName();
  const [anchor, setAnchor] = useState<Element>();
  const { start, dialog } = useActions<Target>(({ object }) => object.metadata.name);
  return (
    <>
      <IconButton
        size="small"
        aria-label={t('services.actionsOf', { name: service.metadata.name })}
        aria-haspopup="menu"
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        <MoreVert fontSize="small" />
      </IconButton>
      {anchor && (
        <ActionMenu
          target={{ cluster, kind: services, object: service }}
          anchor={anchor}
          start={start}
          onClose={() => setAnchor(undefined)}
        />
      )}
      {dialog}
    </>
  );
}
