/** PodTemplates: a template that nothing runs by itself. Upstream: pkg/registry/core/podtemplate, printPodTemplate in pkg/printers. */
import { kind } from '../../kind.ts';
import type { PodTemplate } from '../../types.gen.ts';
import { validatePodTemplate } from '../../validation/workload.ts';
import { formatLabels, templateColumns, text } from '../columns.ts';
import { podTemplateDefaults } from './pod-defaults.ts';

export const podTemplate = kind<PodTemplate>({
  group: '',
  kind: 'PodTemplate',
  plural: 'podtemplates',
  namespaced: true,
  returnsDeleted: true,
  hasGeneration: true,
  defaults: (template) => ({ ...template, template: podTemplateDefaults(template.template ?? {}) }),
  validate: validatePodTemplate,
  columns: [
    ...templateColumns<PodTemplate>(({ template }) => template).map((column) => ({ ...column, priority: 0 as const })),
    text('Pod Labels', ({ template }) => formatLabels(template?.metadata?.labels)),
  ],
});
