/** Which Pod Security levels a namespace's labels ask for. Pure. Upstream: k8s.io/pod-security-admission/api/helpers.go. */
import { type FieldError, invalidValue, Path } from '../field-error.ts';

export type Level = 'privileged' | 'baseline' | 'restricted';
export interface LevelVersion {
  readonly level: Level;
  /** The minor version of the policy; Infinity: the latest. */
  readonly minor: number;
}
export interface Policy {
  readonly enforce: LevelVersion;
  readonly audit: LevelVersion;
  readonly warn: LevelVersion;
}

const levels: readonly Level[] = ['privileged', 'baseline', 'restricted'];
const latest = Number.POSITIVE_INFINITY;

/** Example: `restricted:latest`, `baseline:v1.24`. */
export function printLevel({ level, minor }: LevelVersion): string {
  return `${level}:${minor === latest ? 'latest' : `v1.${minor}`}`;
}
export function isSameLevel(a: LevelVersion, b: LevelVersion): boolean {
  return a.level === b.level && a.minor === b.minor;
}
/** Positive where `a` is stricter. */
export function compareLevels(a: Level, b: Level): number {
  return levels.indexOf(a) - levels.indexOf(b);
}
export function isFree({ enforce, audit, warn }: Policy): boolean {
  return [enforce, audit, warn].every(({ level }) => level === 'privileged');
}

type Labels = Readonly<Record<string, string>>;
interface Parsed {
  readonly policy: Policy;
  readonly errors: readonly FieldError[];
}
const prefix = 'pod-security.kubernetes.io/';
const free: LevelVersion = { level: 'privileged', minor: latest };
const unlabelled: Parsed = { policy: { enforce: free, audit: free, warn: free }, errors: [] };

/** There is always a policy: what cannot be read is `restricted` where it is enforced and free where it is only said. */
export function policyOf(labels: Labels = {}): Parsed {
  // As most namespaces are.
  if (!Object.keys(labels).some((key) => key.startsWith(prefix))) return unlabelled;
  const errors: FieldError[] = [];
  const refuse = (name: string, text: string, rule: string): void =>
    void errors.push(invalidValue(new Path('metadata').at('labels').key(prefix + name), text, rule));
  const read = (mode: 'enforce' | 'audit' | 'warn'): LevelVersion & { readonly isSet: boolean; readonly hasVersion: boolean } => {
    const [text, version] = [labels[prefix + mode], labels[`${prefix}${mode}-version`]];
    const level = text === undefined ? 'privileged' : levels.find((one) => one === text);
    if (text !== undefined && !level) refuse(mode, text, `must be one of ${levels.join(', ')}`);
    const minor = version === undefined ? latest : minorOf(version);
    if (version !== undefined && minor === undefined) refuse(`${mode}-version`, version, 'must be "latest" or "v1.x"');
    const fallback = mode === 'enforce' ? 'restricted' : 'privileged';
    return {
      level: level ?? fallback,
      minor: minor ?? latest,
      isSet: text !== undefined && level !== undefined,
      hasVersion: version !== undefined,
    };
  };
  const enforce = read('enforce');
  const audit = read('audit');
  const warn = read('warn');
  // Who enforces and says nothing of warnings is warned of the same.
  const follows = labels[`${prefix}warn`] === undefined && enforce.isSet && compareLevels(enforce.level, warn.level) > 0;
  const plain = ({ level, minor }: LevelVersion): LevelVersion => ({ level, minor });
  const warning = follows ? { level: enforce.level, minor: warn.hasVersion ? warn.minor : enforce.minor } : plain(warn);
  return { policy: { enforce: plain(enforce), audit: plain(audit), warn: warning }, errors };
}

function minorOf(text: string): number | undefined {
  if (text === 'latest') return latest;
  const [, minor] = /^v1\.([0-9]|[1-9][0-9]*)$/.exec(text) ?? [];
  return minor === undefined ? undefined : Number(minor);
}
