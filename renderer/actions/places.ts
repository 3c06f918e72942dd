/** Actions that lead to a page: logs, YAML, the wizard that exposes a Deployment. */
import Yaml from '@mui/icons-material/DataObjectRounded';
import Expose from '@mui/icons-material/HubRounded';
import Logs from '@mui/icons-material/SubjectRounded';
import { paths, placeOf } from '../app/paths.ts';
import { leading, nameOf, namespaceOf, type Target } from './action.ts';

export const expose = leading<Target>({
  id: 'expose',
  icon: Expose,
  shortcut: 'x',
  when: ({ kind }) => kind.plural === 'deployments',
  path: (target) => paths.expose(target.cluster, namespaceOf(target) ?? 'default', nameOf(target)),
});
export const viewLogs = leading<Target>({
  id: 'logs',
  icon: Logs,
  shortcut: 'l',
  when: ({ kind }) => kind.plural === 'pods',
  path: ({ cluster, kind, object }) => paths.object(cluster, placeOf(kind, object), 'logs'),
});
export const editYaml = leading<Target>({
  id: 'yaml',
  icon: Yaml,
  shortcut: 'y',
  when: () => true,
  path: ({ cluster, kind, object }) => paths.object(cluster, placeOf(kind, object), 'yaml'),
});
