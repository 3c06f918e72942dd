/** Another image for a container of a Deployment: the usual cure for an image that cannot be pulled. */
import Image from '@mui/icons-material/LayersRounded';
import MenuItem from '@mui/material/MenuItem';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import { useTranslation } from 'react-i18next';
import type { Container, Deployment } from '../../engine/api/types.gen.ts';
import { addressOf, doing, type FieldsProps, inNamespace, nameOf, namespaceOf, type Target } from './action.ts';

interface Choice {
  readonly container: string;
  readonly image: string;
}

export const setImage = doing<Target, Choice>({
  id: 'set-image',
  icon: Image,
  when: ({ kind }) => kind.plural === 'deployments',
  initial: (target) => ({ container: containersOf(target)[0]?.name ?? '', image: containersOf(target)[0]?.image ?? '' }),
  Fields,
  isReady: ({ image }) => image.trim() !== '' && !/\s/.test(image.trim()),
  words: (_target, { image, container }) => ({ image, container }),
  commands: (target, { container, image }) => [
    `kubectl set image deployment/${nameOf(target)} ${container}=${image}${inNamespace(namespaceOf(target))}`,
  ],
  manifest: (_target, choice) => patchOf(choice),
  run: async (host, target, choice) => {
    await host.call('objects.patch', { ...addressOf(target), patch: { type: 'strategic', patch: patchOf(choice) } });
  },
});

function Fields({ target, value, onChange }: FieldsProps<Target, Choice>) {
  const { t } = useTranslation();
  const containers = containersOf(target);
  return (
    <Stack sx={{ gap: 2 }}>
      {containers.length > 1 && (
        <TextField
          select
          label={t('field.container')}
          value={value.container}
          onChange={({ target: { value: container } }) =>
            onChange({ container, image: containers.find(({ name }) => name === container)?.image ?? '' })
          }
        >
          {containers.map(({ name }) => (
            <MenuItem key={name} value={name}>
              {name}
            </MenuItem>
          ))}
        </TextField>
      )}
      <TextField
        autoFocus
        fullWidth
        label={t('field.image')}
        value={value.image}
        onChange={(event) => onChange({ ...value, image: event.target.value.trim() })}
      />
    </Stack>
  );
}
function patchOf({ container, image }: Choice) {
  return { spec: { template: { spec: { containers: [{ name: container, image }] } } } };
}
function containersOf({ object }: Target): readonly Container[] {
  // Only Deployments come here.
  return (object as unknown as Deployment).spec.template.spec?.containers ?? [];
}
