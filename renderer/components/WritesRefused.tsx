/** While the disk of a cluster takes no writes: why, and what helps. It goes by itself. */
import Box from '@mui/material/Box';
import { explainFailure } from '../../engine/explain/explain.ts';
import type { ClusterSummary } from '../../engine/host/contract.ts';
import { VerdictPanel } from './VerdictPanel.tsx';

export function WritesRefused({ cluster: { refusal } }: { readonly cluster: ClusterSummary }) {
  return (
    <Box role="alert" sx={refusal && { mb: 3 }}>
      {refusal && <VerdictPanel verdict={explainFailure(refusal)} />}
    </Box>
  );
}
