/** What names may look like, in Kubernetes' words; each function gives the problems, none when the name is good. Upstream: k8s.io/apimachinery/pkg/util/validation. */
import { labelKeyProblems } from '../label-syntax.ts';

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const looseLabel = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const oldLabel = '[a-z]([-a-z0-9]*[a-z0-9])?';
const subdomain = `${label}(\\.${label})*`;
const looseSubdomain = `${looseLabel}(\\.${looseLabel})*`;
const whole = (pattern: string): RegExp => new RegExp(`^${pattern}$`);
const labelPattern = whole(label);
const oldLabelPattern = whole(oldLabel);
const subdomainPattern = whole(subdomain);
const looseSubdomainPattern = whole(looseSubdomain);

export function maxLength(bytes: number): string {
  return `must be no more than ${bytes} bytes`;
}
/** `… (e.g. 'a',  or 'b', regex used for validation is 'c')`: upstream has two spaces there. */
export function regexProblem(problem: string, pattern: string, ...examples: readonly string[]): string {
  const given = examples.map((example) => `'${example}', `).join(' or ');
  return `${problem} (${examples.length > 0 ? `e.g. ${given}` : ''}regex used for validation is '${pattern}')`;
}
export function rangeProblem(low: number, high: number): string {
  return `must be between ${low} and ${high}, inclusive`;
}

export function dns1123LabelProblems(value: string): readonly string[] {
  const problems = value.length > 63 ? [maxLength(63)] : [];
  if (labelPattern.test(value)) return problems;
  if (subdomainPattern.test(value)) return [...problems, 'must not contain dots'];
  const problem =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
  return [...problems, regexProblem(problem, label, 'my-name', '123-abc')];
}

export function dns1123SubdomainProblems(value: string): readonly string[] {
  const problems = value.length > 253 ? [maxLength(253)] : [];
  if (subdomainPattern.test(value)) return problems;
  const problem =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
  return [...problems, regexProblem(problem, subdomain, 'example.com')];
}

export function looseSubdomainProblems(value: string): readonly string[] {
  const problems = value.length > 253 ? [maxLength(253)] : [];
  if (looseSubdomainPattern.test(value)) return problems;
  const problem =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character";
  return [...problems, regexProblem(problem, looseSubdomain, 'example.com')];
}

export function dns1035LabelProblems(value: string): readonly string[] {
  const problems = value.length > 63 ? [maxLength(63)] : [];
  if (oldLabelPattern.test(value)) return problems;
  const problem =
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character";
  return [...problems, regexProblem(problem, oldLabel, 'my-name', 'abc-123')];
}

/** Names that only need to fit into a URL: roles and bindings. */
export function pathSegmentProblems(name: string): readonly string[] {
  if (name === '.' || name === '..') return [`may not be '${name}'`];
  return ['/', '%'].filter((part) => name.includes(part)).map((part) => `may not contain '${part}'`);
}

export const qualifiedNameProblems = labelKeyProblems;

export function configMapKeyProblems(value: string): readonly string[] {
  const problems = value.length > 253 ? [maxLength(253)] : [];
  if (!/^[-._a-zA-Z0-9]+$/.test(value))
    problems.push(
      regexProblem(
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
        '[-._a-zA-Z0-9]+',
        'key.name',
        'KEY_NAME',
        'key-name',
      ),
    );
  return [...problems, ...dotProblems(value)];
}
function dotProblems(value: string): readonly string[] {
  if (value === '.') return ["must not be '.'"];
  if (value === '..') return ["must not be '..'"];
  return value.startsWith('..') ? ["must not start with '..'"] : [];
}

/** Names of environment variables: anything printable but `=`. */
export function envNameProblems(value: string): readonly string[] {
  if (value === '') return ['environment variable name must be non-empty'];
  if (/^[\x20-\x3c\x3e-\x7e]+$/.test(value)) return [];
  return ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
}

export function portNameProblems(value: string): readonly string[] {
  const problems = value.length > 15 ? [maxLength(15)] : [];
  if (!/^[-a-z0-9]+$/.test(value)) problems.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  if (!/[a-z]/.test(value)) problems.push('must contain at least one letter (a-z)');
  if (value.includes('--')) problems.push('must not contain consecutive hyphens');
  if (value.startsWith('-') || value.endsWith('-')) problems.push('must not begin or end with a hyphen');
  return problems;
}
export function portNumberProblems(value: number): readonly string[] {
  return value >= 1 && value <= 65_535 ? [] : [rangeProblem(1, 65_535)];
}
/** User and group ids. */
export function idProblems(value: number): readonly string[] {
  return value >= 0 && value <= 0x7fff_ffff ? [] : [rangeProblem(0, 0x7fff_ffff)];
}
export function percentProblems(value: string): readonly string[] {
  if (/^[0-9]+%$/.test(value)) return [];
  return [regexProblem("a valid percent string must be a numeric string followed by an ending '%'", '[0-9]+%', '1%', '93%')];
}
export function headerNameProblems(value: string): readonly string[] {
  if (/^[-A-Za-z0-9]+$/.test(value)) return [];
  return [regexProblem("a valid HTTP header must consist of alphanumeric characters or '-'", '[-A-Za-z0-9]+', 'X-Header-Name')];
}
