/** All actions on objects, in the order in which they are offered. Adding one is one line here, one file and its texts. */
import type { FixId } from '../../engine/explain/catalogue.ts';
import type { Action, Target } from './action.ts';
import { deleteObject } from './delete.ts';
import { cordon, uncordon } from './node-actions.ts';
import { editYaml, expose, viewLogs } from './places.ts';
import { restart } from './restart.ts';
import { scale } from './scale.tsx';
import { setImage } from './set-image.tsx';

export const objectActions: readonly Action<Target>[] = [
  expose,
  viewLogs,
  scale,
  setImage,
  restart,
  cordon,
  uncordon,
  editYaml,
  deleteObject,
];

/** Which action follows an advice of `explain`, where the window has one. */
export const fixActions: Partial<Record<FixId, readonly Action<Target>[]>> = {
  'change-image': [setImage, editYaml],
  'view-logs': [viewLogs],
  'view-previous-logs': [viewLogs],
  'scale-up': [scale],
  'edit-yaml': [editYaml],
  'fix-selector': [editYaml],
  'fix-target-port': [editYaml],
  'lower-requests': [editYaml],
  'raise-memory': [editYaml],
  'change-pull-policy': [editYaml],
  'check-command': [editYaml],
  'check-probe': [editYaml],
  'set-env': [editYaml],
  'delete-pod': [deleteObject],
  uncordon: [uncordon],
};
export function actionForFix(fix: FixId, target: Target): Action<Target> | undefined {
  return fixActions[fix]?.find(({ when }) => when(target));
}
