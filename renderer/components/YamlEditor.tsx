/** The CodeMirror behind YamlView; colours come from the theme's variables, so that it follows light and dark by itself. */
import { yaml } from '@codemirror/lang-yaml';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorState } from '@codemirror/state';
import { tags } from '@lezer/highlight';
import Box from '@mui/material/Box';
import { EditorView, minimalSetup } from 'codemirror';
import { useEffect, useEffectEvent, useRef } from 'react';
import { pageNonce } from '../app/nonce.ts';
import { mono } from '../app/theme.ts';

const palette = (name: string): string => `var(--mui-palette-${name})`;
const highlighting = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: palette('primary-main') },
  { tag: [tags.string, tags.content], color: palette('text-primary') },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: palette('secondary-main') },
  { tag: tags.comment, color: palette('text-secondary'), fontStyle: 'italic' },
  { tag: [tags.punctuation, tags.separator, tags.meta], color: palette('text-secondary') },
]);
const look = EditorView.theme({
  '&': { height: '100%', fontSize: '0.82rem', color: palette('text-primary'), backgroundColor: palette('background-paper') },
  '.cm-scroller': { fontFamily: mono, lineHeight: '1.6' },
  '.cm-content': { padding: '12px 0', caretColor: palette('primary-main') },
  '.cm-line': { padding: '0 14px' },
  '&.cm-focused': { outline: `2px solid ${palette('primary-main')}`, outlineOffset: '-2px' },
  '.cm-cursor': { borderLeftColor: palette('primary-main') },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'rgb(108 203 211 / 30%)',
  },
});

export interface YamlEditorProps {
  readonly label: string;
  readonly value: string;
  /** Absent: read only. */
  readonly onChange?: ((value: string) => void) | undefined;
}

export function YamlEditor({ label, value, onChange }: YamlEditorProps) {
  const parent = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | undefined>(undefined);
  const readOnly = onChange === undefined;
  const initial = useRef(value);
  const changed = useEffectEvent((text: string) => onChange?.(text));

  useEffect(() => {
    if (!parent.current) return;
    const editor = new EditorView({
      parent: parent.current,
      state: EditorState.create({
        doc: initial.current,
        extensions: [
          EditorView.cspNonce.of(pageNonce() ?? ''),
          minimalSetup,
          yaml(),
          syntaxHighlighting(highlighting),
          look,
          EditorView.lineWrapping,
          EditorState.readOnly.of(readOnly),
          // Read-only text has no caret to move; the focus must come in all the same, for scrolling with keys.
          EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
          EditorView.updateListener.of((update) => {
            if (
              update.docChanged &&
              update.transactions.some(
                (transaction) =>
                  transaction.isUserEvent('input') ||
                  transaction.isUserEvent('delete') ||
                  transaction.isUserEvent('undo') ||
                  transaction.isUserEvent('redo') ||
                  transaction.isUserEvent('move'),
              )
            )
              changed(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => {
      initial.current = editor.state.doc.toString();
      editor.destroy();
    };
  }, [readOnly, label]);

  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);

  return <Box ref={parent} sx={{ flex: 1, minHeight: 0, overflow: 'hidden' }} />;
}
