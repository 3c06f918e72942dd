/** YAML to read or to edit: CodeMirror, loaded when first needed, its styles under the page's nonce. */
import Box from '@mui/material/Box';
import { lazy, Suspense } from 'react';
import { loadAgain } from '../app/load-again.ts';
import type { YamlEditorProps } from './YamlEditor.tsx';

interface YamlViewProps extends YamlEditorProps {
  readonly minHeight?: number;
}

const Editor = lazy(async () => ({ default: (await loadAgain(() => import('./YamlEditor.tsx'))).YamlEditor }));

export function YamlView(props: YamlViewProps) {
  return (
    <Box
      sx={{
        border: 1,
        borderColor: 'divider',
        borderRadius: 1,
        overflow: 'hidden',
        minHeight: props.minHeight ?? 0,
        display: 'flex',
        flexDirection: 'column',
        height: '100%',
      }}
    >
      <Suspense
        fallback={
          <Box
            component="pre"
            tabIndex={0}
            role="region"
            aria-label={props.label}
            sx={{ m: 0, p: 2, fontSize: '0.82rem', overflow: 'auto' }}
          >
            {props.value}
          </Box>
        }
      >
        <Editor {...props} />
      </Suspense>
    </Box>
  );
}
