import { type Filter, reject } from '../plugin.ts';

const elsewhere = reject("node(s) didn't match the requested node name", true);

/** A pod that names its node goes there and nowhere else. */
export const nodeName: Filter = {
  name: 'NodeName',
  prepare({ spec }) {
    const wanted = spec.nodeName;
    return wanted ? (node) => (node.name === wanted ? undefined : elsewhere) : undefined;
  },
  requeueOn: ['node-added'],
};
