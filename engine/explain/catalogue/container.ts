/** Why a container does not start or does not stay. Wordings of runc below Docker 20.10 to 28, of the kubelet, and of common programs in their logs. */
import type { Cause } from '../cause.ts';

export const containerCauses = [
  {
    id: 'container-wrong-platform',
    topic: 'container',
    level: 'error',
    fixes: ['build-platform', 'change-image'],
    pattern: /exec format error/,
  },
  {
    id: 'container-config-missing',
    topic: 'container',
    level: 'error',
    fixes: ['create-config', 'edit-yaml'],
    pattern:
      /(configmap|secret) "[^"]+" not found|couldn't find key \S+ in (ConfigMap|Secret) \S+|references non-existent (config|secret) key/i,
  },
  {
    id: 'container-command-missing',
    topic: 'container',
    level: 'error',
    fixes: ['check-command', 'change-image'],
    pattern: /exec:? "?(?<command>[^":]+)"?: (executable file not found in \$PATH|(stat [^:]+: )?no such file or directory)/,
  },
  {
    id: 'container-permission',
    topic: 'container',
    level: 'error',
    fixes: ['check-command'],
    pattern: /exec:? "?(?<command>[^":]+)"?: (permission denied|is a directory)/,
  },
  {
    id: 'container-name-taken',
    topic: 'container',
    level: 'error',
    fixes: ['delete-pod'],
    pattern: /The container name \S+ is already in use/,
  },
  {
    id: 'container-port-taken',
    topic: 'container',
    level: 'error',
    fixes: ['close-program', 'change-port'],
    pattern: /port is already allocated|userland proxy: listen .*address already in use|failed to bind host port/,
  },
  { id: 'container-out-of-memory', topic: 'state', level: 'error', fixes: ['raise-memory', 'view-previous-logs'] },
  { id: 'container-crash-loop', topic: 'state', level: 'error', fixes: ['view-previous-logs', 'check-command', 'edit-yaml'] },
  { id: 'container-exited', topic: 'state', level: 'error', fixes: ['view-logs', 'check-command'] },
  { id: 'container-start-failed', topic: 'state', level: 'error', fixes: ['view-events', 'edit-yaml'] },
] as const satisfies readonly Cause[];

/** What the last lines of a crashed program's log give away. */
export const logCauses = [
  {
    id: 'log-password-missing',
    topic: 'log',
    level: 'error',
    fixes: ['set-env', 'view-previous-logs'],
    pattern: /superuser password is not specified|(MYSQL|MARIADB)_ROOT_PASSWORD/,
  },
  {
    id: 'log-name-unknown',
    topic: 'log',
    level: 'error',
    fixes: ['create-service', 'check-address', 'view-previous-logs'],
    pattern:
      /getaddrinfo (ENOTFOUND|EAI_AGAIN)|could not translate host name|lookup \S+ .*no such host|host not found in upstream|Could not resolve host|UnknownHostException|Name or service not known|Temporary failure in name resolution/,
  },
  {
    id: 'log-connection-refused',
    topic: 'log',
    level: 'error',
    fixes: ['check-address', 'view-previous-logs'],
    pattern: /ECONNREFUSED|Connection refused/i,
  },
  {
    id: 'log-port-in-use',
    topic: 'log',
    level: 'error',
    fixes: ['change-port', 'view-previous-logs'],
    pattern: /EADDRINUSE|Address already in use/i,
  },
  {
    id: 'log-permission-denied',
    topic: 'log',
    level: 'error',
    fixes: ['check-command', 'view-previous-logs'],
    pattern: /EACCES|permission denied/i,
  },
] as const satisfies readonly Cause[];
