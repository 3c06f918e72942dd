/** Creates the object of a form for real, once, and leads to where it can be seen. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { KubeObject } from '../../engine/api/object.ts';
import type { WireError } from '../../engine/host/contract.ts';
import { paths, placeOf } from '../app/paths.ts';
import { useToast } from '../app/Toasts.tsx';
import { useClusterName, useHost } from '../data/hooks.ts';
import { wireErrorOf } from '../data/host-client.ts';
import type { ShownKind } from '../data/kinds.ts';

export interface Submission {
  readonly busy: boolean;
  readonly error: WireError | undefined;
  readonly submit: (object: KubeObject) => void;
}

export function useSubmit(kind: ShownKind): Submission {
  const host = useHost();
  const cluster = useClusterName();
  const navigate = useNavigate();
  const toast = useToast();
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<WireError>();
  const submit = (object: KubeObject): void => {
    if (busy) return;
    setBusy(true);
    setError(undefined);
    const { group, version, plural } = kind;
    host.call('objects.create', { cluster, kind: { group, version, plural }, object }).then(
      (created) => {
        toast(t('wizard.created', { kind: kind.kind, name: created.metadata.name }));
        void navigate(paths.object(cluster, placeOf(kind, created)), { replace: true });
      },
      (reason: unknown) => {
        setBusy(false);
        setError(wireErrorOf(reason));
      },
    );
  };
  return { busy, error, submit };
}
