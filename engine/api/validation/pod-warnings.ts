/** What is allowed and hardly meant: clients print it. Upstream: pkg/api/pod/warnings.go. */
import { Path } from '../field-error.ts';
import { parseQuantity } from '../quantity.ts';
import type { Container, EnvVar, Pod, PodSpec, PodTemplateSpec, ReplicationController } from '../types.gen.ts';
import { entries } from './fields.ts';

type Warnings = readonly string[];

export function podWarnings({ spec }: Pod): Warnings {
  return specWarnings(new Path('spec'), spec);
}
export function templateWarnings({ spec }: { readonly spec: Pick<ReplicationController['spec'], 'template'> }): Warnings {
  const template: PodTemplateSpec | undefined = spec.template;
  return template?.spec ? specWarnings(new Path('spec').at('template', 'spec'), template.spec) : [];
}

function specWarnings(path: Path, spec: PodSpec): Warnings {
  const { terminationGracePeriodSeconds: grace = 0 } = spec;
  const lists = ['initContainers', 'containers'] as const;
  return [
    ...lists.flatMap((list) => (spec[list] ?? []).flatMap((container, index) => containerWarnings(path.at(list, index), container))),
    ...(grace < 0
      ? [`${path.at('terminationGracePeriodSeconds')}: must be >= 0; negative values are invalid and will be treated as 1`]
      : []),
  ];
}

/** Resources that are counted in bytes: `100m` of memory is a tenth of one. */
const inBytes = new Set(['memory', 'ephemeral-storage']);
const nanoPerUnit = 1_000_000_000n;

function containerWarnings(path: Path, { env = [], resources }: Container): Warnings {
  const fractions = (['limits', 'requests'] as const).flatMap((list) =>
    entries(resources?.[list])
      .filter(([name, amount]) => inBytes.has(name) && parseQuantity(amount).nano % nanoPerUnit !== 0n)
      .map(
        ([name, amount]) =>
          `${path.at('resources', list).key(name)}: fractional byte value ${JSON.stringify(amount)} is invalid, must be an integer`,
      ),
  );
  return [...hiddenVariables(path.at('env'), env), ...fractions];
}

/** A variable may be built from one of the same name: `$(PATH):/opt`. */
function hiddenVariables(path: Path, variables: readonly EnvVar[]): Warnings {
  const seen = new Set<string>();
  return variables.flatMap(({ name, value = '', valueFrom }, index) => {
    const isBuiltOn = valueFrom === undefined && value !== `$(${name})` && value.includes(`$(${name})`);
    const isHiding = seen.has(name) && !isBuiltOn;
    seen.add(name);
    return isHiding
      ? [`${path.at(index)}: hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`]
      : [];
  });
}
