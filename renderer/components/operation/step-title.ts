/** A step's title and what it says, in the user's language. */
import type { TFunction } from 'i18next';
import type { Operation, OperationKind, Step } from '../../../engine/api/steps.ts';

/** By the step's id up to the colon; what follows the colon is a name. */
export function stepTitle(t: TFunction, kind: OperationKind, { id, title }: Step): string {
  // The name of an image has a colon of its own.
  const [, what = id, name = ''] = /^([^:]*):(.*)$/.exec(id) ?? [];
  if (what === 'sample-image') return t('step.sample-image', { name });
  // An object of a sample, named as kubectl names it.
  if (name !== '' && kind === 'deploy-sample') return `${what}/${name}`;
  if (name !== '' && kind === 'remove-sample') return t('step.remove-object', { object: `${what}/${name}` });
  return t(`step.${what}`, { name, defaultValue: title });
}

/** What a step is doing or what came out; undefined where it says nothing. */
export function stepDetail(t: TFunction, { detail, said }: Step): string | undefined {
  if (said === undefined) return detail === '' ? undefined : detail;
  return t(`said.${said.code}`, { ...said.params, defaultValue: detail });
}

/** The step that counts now: the one that runs, else the one that went wrong, else the next one. */
export function currentStep({ steps }: Operation): Step | undefined {
  const first = (wanted: Step['state']): Step | undefined => steps.find(({ state }) => state === wanted);
  return first('running') ?? first('failed') ?? first('cancelled') ?? first('waiting');
}
