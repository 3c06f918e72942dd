/** The StorageClass that claims get when they name none, as minikube's addon `default-storageclass` has it. */
import { isApiError } from '../api/errors.ts';
import { storageClass } from '../api/kinds/storage/storage-class.ts';
import { hostPathProvisioner } from '../api/storage.ts';
import type { Client } from '../client/client.ts';

const standard = {
  metadata: { name: 'standard', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
  provisioner: hostPathProvisioner,
  reclaimPolicy: 'Delete',
  volumeBindingMode: 'Immediate',
};

/** What is there already stays as it is. */
export async function ensureStorageClass(client: Client): Promise<void> {
  try {
    await client.create(storageClass, standard);
  } catch (error) {
    if (!isApiError(error, 'AlreadyExists')) throw error;
  }
}
