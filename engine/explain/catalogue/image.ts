/** Why an image could not be had. Wordings of Docker 20.10 to 28, with its own and with containerd's image store, and of the kubelet. */
import type { Cause } from '../cause.ts';

export const imageCauses = [
  {
    id: 'image-never-pull',
    topic: 'image',
    level: 'error',
    fixes: ['pull-image', 'change-pull-policy'],
    pattern: /not present with pull policy of Never|ErrImageNeverPull/,
  },
  {
    id: 'image-name-invalid',
    topic: 'image',
    level: 'error',
    fixes: ['change-image'],
    pattern: /InvalidImageName|couldn't parse image (name|reference)|invalid reference format/,
  },
  {
    id: 'image-rate-limit',
    topic: 'image',
    level: 'error',
    fixes: ['docker-login', 'wait', 'build-image'],
    pattern: /toomanyrequests|pull rate limit|429 Too Many Requests/i,
  },
  {
    id: 'image-wrong-platform',
    topic: 'image',
    level: 'error',
    fixes: ['build-platform', 'change-image'],
    pattern:
      /no match(ing manifest)? for (platform in manifest|[\w/]+)|does not (match|provide) the specified platform|cannot be used on this platform/,
  },
  {
    id: 'image-unknown-tag',
    topic: 'image',
    level: 'error',
    fixes: ['change-image', 'undo-rollout'],
    pattern: /manifest for \S+ not found|manifest unknown|failed to resolve reference "(?<reference>[^"]+)": \k<reference>: not found/,
  },
  {
    id: 'image-unauthorized',
    topic: 'image',
    level: 'error',
    fixes: ['docker-login', 'change-image'],
    pattern: /unauthorized: |no basic auth credentials|401 Unauthorized|403 Forbidden|incorrect username or password/,
  },
  {
    id: 'image-unknown-repository',
    topic: 'image',
    level: 'error',
    fixes: ['change-image', 'docker-login', 'build-image'],
    pattern: /pull access denied|repository does not exist|repository \S+ not found|name unknown|insufficient_scope|: denied/,
  },
  {
    id: 'image-registry-certificate',
    topic: 'image',
    level: 'error',
    fixes: ['trust-registry'],
    pattern: /x509: |server gave HTTP response to HTTPS client/,
  },
  {
    id: 'image-no-network',
    topic: 'image',
    level: 'error',
    fixes: ['check-network', 'build-image', 'wait'],
    pattern:
      /no such host|server misbehaving|name resolution|network is unreachable|no route to host|i\/o timeout|Client\.Timeout|TLS handshake timeout|context deadline exceeded|proxyconnect|(dial tcp|read udp) .*connection refused|connection reset by peer|\bEOF\b|no answer from the registry/,
  },
  {
    id: 'image-disk-full',
    topic: 'image',
    level: 'error',
    fixes: ['free-disk'],
    pattern: /no space left on device/,
  },
  { id: 'image-pull-failed', topic: 'image', level: 'error', fixes: ['change-image', 'view-events'] },
] as const satisfies readonly Cause[];
