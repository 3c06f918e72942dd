/** The one button that starts a cluster. What can be chosen lies under Options; what was found on this computer stands below it. */
import ExpandMore from '@mui/icons-material/ExpandMoreRounded';
import Start from '@mui/icons-material/PlayArrowRounded';
import Button from '@mui/material/Button';
import Collapse from '@mui/material/Collapse';
import FormControlLabel from '@mui/material/FormControlLabel';
import FormLabel from '@mui/material/FormLabel';
import Radio from '@mui/material/Radio';
import RadioGroup from '@mui/material/RadioGroup';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Driver } from '../../../engine/host/contract.ts';
import { paths } from '../../app/paths.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Form } from '../../components/Form.tsx';
import { NumberField } from '../../components/NumberField.tsx';
import { useHostCall } from '../../data/use-host-call.ts';
import { usePreflight } from '../../data/use-preflight.ts';
import { PreflightNotice } from './PreflightNotice.tsx';

interface Wanted {
  readonly name: string;
  readonly nodes: number;
  readonly driver: Driver;
}
/** As the engine limits them. */
const mostNodes: Readonly<Record<Driver, number>> = { docker: 240, simulated: 5000 };

export function StartForm({ freeName }: { readonly freeName: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { call, busy, error } = useHostCall();
  const [wanted, setWanted] = useState<Wanted>({ name: freeName, nodes: 1, driver: 'docker' });
  const { preflight, asking, again } = usePreflight(wanted.driver);
  const ready = /\S/.test(wanted.name) && Number.isInteger(wanted.nodes) && wanted.nodes >= 1 && wanted.nodes <= mostNodes[wanted.driver];
  const start = (driver: Driver): void => {
    if (!ready || busy) return;
    const name = wanted.name.trim();
    void call('clusters.start', { ...wanted, name, driver }).then((done) => {
      if (done) void navigate(paths.cluster(name));
    });
  };
  return (
    <Form onSubmit={() => start(wanted.driver)}>
      <Stack sx={{ gap: 2, alignItems: 'flex-start' }}>
        <Button
          type="submit"
          size="large"
          variant="contained"
          color="secondary"
          startIcon={<Start />}
          loading={busy}
          disabled={!ready || preflight?.ok === false}
          sx={{ fontSize: '1.15rem', px: 4, py: 1.5, borderRadius: '12px' }}
        >
          {t('home.start')}
        </Button>
        {error && <ErrorNotice error={error} />}
        <PreflightNotice preflight={preflight} asking={asking} onAgain={again} onSimulated={() => start('simulated')} />
        <Options wanted={wanted} onChange={setWanted} />
      </Stack>
    </Form>
  );
}

interface OptionsProps {
  readonly wanted: Wanted;
  readonly onChange: (wanted: Wanted) => void;
}
function Options({ wanted, onChange }: OptionsProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <>
      <Button
        color="inherit"
        size="small"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
        endIcon={<ExpandMore sx={{ transform: open ? 'rotate(180deg)' : 'none' }} />}
        sx={{ color: 'text.secondary', ml: -0.75 }}
      >
        {t('home.options')}
      </Button>
      <Collapse in={open} id={id} unmountOnExit>
        <Stack sx={{ gap: 2.5, pt: 0.5 }}>
          <Stack direction="row" sx={{ gap: 2, flexWrap: 'wrap' }}>
            <TextField
              label={t('field.clusterName')}
              value={wanted.name}
              onChange={(event) => onChange({ ...wanted, name: event.target.value })}
              helperText={t('home.nameHelp')}
              sx={{ width: 300 }}
            />
            <NumberField
              name="nodes"
              value={wanted.nodes}
              onChange={(nodes) => onChange({ ...wanted, nodes })}
              min={1}
              max={mostNodes[wanted.driver]}
            />
          </Stack>
          <DriverChoice driver={wanted.driver} onChange={(driver) => onChange({ ...wanted, driver })} />
        </Stack>
      </Collapse>
    </>
  );
}

function DriverChoice({ driver, onChange }: { readonly driver: Driver; readonly onChange: (driver: Driver) => void }) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <div>
      <FormLabel id={id}>{t('home.driver')}</FormLabel>
      <RadioGroup
        aria-labelledby={id}
        value={driver}
        onChange={(_event, value) => onChange(value === 'simulated' ? 'simulated' : 'docker')}
      >
        <FormControlLabel value="docker" control={<Radio size="small" />} label={t('home.driverDocker')} />
        <FormControlLabel value="simulated" control={<Radio size="small" />} label={t('home.driverSimulated')} />
      </RadioGroup>
    </div>
  );
}
