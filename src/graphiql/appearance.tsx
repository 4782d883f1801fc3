import { useGraphiQL, useMonaco } from '@graphiql/react';
import { useEffect, useLayoutEffect } from 'react';

/** Theme names of the editors, defined by {@link Appearance}. */
export const editorTheme = { light: 'sim-gateway-light', dark: 'sim-gateway-dark' } as const;

/** The page's colours again: Monaco does not read them from the style sheet. */
const palettes = {
  light: { base: 'vs', accent: '#1e658a', tint: '#1e658a19', surface: '#ffffff', argument: '504ec0' },
  dark: { base: 'vs-dark', accent: '#68bdf2', tint: '#68bdf226', surface: '#212a3b', argument: 'a5a1ff' },
} as const;

/** The part of Monaco's suggest controller that is used here. Monaco's types declare only `dispose` of a contribution. */
interface SuggestController {
  readonly widget: { readonly value: { _setDetailsVisible(visible: boolean): void } };
  dispose(): void;
}

/** Styles the editors; renders nothing. */
export function Appearance() {
  const monaco = useMonaco((state) => state.monaco);
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const responseEditor = useGraphiQL((state) => state.responseEditor);

  // A layout effect runs before the effects in which GraphiQL creates its editors, so they never show another theme.
  useLayoutEffect(() => {
    if (monaco === undefined) return;
    // The tokenizer of GraphQL takes the text of a description for Markdown. This Monaco has no Markdown, and would colour nothing of a
    // document that begins with a description. Here such a text looks like a comment.
    monaco.languages.register({ id: 'markdown' });
    monaco.languages.setMonarchTokensProvider('markdown', { tokenizer: { root: [[/.+/, 'comment']] } });
    for (const mode of ['light', 'dark'] as const) {
      const { base, accent, tint, surface, argument } = palettes[mode];
      monaco.editor.defineTheme(editorTheme[mode], {
        base,
        inherit: true,
        rules: [{ token: 'argument.identifier.gql', foreground: argument }],
        colors: {
          // Transparent, because GraphiQL's panes have their own background.
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
    // Shows the description of each suggestion, until the user hides it with Ctrl-Space. Monaco hides it by default, and has neither a
    // public method nor an option for it.
    controller?.widget.value._setDetailsVisible(true);
  }, [queryEditor]);

  useEffect(() => {
    // Word wrap keeps comments readable in narrow panes.
    for (const editor of [queryEditor, responseEditor]) {
      editor?.updateOptions({ fontSize: 14, wordWrap: 'on', wrappingIndent: 'indent' });
    }
  }, [queryEditor, responseEditor]);

  return null;
}
