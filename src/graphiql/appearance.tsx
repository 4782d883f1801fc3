import { useGraphiQL, useMonaco } from '@graphiql/react';
import { useEffect, useLayoutEffect } from 'react';

/** Names of the editors' themes, defined by {@link Appearance}. */
export const editorTheme = { light: 'sim-gateway-light', dark: 'sim-gateway-dark' } as const;

/** What Monaco draws itself cannot read the style sheet, so the page's colours are named here again. */
const palettes = {
  light: { base: 'vs', accent: '#1e658a', tint: '#1e658a19', surface: '#ffffff', argument: '504ec0' },
  dark: { base: 'vs-dark', accent: '#68bdf2', tint: '#68bdf226', surface: '#212a3b', argument: 'a5a1ff' },
} as const;

/** So much of Monaco's type-ahead as is needed here; Monaco itself tells of no contribution but how to dispose of it. */
interface SuggestController {
  readonly widget: { readonly value: { onDidShow(listener: () => void): { dispose(): void } } };
  dispose(): void;
}

/** Sets how the editors look; shows nothing itself. */
export function Appearance() {
  const monaco = useMonaco((state) => state.monaco);
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const responseEditor = useGraphiQL((state) => state.responseEditor);

  // A layout effect comes before the effects in which GraphiQL creates its editors: they never show another theme.
  useLayoutEffect(() => {
    if (monaco === undefined) return;
    for (const mode of ['light', 'dark'] as const) {
      const { base, accent, tint, surface, argument } = palettes[mode];
      monaco.editor.defineTheme(editorTheme[mode], {
        base,
        inherit: true,
        rules: [{ token: 'argument.identifier.gql', foreground: argument }],
        colors: {
          // See-through, because GraphiQL's panes have their own background.
          'editor.background': '#ffffff00',
          'scrollbar.shadow': '#ffffff00',
          'editorWidget.background': surface,
          'editorHoverWidget.background': surface,
          'editorSuggestWidget.background': surface,
          'editorSuggestWidget.selectedBackground': tint,
          'editorSuggestWidget.selectedForeground': accent,
          'list.hoverBackground': tint,
          'list.highlightForeground': accent,
          'list.focusHighlightForeground': accent,
          'menu.background': surface,
          'menu.selectionBackground': tint,
          'menu.selectionForeground': accent,
          'textLink.foreground': accent,
          'textLink.activeForeground': accent,
          'editorLink.activeForeground': accent,
          focusBorder: accent,
        },
      });
    }
  }, [monaco]);

  useEffect(() => {
    const controller = queryEditor?.getContribution<SuggestController>('editor.contrib.suggestController');
    // With each field that is offered, what it means: Monaco keeps that back until someone finds the key for it.
    const listening = controller?.widget.value.onDidShow(() => {
      listening?.dispose();
      queryEditor?.trigger('appearance', 'toggleSuggestionDetails', undefined);
    });
    return () => listening?.dispose();
  }, [queryEditor]);

  useEffect(() => {
    // Wrapped, so that no comment is cut off where the panes are narrow.
    for (const editor of [queryEditor, responseEditor]) {
      editor?.updateOptions({ fontSize: 14, wordWrap: 'on', wrappingIndent: 'indent' });
    }
  }, [queryEditor, responseEditor]);

  return null;
}
