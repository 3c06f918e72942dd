/** Every kind of the API. Adding one is its file and a line here; the order is that of discovery. */
import { anyKind, type KindDefinition } from './kind.ts';
import { customResourceDefinition } from './kinds/apiextensions/custom-resource-definition.ts';
import { controllerRevision } from './kinds/apps/controller-revision.ts';
import { daemonSet } from './kinds/apps/daemon-set.ts';
import { deployment } from './kinds/apps/deployment.ts';
import { replicaSet } from './kinds/apps/replica-set.ts';
import { statefulSet } from './kinds/apps/stateful-set.ts';
import { cronJob } from './kinds/batch/cron-job.ts';
import { job } from './kinds/batch/job.ts';
import { lease } from './kinds/coordination/lease.ts';
import { configMap } from './kinds/core/config-map.ts';
import { endpoints } from './kinds/core/endpoints.ts';
import { event } from './kinds/core/event.ts';
import { limitRange } from './kinds/core/limit-range.ts';
import { namespace } from './kinds/core/namespace.ts';
import { node } from './kinds/core/node.ts';
import { persistentVolume } from './kinds/core/persistent-volume.ts';
import { persistentVolumeClaim } from './kinds/core/persistent-volume-claim.ts';
import { pod } from './kinds/core/pod.ts';
import { podTemplate } from './kinds/core/pod-template.ts';
import { replicationController } from './kinds/core/replication-controller.ts';
import { resourceQuota } from './kinds/core/resource-quota.ts';
import { secret } from './kinds/core/secret.ts';
import { service } from './kinds/core/service.ts';
import { serviceAccount } from './kinds/core/service-account.ts';
import { endpointSlice } from './kinds/discovery/endpoint-slice.ts';
import { eventsEvent } from './kinds/events/event.ts';
import { networkPolicy } from './kinds/networking/network-policy.ts';
import { clusterRole } from './kinds/rbac/cluster-role.ts';
import { clusterRoleBinding } from './kinds/rbac/cluster-role-binding.ts';
import { role } from './kinds/rbac/role.ts';
import { roleBinding } from './kinds/rbac/role-binding.ts';
import { priorityClass } from './kinds/scheduling/priority-class.ts';
import { storageClass } from './kinds/storage/storage-class.ts';

export const kinds: readonly KindDefinition[] = [
  anyKind(pod),
  anyKind(service),
  anyKind(endpoints),
  anyKind(node),
  anyKind(namespace),
  anyKind(configMap),
  anyKind(secret),
  anyKind(serviceAccount),
  anyKind(event),
  anyKind(replicationController),
  anyKind(persistentVolume),
  anyKind(persistentVolumeClaim),
  anyKind(resourceQuota),
  anyKind(limitRange),
  anyKind(podTemplate),
  anyKind(controllerRevision),
  anyKind(daemonSet),
  anyKind(deployment),
  anyKind(replicaSet),
  anyKind(statefulSet),
  anyKind(endpointSlice),
  anyKind(eventsEvent),
  anyKind(cronJob),
  anyKind(job),
  anyKind(networkPolicy),
  anyKind(lease),
  anyKind(role),
  anyKind(roleBinding),
  anyKind(clusterRole),
  anyKind(clusterRoleBinding),
  anyKind(priorityClass),
  anyKind(storageClass),
  anyKind(customResourceDefinition),
];
