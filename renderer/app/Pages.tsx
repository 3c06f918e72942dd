/** Which page is at which address (see paths.ts). Each is loaded when it is first opened. */
import { type ComponentType, lazy } from 'react';
import { Navigate, Route, Routes } from 'react-router';
import { ClusterScope } from './ClusterScope.tsx';
import { loadAgain } from './load-again.ts';
import { NotFound } from './NotFound.tsx';
import { Shell } from './Shell.tsx';

function page<Name extends string>(load: () => Promise<Record<Name, ComponentType>>, name: Name) {
  return lazy(async () => ({ default: (await loadAgain(load))[name] }));
}
const Home = page(() => import('../pages/Home.tsx'), 'HomePage');
const Cluster = page(() => import('../pages/Cluster.tsx'), 'ClusterPage');
const Nodes = page(() => import('../pages/Nodes.tsx'), 'NodesPage');
const Workloads = page(() => import('../pages/Workloads.tsx'), 'WorkloadsPage');
const Services = page(() => import('../pages/Services.tsx'), 'ServicesPage');
const Events = page(() => import('../pages/Events.tsx'), 'EventsPage');
const Kinds = page(() => import('../pages/Kinds.tsx'), 'KindsPage');
const Samples = page(() => import('../pages/Samples.tsx'), 'SamplesPage');
const Settings = page(() => import('../pages/Settings.tsx'), 'SettingsPage');
const ObjectDetail = page(() => import('../pages/ObjectDetail.tsx'), 'ObjectDetailPage');
const CreateDeployment = page(() => import('../wizards/CreateDeployment.tsx'), 'CreateDeploymentPage');
const ExposeDeployment = page(() => import('../wizards/ExposeDeployment.tsx'), 'ExposeDeploymentPage');

export function Pages() {
  return (
    <Routes>
      <Route element={<Shell />}>
        <Route index element={<Home />} />
        <Route path="settings" element={<Settings />} />
        <Route path="c/:cluster">
          <Route index element={<Cluster />} />
          <Route element={<ClusterScope />}>
            <Route path="nodes" element={<Nodes />} />
            <Route path="workloads" element={<Navigate to="deployments" replace />} />
            <Route path="workloads/:tab" element={<Workloads />} />
            <Route path="services" element={<Services />} />
            <Route path="events" element={<Events />} />
            <Route path="kinds" element={<Navigate to="configmaps" replace />} />
            <Route path="kinds/:plural" element={<Kinds />} />
            <Route path="samples" element={<Samples />} />
            <Route path="create/deployment" element={<CreateDeployment />} />
            <Route path="expose/:namespace/:deployment" element={<ExposeDeployment />} />
            <Route path="object/:plural/:namespace/:name/:tab?" element={<ObjectDetail />} />
          </Route>
        </Route>
        <Route path="*" element={<NotFound />} />
      </Route>
    </Routes>
  );
}
