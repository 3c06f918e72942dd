/** The status that a definition should have. Upstream: pkg/controller/status, establish and apiapproval of apiextensions-apiserver. */
import { approvalOf } from '../../api/custom/approval.ts';
import { conditionOf, withCondition } from '../../api/custom/definition.ts';
import { hasItsNames, naming } from '../../api/custom/names.ts';
import type { Json } from '../../api/object.ts';
import { sameJson } from '../../api/patch/merge-patch.ts';
import type { CustomResourceDefinition, CustomResourceDefinitionCondition, CustomResourceDefinitionStatus } from '../../api/types.gen.ts';

export interface Situation {
  /** The other definitions of its group. */
  readonly others: readonly CustomResourceDefinition[];
  /** Whether requests for its objects are answered already. */
  readonly isServed: boolean;
  readonly now: string;
}

type Condition = CustomResourceDefinitionCondition;

/** Undefined where it is so already. */
export function statusOf(
  definition: CustomResourceDefinition,
  { others, isServed, now }: Situation,
): CustomResourceDefinitionStatus | undefined {
  const { status = {} } = definition;
  let conditions = status.conditions ?? [];
  let { acceptedNames } = status;
  const set = (condition: Condition): void => {
    conditions = withCondition(conditions, condition, now);
  };
  // NonStructuralSchema is for what servers before v1 let pass: here no such schema gets in.
  const approved = approval(definition);
  if (approved) set(approved);
  if (!hasItsNames(definition)) {
    const names = naming(definition, others);
    acceptedNames = names.acceptedNames;
    set(names.namesAccepted);
    set(names.established);
  } else if (isServed && conditionOf(definition, 'Established')?.status !== 'True')
    set({ type: 'Established', status: 'True', reason: 'InitialNamesAccepted', message: 'the initial names have been accepted' });
  const next = { ...status, conditions, ...(acceptedNames ? { acceptedNames } : {}) };
  return sameJson(asJson(next), asJson(status)) ? undefined : next;
}

function asJson(status: CustomResourceDefinitionStatus): Json {
  return JSON.parse(JSON.stringify(status)) as Json;
}

const approvalReasons = {
  approved: { status: 'True', reason: 'ApprovedAnnotation' },
  bypassed: { status: 'False', reason: 'UnapprovedAnnotation' },
  missing: { status: 'False', reason: 'MissingAnnotation' },
  invalid: { status: 'False', reason: 'InvalidAnnotation' },
} as const;
function approval(definition: CustomResourceDefinition): Condition | undefined {
  const found = approvalOf(definition);
  return found && { type: 'KubernetesAPIApprovalPolicyConformant', ...approvalReasons[found.state], message: found.message };
}
